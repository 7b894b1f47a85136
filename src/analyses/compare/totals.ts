import type { Dialect } from "../../engines/dialect.js";
import type { Window } from "../scope.js";
import type { Facet } from "./facets.js";
import { parameters } from "./parameters.js";
import { isCompared, valueIn, type Question } from "./rows.js";
import type { Source } from "./sources.js";
import { lengthOf } from "./windows.js";

/** One window: what it adds up to, whole and in equal steps. */
export interface WindowTotal {
  readonly window: Window;
  readonly rows: number;
  readonly value: number;
  readonly steps: readonly number[];
}

export interface Totals {
  readonly incident: WindowTotal;
  readonly baseline: readonly WindowTotal[];
}

/** The first scan: a few numbers a window. */
export async function totals(question: Question): Promise<Totals> {
  const { scope, metric, incident, baseline } = question;
  const { db, dialect } = scope;
  const windows = [incident, ...baseline.windows];
  const read = [...new Set(["time", ...metric.columns])];
  const value = metric.value === undefined ? "count(*)" : `sum(${metric.value})`;
  const bins = windows.map((window) => ({ window, value: binOf(dialect, window) }));
  const found = await db.rows(`
    SELECT window_number, window_step, count(*) AS many, CAST(${value} AS DOUBLE) AS total
    FROM (SELECT ${read.map(dialect.ident).join(", ")}, ${numbered(dialect, windows)} AS window_number,
        ${valueIn(dialect, bins)} AS window_step
      FROM ${scope.requests} WHERE ${isCompared(question)}) AS windowed
    GROUP BY window_number, window_step`);
  const list = windows.map((window, k): WindowTotal => {
    const own = found.filter((row) => Number(row["window_number"]) === k);
    const steps = Array.from({ length: parameters.bins }, () => 0);
    for (const { window_step: bin, total } of own) {
      const at = Math.min(Number(bin), parameters.bins - 1);
      steps[at] = (steps[at] ?? 0) + Number(total);
    }
    return {
      window,
      rows: own.reduce((sum, { many }) => sum + Number(many), 0),
      value: steps.reduce((sum, total) => sum + total, 0),
      steps,
    };
  });
  return { incident: list[0] as WindowTotal, baseline: list.slice(1) };
}

/** So many rows show nearly all columns that hold anything. */
const FIRST = 20_000;

/** The second scan: the facets that some row has a value of. */
export async function presentFacets(
  question: Question,
  facets: readonly Facet[],
  large: boolean,
): Promise<readonly Facet[]> {
  const { db, dialect, requests } = question.scope;
  const rows = `FROM ${requests} WHERE ${isCompared(question)}`;
  const holding = async (columns: readonly string[], limit = ""): Promise<string[]> => {
    const names = columns.map(dialect.ident);
    const [row = {}] = await db.rows(`
      SELECT ${names.map((name, at) => `count(${name}) AS c${at}`).join(", ")}
      FROM (SELECT ${names.join(", ")} ${rows}${limit}) AS looked_at`);
    return columns.filter((_, at) => Number(row[`c${at}`]) > 0);
  };
  const isAny = async (columns: readonly string[]): Promise<boolean> => {
    const any = columns.map((name) => `${dialect.ident(name)} IS NOT NULL`).join(" OR ");
    const found = await db.rows(`SELECT 1 AS one ${rows} AND (${any}) LIMIT 1`);
    return found.length > 0;
  };
  const columns = [...new Set(facets.flatMap((facet) => facet.columns))];
  // That a column is empty is known of whole groups of rows; what it holds must be read.
  const first = large ? await holding(columns, ` LIMIT ${FIRST}`) : [];
  const rest = columns.filter((name) => !first.includes(name));
  const isRead = rest.length > 0 && (!large || (await isAny(rest)));
  const holds = new Set([...first, ...(isRead ? await holding(rest) : [])]);
  return facets.filter((facet) => facet.columns.every((name) => holds.has(name)));
}

/** Different clients of the incident, and of a baseline window on average. */
export async function clientsOf(
  question: Question,
  sources: readonly Source[],
): Promise<{ readonly baseline: number; readonly incident: number }> {
  const { db, dialect, requests } = question.scope;
  const { windows } = question.baseline;
  const kept = sources.find(({ facets }) => facets.some(({ name }) => name === "client_ip"))?.kept;
  if (kept !== undefined && windows.length === 1) {
    const [row = {}] = await db.rows(`
      SELECT count(*) FILTER (WHERE n0 > 0) AS incident, count(*) FILTER (WHERE nb > 0) AS baseline
      FROM ${kept.table} AS counted WHERE k${kept.columns.indexOf("client_ip")} IS NOT NULL`);
    return { baseline: Number(row["baseline"]), incident: Number(row["incident"]) };
  }
  const number = numbered(dialect, [question.incident, ...windows]);
  const found = await db.rows(`
    SELECT window_number, count(*) AS clients
    FROM (SELECT DISTINCT ${number} AS window_number, client_ip
      FROM ${requests} WHERE ${isCompared(question)}) AS asked
    WHERE client_ip IS NOT NULL GROUP BY window_number`);
  const of = (isOwn: (at: number) => boolean): number =>
    found
      .filter((row) => isOwn(Number(row["window_number"])))
      .reduce((sum, row) => sum + Number(row["clients"]), 0);
  return { baseline: of((at) => at > 0) / windows.length, incident: of((at) => at === 0) };
}

const numbered = (dialect: Dialect, windows: readonly Window[]): string =>
  valueIn(
    dialect,
    windows.map((window, value) => ({ window, value })),
  );

const binOf = (dialect: Dialect, window: Window): string => {
  const start = Math.floor(window.from.getTime() / 1000);
  const step = Math.max(1, Math.ceil(lengthOf(window) / 1000 / parameters.bins));
  return dialect.intDiv(`(${dialect.epoch("time")} - ${start})`, `${step}`);
};
