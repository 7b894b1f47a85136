import { columnTypes } from "../../formats/record.js";
import type { Window } from "../scope.js";
import { parseWhere, whereSql } from "../where.js";
import { barsOf, type Bars } from "./bars.js";
import { cells, type Cell, type Coded } from "./cells.js";
import { codedOf } from "./coding.js";
import { expectation, scaleOf, type Expectation } from "./expected.js";
import { facets as facetsOf, type Facet } from "./facets.js";
import type { Metric } from "./metric.js";
import { searchLeaves } from "./leaf-search.js";
import { leavesOf } from "./leaves.js";
import { median } from "./median.js";
import { dispersionOf, noiseOf } from "./noise.js";
import { parameters } from "./parameters.js";
import { only, unitOf, within, type Question, type Sums } from "./rows.js";
import { twoSampleRatio } from "./score.js";
import {
  holds,
  largest,
  search,
  sumOf,
  type Found,
  type Goal,
  type Space,
  type Term,
} from "./search.js";
import { singles } from "./singles.js";
import { stories, type Story, type Typical } from "./story.js";
import { isLarge, withSources, type Source } from "./sources.js";
import { clientsOf, presentFacets, totals, type Totals } from "./totals.js";
import { lengthOf, type Baseline } from "./windows.js";

/** A group's values, sums over the windows or means. */
export interface Change {
  readonly baseline: number;
  readonly incident: number;
  /** What the incident would have had, had nothing changed. */
  readonly expected: number;
}

/** Field and value; null stands for a missing value. */
export type Conditions = Readonly<Record<string, string | null>>;

/** A part of the change with a name. Causes are disjoint: a row belongs to the first one it fits. */
export interface Part extends Change {
  readonly conditions: Conditions;
  /** The conditions as `--where` reads them. */
  readonly where: readonly string[];
  readonly share_of_change: number;
  /** Of a mean: the parts of that by its own mean, and by how many rows it has. */
  readonly by_rate: number | null;
  readonly by_mix: number | null;
  readonly also_known_as: readonly Conditions[];
}

/** What is most striking inside a cause that is wider than that. */
export interface Within extends Change {
  readonly conditions: Conditions;
  readonly where: readonly string[];
  readonly share_of_cause: number;
  readonly typical: readonly Typical[];
  readonly clients: number | null;
  readonly first_seen: Date | null;
  readonly last_seen: Date | null;
}

export interface Cause extends Part {
  readonly within: Within | null;
  readonly typical: readonly Typical[];
  readonly clients: number | null;
  readonly first_seen: Date | null;
  readonly last_seen: Date | null;
  readonly sql: string;
}

export interface Comparison {
  /** With what was compared, after days with an incident of their own were left out. */
  readonly baseline: Baseline;
  /** Fields that the log has values of. */
  readonly fields: readonly string[];
  readonly total: Change & { readonly factor: number | null };
  /** Clients of the incident, and of a baseline window on average; null where none were logged. */
  readonly clients: { readonly baseline: number; readonly incident: number } | null;
  /** What the quietest and the busiest baseline window would have made of the incident. */
  readonly range: readonly [least: number, most: number];
  /** Nothing changed; causes explain it; everything moved alike. */
  readonly verdict: "calm" | "explained" | "alike";
  readonly causes: readonly Cause[];
  /** The largest move the other way, which hides a part of the change. */
  readonly opposite: Part | null;
  /** Part of the change that no cause explains. */
  readonly unexplained: number;
  readonly dimensions: readonly Bars[];
  /** Some line is of a request, not of a connection. */
  readonly requests: boolean;
}

const mostOf = ({ causes = parameters.causes }: Question): number => causes;

/** What explains the difference between two windows. */
export async function compare(
  question: Question,
  derived: readonly string[] = [],
): Promise<Comparison> {
  const whole = await totals(question);
  const even = withoutOddDays(question, whole);
  if (even !== undefined) return compare(even, derived);
  const large = isLarge(question, whole);
  const facets = await presentFacets(question, facetsOf(derived), large);
  return withSources(question, facets, large, (sources) =>
    explained({ question, derived, whole, facets, sources }),
  );
}

