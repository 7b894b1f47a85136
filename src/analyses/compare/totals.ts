import type { Dialect } from "../../engines/dialect.js";
import type { Row } from "../../engines/engine.js";
import type { Window } from "../scope.js";
import type { Facet } from "./facets.js";
import { parameters } from "./parameters.js";
import { only, within, type Question } from "./rows.js";
import { lengthOf } from "./windows.js";

/** One window: what it adds up to, whole and in equal steps. */
export interface WindowTotal {
  readonly window: Window;
  readonly rows: number;
  readonly value: number;
  readonly clients: number;
  readonly steps: readonly number[];
}

export interface Totals {
  readonly incident: WindowTotal;
  readonly baseline: readonly WindowTotal[];
  /** Facets that some row has a value of. */
  readonly facets: readonly Facet[];
  /** Some line is of a request, not of a connection. */
  readonly requests: boolean;
}

/** The first two scans: a few numbers a window, which columns hold anything, and how many clients there were. */
export async function totals(question: Question, facets: readonly Facet[]): Promise<Totals> {
  const { scope, metric, incident, baseline } = question;
  const { db, dialect } = scope;
  const windows = [incident, ...baseline.windows];
  const columns = [...new Set(facets.flatMap((facet) => facet.columns))];
  const has = columns.map((name, at) => `count(${dialect.ident(name)}) AS c${at}`);
  const read = [...new Set(["method", ...columns, ...metric.columns])];
  const value = metric.value === undefined ? "count(*)" : `sum(${metric.value})`;
  const number = indexed(dialect, windows, (at) => String(at));
  const inWindows = `FROM ${scope.requests}
    WHERE (${windows.map((window) => within(dialect, window)).join(" OR ")})${only(metric)}`;
  const found = await db.rows(`
    SELECT window_number, window_step, count(*) AS many, CAST(${value} AS DOUBLE) AS total,
      count(method) AS methods, ${has.join(", ")}
    FROM (SELECT ${read.map(dialect.ident).join(", ")}, ${number} AS window_number,
        ${indexed(dialect, windows, (_, window) => binOf(dialect, window))} AS window_step
      ${inWindows}) AS windowed
    GROUP BY window_number, window_step`);
  const clients = await db.rows(`
    SELECT window_number, count(*) AS clients
    FROM (SELECT DISTINCT ${number} AS window_number, client_ip ${inWindows}) AS asked
    WHERE client_ip IS NOT NULL GROUP BY window_number`);
  const list = windows.map((window, k): WindowTotal => {
    const isOwn = (row: Row): boolean => Number(row["window_number"]) === k;
    const own = found.filter(isOwn);
    const steps = Array.from({ length: parameters.bins }, () => 0);
    for (const { window_step: bin, total } of own) {
      const at = Math.min(Number(bin), parameters.bins - 1);
      steps[at] = (steps[at] ?? 0) + Number(total);
    }
    return {
      window,
      rows: own.reduce((sum, { many }) => sum + Number(many), 0),
      value: steps.reduce((sum, total) => sum + total, 0),
      clients: Number(clients.find(isOwn)?.["clients"] ?? 0),
      steps,
    };
  });
  const holds = new Set(columns.filter((_, at) => found.some((row) => Number(row[`c${at}`]) > 0)));
  return {
    incident: list[0] as WindowTotal,
    baseline: list.slice(1),
    facets: facets.filter((facet) => facet.columns.every((name) => holds.has(name))),
    requests: found.some((row) => Number(row["methods"]) > 0),
  };
}

const indexed = (
  dialect: Dialect,
  windows: readonly Window[],
  write: (at: number, window: Window) => string,
): string =>
  `CASE ${windows.map((window, at) => `WHEN ${within(dialect, window)} THEN ${write(at, window)}`).join(" ")} END`;

const binOf = (dialect: Dialect, window: Window): string => {
  const start = Math.floor(window.from.getTime() / 1000);
  const step = Math.max(1, Math.ceil(lengthOf(window) / 1000 / parameters.bins));
  return dialect.intDiv(`(${dialect.epoch("time")} - ${start})`, `${step}`);
};
