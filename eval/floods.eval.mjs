// Timers against people, floods against ordinary days, on logs read by the built program.
import { spawnSync } from "node:child_process";
import { rhythmOf } from "../dist/analyses/floods/rhythm.js";
import { combinedLines, flood, person, shared, timer } from "../test/generators/callers.mjs";

const SEEDS = 20;
const bin = new URL("../dist/bin.js", import.meta.url).pathname;

/** @typedef {import("../test/generators/callers.mjs").Call} Call */

/** @param {readonly Call[]} calls */
function ask(calls) {
  const { stdout, stderr } = spawnSync(process.execPath, [bin, "floods", "-", "--json"], {
    input: combinedLines(calls).join("\n"),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The people and shared addresses of an ordinary day. @param {number} seed @param {number} people */
function crowd(seed, people) {
  const ip = (/** @type {number} */ at) => `198.51.${100 + (at >> 8)}.${at & 255}`;
  return [
    ...Array.from({ length: people }, (_, at) =>
      person({ seed: seed * 1000 + at, ip: ip(at) }),
    ).flat(),
    ...[20, 60, 200, 600].flatMap((perHour, at) => [
      ...shared({ seed: seed * 10 + at, ip: `192.0.2.${at}`, perHour }),
      ...shared({ seed: seed * 10 + at, ip: `192.0.2.${100 + at}`, perHour, curve: false }),
    ]),
  ];
}

const TIMERS = [
  { name: "every 150 s, within 1 s", period: 150, jitter: 0.005 },
  { name: "every 150 s, 10 % jitter", period: 150, jitter: 0.1 },
  { name: "every 150 s, 20 % jitter", period: 150, jitter: 0.2 },
  { name: "every 150 s, 20 % missing", period: 150, jitter: 0.02, missing: 0.2 },
  { name: "every 150 s, drifting, 10 % jitter", period: 150, jitter: 0.1, drift: true },
  { name: "every 10 s", period: 10, jitter: 0.01 },
  { name: "every 15 min", period: 900, jitter: 0.01 },
  { name: "every hour, 24 calls", period: 3600, jitter: 0.002 },
  { name: "every 5 min, 4 calls a tick", period: 300, jitter: 0.01, burst: 4 },
];

const FLOODS = [
  { name: "600 requests in 5 minutes", requests: 600, from: 10, until: 10 + 1 / 12 },
  { name: "3,000 requests in an hour", requests: 3000, from: 10, until: 11 },
  { name: "12,000 requests in 6 hours", requests: 12_000, from: 10, until: 16 },
];

/** How irregular the gaps of a client are; undefined of few calls. @param {readonly Call[]} calls */
function spreadOf(calls) {
  if (calls.length < 20) return undefined;
  const seconds = calls.map(({ time }) => Math.floor(time)).toSorted((a, b) => a - b);
  /** @type {Map<number, number>} */
  const gaps = new Map();
  seconds.slice(1).forEach((second, at) => {
    const gap = second - (seconds[at] ?? 0);
    gaps.set(gap, (gaps.get(gap) ?? 0) + 1);
  });
  const rhythm = rhythmOf([...gaps].toSorted(([a], [b]) => a - b));
  // Gaps of less than the log's seconds are not judged.
  return rhythm === undefined || rhythm.too_fast ? undefined : rhythm.spread;
}

/** How often a timer is more regular than somebody else, ties by half (AUC). */
export function separation() {
  /** @type {number[]} */
  const timers = [];
  /** @type {number[]} */
  const others = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    TIMERS.forEach((one, at) => {
      timers.push(spreadOf(timer({ ...one, seed: seed * 100 + at, ip: "203.0.113.1" })) ?? 1);
    });
    /** @type {Map<string, Call[]>} */
    const calls = new Map();
    for (const call of crowd(seed, 300)) {
      const own = calls.get(call.ip);
      if (own === undefined) calls.set(call.ip, [call]);
      else own.push(call);
    }
    for (const own of calls.values()) {
      const spread = spreadOf(own);
      if (spread !== undefined) others.push(spread);
    }
  }
  let wins = 0;
  for (const one of timers) {
    for (const other of others) wins += one < other ? 1 : one === other ? 0.5 : 0;
  }
  return wins / (timers.length * others.length);
}

export function evaluate() {
  const found = new Map(TIMERS.map(({ name }) => [name, 0]));
  const flooded = new Map(FLOODS.map(({ name }) => [name, 0]));
  let [calm, accused, clients, wrong] = [0, 0, 0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const people = crowd(seed, 300);
    const ordinary = ask(people);
    clients += 308;
    accused += ordinary.timers.length;
    calm += ordinary.unusual ? 0 : 1;
    const ip = (/** @type {number} */ at) => `203.0.113.${at}`;
    const timers = TIMERS.flatMap((one, at) =>
      timer({ ...one, seed: seed * 100 + at, ip: ip(at) }),
    );
    const floods = FLOODS.flatMap((one, at) =>
      flood({ ...one, seed: seed * 7 + at, ip: ip(100 + at) }),
    );
    const all = ask([...people, ...timers, ...floods]);
    TIMERS.forEach(({ name, period }, at) => {
      const one = all.timers.find(
        (/** @type {{ client_ip: string }} */ { client_ip }) => client_ip === ip(at),
      );
      const right = one !== undefined && Math.abs(one.period_s - period) <= 0.05 * period;
      if (right) found.set(name, (found.get(name) ?? 0) + 1);
    });
    FLOODS.forEach(({ name }, at) => {
      const is = all.floods.some(
        (/** @type {{ client_ip: string }} */ { client_ip }) => client_ip === ip(100 + at),
      );
      if (is) flooded.set(name, (flooded.get(name) ?? 0) + 1);
    });
    wrong += all.floods.filter(
      (/** @type {{ client_ip: string }} */ { client_ip }) => !client_ip.startsWith("203."),
    ).length;
  }
  /** @param {number} part @param {number} all */
  const percent = (part, all) => `${((100 * part) / all).toFixed(1)} %`;
  return [
    `${SEEDS} days of 300 people and 8 shared addresses (20 to 600 requests an hour, with a day's curve and without), nothing injected: nothing unusual on ${percent(calm, SEEDS)}; ${accused} of ${clients} called timers. With all of the below injected: ${wrong} of ${clients} people or shared addresses accused of a flood. The spread of gaps alone tells these timers from all others with 20 calls or more with an AUC of ${separation().toFixed(4)}.`,
    "",
    "| injected | found, with the right period |",
    "| --- | --- |",
    ...[...found].map(([name, count]) => `| timer: ${name} | ${percent(count, SEEDS)} |`),
    ...[...flooded].map(([name, count]) => `| flood: ${name} | ${percent(count, SEEDS)} |`),
  ];
}