interface Asked {
  readonly question: Question;
  readonly derived: readonly string[];
  readonly whole: Totals;
  readonly facets: readonly Facet[];
  readonly sources: readonly Source[];
}

async function explained({
  question,
  derived,
  whole,
  facets: present,
  sources,
}: Asked): Promise<Comparison> {
  const { metric } = question;
  const all = totalOf(whole);
  const scale = scaleOf(question.incident, question.baseline);
  const rough = expectation(metric, all, scale);
  const { r, f } = rough.of(all);
  const change = r - f;
  const names = present.map(({ name }) => name);
  const facts = {
    baseline: question.baseline,
    fields: names,
    total: {
      ...changeOf(all, rough, metric),
      factor: f > 0 ? r / f : null,
    },
    clients: names.includes("client_ip") ? await clientsOf(question, sources) : null,
    range: rangeOf(whole, question),
    requests: names.includes("method"),
  };
  const used = present.filter(({ name }) => !metric.circular.includes(name));
  const least = Math.max(parameters.share * Math.abs(change), parameters.material * f);
  const found = r + f > 0 ? await singles(question, sources, used, rough, all, least) : [];
  const dimensions = barsOf(found, used, rough);
  const calm: Comparison = {
    ...facts,
    dimensions,
    verdict: "calm",
    causes: [],
    opposite: null,
    unexplained: 0,
  };
  const leaves = await leavesOf(question, sources, used, whole);
  const byLeaf = leaves && searchLeaves(leaves, rough, change, mostOf(question));
  const coded = byLeaf === undefined ? codedOf(found, used, rough, change) : byLeaf.coded;
  if (coded.length === 0) return calm;
  const table = byLeaf?.table ?? (await cells(question, sources, coded));
  const exact = sumOf(table);
  const expected = expectation(metric, exact, scale);
  const space = { coded, expected, dispersion: dispersionOf(found, exact) };
  const usual = Math.max(parameters.calm * f, parameters.noise * noiseOf(whole, rough));
  const isUsual = Math.abs(change) < usual || isChance(r, f, exact, space);
  const goal = goalOf(change, least, f, isUsual);
  const { found: best, left } =
    byLeaf ??
    (Math.abs(change) < parameters.calm * f
      ? { found: [], left: table }
      : search(table, space, goal, mostOf(question)));
  const against =
    byLeaf === undefined ? partBeside(left, space, goal, best.length === 0) : byLeaf.against;
  const opposite = against === undefined ? null : partOf(against, space, metric, change);
  if (best.length === 0) {
    const isSmall = isUsual || Math.abs(change) < parameters.calmAlike * f;
    return isSmall
      ? { ...calm, opposite }
      : { ...calm, opposite, verdict: "alike", unexplained: 1 };
  }
  const story = { question, sources, facets: present, coded, total: exact, fell: change < 0 };
  const told = await stories(story, best);
  const inside = best.map((one, at) =>
    byLeaf === undefined ? insideOf(one, best.slice(0, at), table, space) : undefined,
  );
  const nested = inside.flatMap((one) => (one === undefined ? [] : [one]));
  const insideTold = await stories(story, nested);
  const withinOf = (at: number): Within | null => {
    const one = inside[at];
    const cause = best[at];
    if (one === undefined || cause === undefined) return null;
    // Of the merged conditions, those of the cause are known already.
    const own = { ...one, terms: one.terms.slice(cause.terms.length) };
    const part = partOf(own, space, metric, cause.change);
    const { conditions, where, baseline, incident, expected: usually } = part;
    return {
      ...{ conditions, where, baseline, incident, expected: usually },
      share_of_cause: part.share_of_change,
      ...storyOf(insideTold[nested.indexOf(one)]),
    };
  };
  const rest = expected.of(sumOf(left));
  return {
    ...facts,
    dimensions,
    verdict: "explained",
    causes: best.map((one, at) => ({
      ...partOf(one, space, metric, change),
      within: withinOf(at),
      ...storyOf(told[at]),
      sql: sqlOf(question, best.slice(0, at + 1), coded, derived),
    })),
    opposite,
    unexplained: (rest.r - rest.f) / change,
  };
}

