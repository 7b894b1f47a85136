/*
 * Totals of every combination of some dimensions, once as they were expected and once as they were, after
 * some of them changed: the synthetic sets S and L of RiskLoc (Kalander 2022), written anew from its
 * description. What was expected is the baseline, a line of JSON a combination; what was is the incident.
 */

import { Random } from "../../bench/random.mjs";

/** @typedef {Readonly<Record<string, string>>} Element values of some dimensions */

/**
 * @typedef {object} Kind
 * @property {Readonly<Record<string, number>>} dimensions values of each
 * @property {number} noise at most so much of a total
 * @property {number} anomalies at most
 * @property {number} elements of an anomaly, at most
 * @property {number} severity at least, of 1
 * @property {number} deviation of the severity, at most
 * @property {boolean} deepest whether all anomalies are of single combinations
 */

/** @type {Readonly<Record<"S" | "L", Kind>>} */
export const kinds = {
  S: {
    dimensions: { a: 10, b: 12, c: 10, d: 8, e: 5 },
    noise: 0.25,
    anomalies: 3,
    elements: 3,
    severity: 0.2,
    deviation: 0.1,
    deepest: false,
  },
  L: {
    dimensions: { a: 10, b: 24, c: 10, d: 15 },
    noise: 0.1,
    anomalies: 5,
    elements: 1,
    severity: 0.5,
    deviation: 0,
    deepest: true,
  },
};

/**
 * The totals of both times, and the elements that changed.
 * @param {Kind} kind
 * @param {number} seed
 */
export function leaves(kind, seed) {
  const random = new Random(seed);
  const names = Object.keys(kind.dimensions);
  const sizes = Object.values(kind.dimensions);
  const zero = 0.25 * random.next();
  const noise = kind.noise * random.next();
  const alpha = 0.5 + 0.5 * random.next();
  const codes = product(sizes);
  const real = codes.map(() => (random.next() < zero ? 0 : weibull(random, alpha) * 100));
  const predict = real.map((value) => value * (1 + noise * normal(random)));
  for (const at of codes.keys()) {
    if (random.next() < 0.5) [real[at], predict[at]] = [predict[at] ?? 0, real[at] ?? 0];
    [real[at], predict[at]] = [Math.max(0, real[at] ?? 0), Math.max(0, predict[at] ?? 0)];
  }
  const rose = sum(real) > sum(predict);
  /** @type {number[][]} codes of the elements, -1 for any value */
  const elements = [];
  for (const anomaly of anomalies(
    kind,
    sizes,
    random,
    (tuple) => real[codeOf(tuple, sizes)] !== 0,
  )) {
    const severity = kind.severity + (1 - kind.severity) * random.next() + noise;
    const deviation = kind.deviation * random.next();
    elements.push(...anomaly);
    for (const [at, code] of codes.entries()) {
      if (!anomaly.some((element) => holds(code, element))) continue;
      const left = Math.max(0, 1 - severity - deviation * normal(random));
      if (rose) predict[at] = (real[at] ?? 0) * left;
      else real[at] = (predict[at] ?? 0) * left;
    }
  }
  const named = (/** @type {readonly number[]} */ tuple) =>
    Object.fromEntries(
      tuple.flatMap((value, at) =>
        value < 0 ? [] : [[names[at] ?? "", `${names[at]}${value + 1}`]],
      ),
    );
  return { leaves: codes.map(named), real, predict, causes: elements.map(named) };
}

/**
 * The tuples of each anomaly. No two anomalies have the same dimensions, unless all are of single
 * combinations, nor a value in common.
 * @param {Kind} kind
 * @param {readonly number[]} sizes
 * @param {Random} random
 * @param {(tuple: readonly number[]) => boolean} exists
 */
function anomalies(kind, sizes, random, exists) {
  const free = sizes.map((size) => new Set(Array.from({ length: size }, (_, value) => value)));
  const taken = new Set();
  return Array.from({ length: 1 + random.below(kind.anomalies) }, () => {
    let chosen = [...sizes.keys()];
    while (!kind.deepest) {
      const level = 1 + random.below(sizes.length);
      chosen = shuffled([...sizes.keys()], random)
        .slice(0, level)
        .toSorted((a, b) => a - b);
      if (!taken.has(String(chosen))) break;
    }
    taken.add(String(chosen));
    const most = chosen.reduce((all, dimension) => all * (free[dimension]?.size ?? 0), 1);
    const many = Math.min(1 + random.below(kind.elements), most);
    /** @type {Map<string, number[]>} */
    const tuples = new Map();
    while (tuples.size < many) {
      const tuple = sizes.map((_, dimension) =>
        chosen.includes(dimension) ? random.of([...(free[dimension] ?? [])]) : -1,
      );
      if (chosen.length === sizes.length && !exists(tuple)) continue;
      tuples.set(String(tuple), tuple);
    }
    for (const tuple of tuples.values()) {
      for (const dimension of chosen) free[dimension]?.delete(tuple[dimension] ?? -1);
    }
    return [...tuples.values()];
  });
}

/** @param {readonly number[]} sizes */
const product = (sizes) =>
  sizes.reduce(
    (/** @type {number[][]} */ all, size) =>
      all.flatMap((code) => Array.from({ length: size }, (_, value) => [...code, value])),
    [[]],
  );

const codeOf = (/** @type {readonly number[]} */ tuple, /** @type {readonly number[]} */ sizes) =>
  tuple.reduce((code, value, at) => code * (sizes[at] ?? 1) + value, 0);

const holds = (/** @type {readonly number[]} */ code, /** @type {readonly number[]} */ element) =>
  element.every((value, at) => value < 0 || code[at] === value);

const sum = (/** @type {readonly number[]} */ values) =>
  values.reduce((all, value) => all + value, 0);

/** By inversion of the distribution. */
const weibull = (/** @type {Random} */ random, /** @type {number} */ alpha) =>
  (-Math.log(1 - random.next())) ** (1 / alpha);

/** Box and Muller. */
const normal = (/** @type {Random} */ random) =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/**
 * @param {readonly number[]} values
 * @param {Random} random
 */
function shuffled(values, random) {
  const list = [...values];
  for (let at = list.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [list[at], list[other]] = [list[other] ?? 0, list[at] ?? 0];
  }
  return list;
}

const START = Date.UTC(2026, 10, 3) / 1000;
const DAY = 86_400;

/** Days of the log: the one before is what was expected. */
export const days = ["2026-11-03", "2026-11-04"];

/**
 * The totals as a log: a line of JSON a combination and day, all over the day, amounts in thousandths.
 * @param {ReturnType<typeof leaves>} made
 */
export function log({ leaves: list, real, predict }) {
  return [predict, real]
    .flatMap((amounts, day) =>
      list.map((leaf, at) => {
        const seconds = START + (day + at / list.length) * DAY;
        const time = new Date(1000 * seconds).toISOString();
        return `${JSON.stringify({ time, bytes: Math.round(1000 * (amounts[at] ?? 0)), ...leaf })}\n`;
      }),
    )
    .join("");
}
