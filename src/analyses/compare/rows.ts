import type { Dialect } from "../../engines/dialect.js";
import type { Scope, Window } from "../scope.js";
import type { Facet } from "./facets.js";
import type { Metric } from "./metric.js";
import type { Baseline } from "./windows.js";

/** What is asked: which rows are compared with which, and by what. */
export interface Question {
  readonly scope: Scope;
  readonly metric: Metric;
  readonly incident: Window;
  readonly baseline: Baseline;
  /** At most so many causes, in place of the usual number. */
  readonly causes?: number;
}

/** What a group of rows adds up to; `w` says where: incident, baseline, first half of the baseline. */
export interface Sums {
  /** Rows of the incident, of the baseline, of the baseline's first half. */
  n0: number;
  nb: number;
  nh: number;
  /** The metric's values, summed. */
  v0: number;
  vb: number;
  /** Their squares. */
  q0: number;
  qb: number;
}

export const noSums = (): Sums => ({ n0: 0, nb: 0, nh: 0, v0: 0, vb: 0, q0: 0, qb: 0 });

export function addSums(to: Sums, sums: Sums): Sums {
  to.n0 += sums.n0;
  to.nb += sums.nb;
  to.nh += sums.nh;
  to.v0 += sums.v0;
  to.vb += sums.vb;
  to.q0 += sums.q0;
  to.qb += sums.qb;
  return to;
}

export const within = (dialect: Dialect, { from, until }: Window): string =>
  `(time >= ${dialect.literal(from)} AND time < ${dialect.literal(until)})`;

/** SQL: 0 in the incident, 1 in the baseline's first half, 2 in its second. */
function side({ scope: { dialect }, incident, baseline }: Question): string {
  const { windows } = baseline;
  const [only] = windows;
  const half = Math.floor(windows.length / 2);
  const halves =
    windows.length === 1 && only !== undefined
      ? halved(only)
      : windows.map((window, at) => ({ window, value: at < half ? 1 : 2 }));
  return valueIn(dialect, [{ window: incident, value: 0 }, ...halves]);
}

function halved({ from, until }: Window): { window: Window; value: number }[] {
  const middle = new Date((from.getTime() + until.getTime()) / 2);
  return [
    { window: { from, until: middle }, value: 1 },
    { window: { from: middle, until }, value: 2 },
  ];
}

/** SQL: which value a row has that lies in one of some windows, which do not overlap. */
export function valueIn(
  dialect: Dialect,
  list: readonly { readonly window: Window; readonly value: string | number }[],
): string {
  const sorted = list.toSorted((a, b) => a.window.until.getTime() - b.window.until.getTime());
  const last = sorted.at(-1)?.value ?? 0;
  const tests = sorted
    .slice(0, -1)
    .map(({ window, value }) => `WHEN time < ${dialect.literal(window.until)} THEN ${value}`);
  return tests.length === 0 ? String(last) : `CASE ${tests.join(" ")} ELSE ${last} END`;
}

/** Relation of the rows that are compared: `w`, `time`, such columns, the metric's value `x`. */
export function comparedRows(question: Question, columns: readonly string[], joins = ""): string {
  const { scope, metric } = question;
  const value = metric.value === undefined ? [] : [`CAST(${metric.value} AS DOUBLE) AS x`];
  const all = [`${side(question)} AS w`, "time", ...columns, ...value];
  return `(SELECT ${all.join(", ")} FROM ${scope.requests}${joins} WHERE ${isCompared(question)}) AS compared`;
}

/** The same with the facets as `f0`, `f1` … */
export const compared = (question: Question, facets: readonly Facet[]): string =>
  comparedRows(question, facetColumns(question, facets));

/** Facets as `f0`, `f1` …; a missing value is the empty text. */
export const facetColumns = ({ scope }: Question, facets: readonly Facet[]): string[] =>
  facets.map((facet, at) => `coalesce(${facet.sql(scope.dialect)}, '') AS f${at}`);

/** SQL: whether a row lies in one of the windows and counts. */
export function isCompared({ scope, metric, incident, baseline }: Question): string {
  const windows = joined([incident, ...baseline.windows]);
  return `(${windows.map((window) => within(scope.dialect, window)).join(" OR ")})${only(metric)}`;
}

/** Windows that touch as one: an engine leaves out what lies beside a single one. */
function joined(windows: readonly Window[]): Window[] {
  const found: Window[] = [];
  for (const window of windows.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = found.at(-1);
    const touches = last !== undefined && last.until.getTime() === window.from.getTime();
    if (touches) found[found.length - 1] = { from: last.from, until: window.until };
    else found.push(window);
  }
  return found;
}

export const only = ({ where }: Metric): string => (where === undefined ? "" : ` AND ${where}`);

/** The aggregates that `sumsOf` reads. */
export function aggregates({ value }: Metric): string {
  const counts = [
    "count(*) FILTER (WHERE w = 0) AS n0",
    "count(*) - count(*) FILTER (WHERE w = 0) AS nb",
    "count(*) FILTER (WHERE w = 1) AS nh",
  ];
  const sums = [
    "sum(x) FILTER (WHERE w = 0) AS v0",
    "sum(x) FILTER (WHERE w > 0) AS vb",
    "sum(x * x) FILTER (WHERE w = 0) AS q0",
    "sum(x * x) FILTER (WHERE w > 0) AS qb",
  ];
  return [...counts, ...(value === undefined ? [] : sums)].join(", ");
}

export function sumsOf(row: Record<string, unknown>): Sums {
  const [n0, nb, nh] = [Number(row["n0"]), Number(row["nb"]), Number(row["nh"])];
  if (!("v0" in row)) return { n0, nb, nh, v0: n0, vb: nb, q0: n0, qb: nb };
  const [v0, vb] = [Number(row["v0"]), Number(row["vb"])];
  return { n0, nb, nh, v0, vb, q0: Number(row["q0"]), qb: Number(row["qb"]) };
}

/** The size of an event of a compound Poisson process whose sum is as noisy: Σx² / Σx. */
export const unitOf = ({ v0, vb, q0, qb }: Sums): number =>
  (v0 + vb > 0 ? (q0 + qb) / (v0 + vb) : 1) || 1;