/** The largest part of a cause that is far from its own usual, with the conditions of both. */
function insideOf(
  cause: Found,
  before: readonly Found[],
  table: readonly Cell[],
  space: Space,
): Found | undefined {
  const own = table.filter(
    ({ codes }) => holds(codes, cause.terms) && !before.some(({ terms }) => holds(codes, terms)),
  );
  const found = largest(own, space, {
    change: cause.change,
    least: parameters.within * Math.abs(cause.change),
    factor: parameters.withinFactor,
  });
  const isAll = Math.abs(found?.change ?? 0) >= parameters.nearlyAll * Math.abs(cause.change);
  const repeats = found?.terms.some(({ facet }) =>
    cause.terms.some((term) => term.facet === facet),
  );
  if (found === undefined || isAll || repeats === true) return undefined;
  // What is as frequent everywhere says nothing of the cause.
  const everywhere = space.expected.of(
    sumOf(table.filter(({ codes }) => holds(codes, found.terms))),
  ).f;
  const usualShare = everywhere / Math.max(1e-9, space.expected.of(sumOf(table)).f);
  if (found.change / cause.change - usualShare < parameters.typicalGain) return undefined;
  return { ...found, terms: [...cause.terms, ...found.terms] };
}

/**
 * What moved the other way, by a good part of the change; where the whole has no cause, a part that moved
 * either way.
 */
function partBeside(
  left: readonly Cell[],
  space: Space,
  goal: Goal,
  eitherWay: boolean,
): Found | undefined {
  const least = Math.max(goal.least, parameters.hidden * Math.abs(goal.change));
  const way = goal.change === 0 ? 1 : goal.change;
  const found = (eitherWay ? [-way, way] : [-way]).flatMap(
    (change) => largest(left, space, { ...goal, change, least, isReal: false }) ?? [],
  );
  const [most] = found.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change));
  return most;
}

/** Whether chance alone may have made the whole of a few events, before and now. */
const isChance = (r: number, f: number, sums: Sums, { expected, dispersion }: Space): boolean =>
  twoSampleRatio(r, f, expected.scale) / (unitOf(sums) * dispersion) <
  Math.log(1 / parameters.falseAlarm);

/** Where the whole is as usual, only a part that is far from its own usual is told. */
const goalOf = (change: number, least: number, f: number, isUsual: boolean): Goal =>
  isUsual
    ? { change, least: Math.max(least, parameters.partMaterial * f), factor: parameters.partFactor }
    : { change, least, isReal: Math.abs(change) >= parameters.calmAlike * f };

/** A chosen baseline without the days that were far busier than the others; undefined if there are none. */
function withoutOddDays(question: Question, { baseline }: Totals): Question | undefined {
  const { kind, odd } = question.baseline;
  if (kind === "given" || baseline.length < parameters.spreadDays || odd.length > 0)
    return undefined;
  const middle = median(baseline.map(({ value }) => value));
  const isOdd = ({ value }: (typeof baseline)[number]): boolean =>
    value > parameters.oddDay * middle;
  const windowsOf = (list: typeof baseline): Window[] => list.map(({ window }) => window);
  const left = windowsOf(baseline.filter((day) => !isOdd(day)));
  if (left.length === baseline.length || left.length === 0) return undefined;
  const without = { kind, windows: left, odd: windowsOf(baseline.filter(isOdd)) };
  return { ...question, baseline: without };
}

