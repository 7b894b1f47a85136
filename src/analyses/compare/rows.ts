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
  const first =
    windows.length === 1 && only !== undefined
      ? [{ from: only.from, until: new Date((only.from.getTime() + only.until.getTime()) / 2) }]
      : windows.slice(0, half);
  const is = (list: readonly Window[]): string =>
    list.map((window) => within(dialect, window)).join(" OR ");
  return `CASE WHEN ${within(dialect, incident)} THEN 0 WHEN ${is(first)} THEN 1 ELSE 2 END`;
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
  const windows = [incident, ...baseline.windows].map((window) => within(scope.dialect, window));
  return `(${windows.join(" OR ")})${only(metric)}`;
}

export const only = ({ where }: Metric): string => (where === undefined ? "" : ` AND ${where}`);

/** The aggregates that `sumsOf` reads. */
export function aggregates({ value }: Metric): string {
  const counts = [
    "count(*) FILTER (WHERE w = 0) AS n0",
    "count(*) FILTER (WHERE w > 0) AS nb",
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