/** The whole; squares are not known yet, so every row is taken for an average one. */
function totalOf({ incident, baseline }: Totals): Sums {
  const sum = (of: "rows" | "value"): number =>
    baseline.reduce((all, window) => all + window[of], 0);
  const [n0, nb, v0, vb] = [incident.rows, sum("rows"), incident.value, sum("value")];
  return {
    n0,
    nb,
    nh: 0,
    v0,
    vb,
    q0: n0 === 0 ? 0 : v0 ** 2 / n0,
    qb: nb === 0 ? 0 : vb ** 2 / nb,
  };
}

function changeOf(sums: Sums, expected: Expectation, { kind }: Metric): Change {
  const { f } = expected.of(sums);
  const { baseline, incident } = expected.values(sums);
  if (kind !== "mean") return { baseline, incident, expected: f };
  return { baseline, incident, expected: sums.n0 === 0 ? 0 : f / sums.n0 };
}

function rangeOf({ baseline }: Totals, { incident, metric }: Question): Comparison["range"] {
  const values = baseline.map(({ window, value, rows }) =>
    metric.kind === "mean"
      ? value / Math.max(1, rows)
      : (value * lengthOf(incident)) / lengthOf(window),
  );
  return [Math.min(...values), Math.max(...values)];
}

function partOf(found: Found, { coded, expected }: Space, metric: Metric, change: number): Part {
  const conditions = (terms: readonly Term[]): Conditions =>
    Object.fromEntries(terms.map((term) => conditionOf(term, coded)));
  const { n0, nb, v0, vb } = found.sums;
  const isMean = metric.kind === "mean";
  // What its own mean adds to its rows; without rows before there is none to compare with.
  const rate = nb === 0 || n0 === 0 ? 0 : v0 - (n0 * vb) / nb;
  return {
    conditions: conditions(found.terms),
    where: found.terms.map((term) => whereOf(term, coded)),
    ...changeOf(found.sums, expected, metric),
    share_of_change: found.change / change,
    by_rate: isMean ? rate / change : null,
    by_mix: isMean ? (found.change - rate) / change : null,
    also_known_as: found.names.map(conditions),
  };
}

function conditionOf({ facet, code }: Term, coded: readonly Coded[]): [string, string | null] {
  const { facet: of, values } = coded[facet] as Coded;
  return [of.name, values[code] || null];
}

function whereOf(term: Term, coded: readonly Coded[]): string {
  const [, value] = conditionOf(term, coded);
  return (coded[term.facet] as Coded).facet.where(value);
}

const storyOf = (
  story: Story | undefined,
): Pick<Cause, "typical" | "clients" | "first_seen" | "last_seen"> => ({
  typical: story?.typical ?? [],
  clients: story?.clients ?? null,
  first_seen: story?.first ?? null,
  last_seen: story?.last ?? null,
});

/** A query whose numbers are those of the last of the causes; rows of those before are left out. */
function sqlOf(
  { scope: { dialect }, metric, incident, baseline }: Question,
  causes: readonly Found[],
  coded: readonly Coded[],
  derived: readonly string[],
): string {
  const types = columnTypes(derived);
  const tests = causes.map(({ terms }) =>
    whereSql(
      terms.map((term) => parseWhere(whereOf(term, coded))),
      types,
      { dialect },
    ),
  );
  const aggregate =
    metric.value === undefined
      ? "count(*)"
      : `${metric.kind === "mean" ? "avg" : "sum"}(${metric.value})`;
  const before = baseline.windows.map((window) => within(dialect, window)).join(" OR ");
  const without = tests.slice(0, -1).map((test) => ` AND NOT coalesce(${test}, FALSE)`);
  return (
    `SELECT ${aggregate} FILTER (WHERE ${before}) AS baseline, ` +
    `${aggregate} FILTER (WHERE ${within(dialect, incident)}) AS incident, ` +
    `min(time) AS first_seen, max(time) AS last_seen FROM requests ` +
    `WHERE ${tests.at(-1) ?? "TRUE"}${without.join("")}${only(metric)}`
  );
}
