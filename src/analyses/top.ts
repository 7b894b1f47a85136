import { ident } from "../engines/sql.js";
import type { Dimension } from "./fields.js";
import { measures, type Measure } from "./measures.js";
import type { Scope } from "./scope.js";

export interface TopOptions {
  readonly fields: readonly Dimension[];
  readonly by: Measure;
  readonly limit: number;
  /** Which of the requests count. */
  readonly where?: string;
}

/** A ranked group: its fields, its size, and how it compares with the others. */
export interface TopRow {
  readonly [field: string]: string | number | bigint | boolean | Date | null;
  readonly requests: number;
  readonly bytes_sent: number | null;
  /** Part of the measure's total, 0 to 1. */
  readonly share: number;
  /** Multiple of the mean over all groups. */
  readonly times_mean: number;
  /** Multiple of the median over all groups; null when the median is 0. */
  readonly times_median: number | null;
  readonly first_seen: Date | null;
  readonly last_seen: Date | null;
}

export interface TopResult {
  readonly fields: readonly string[];
  readonly by: string;
  /** The columns of the numbers by their names; those that are fields too begin with `total_`. */
  readonly numbers: ReadonlyMap<string, string>;
  readonly rows: readonly TopRow[];
  /** How the measure is spread over the groups. */
  readonly concentration: Concentration;
  readonly sql: string;
}

/** How unevenly a measure is spread: is it a few, or everybody? */
export interface Concentration {
  readonly groups: number;
  readonly total: number;
  readonly mean: number;
  readonly median: number;
  /** 0: everyone the same; towards 1: one has it all. */
  readonly gini: number;
  /** How few groups make half of the total. */
  readonly half: number;
  /** Share of the ten largest. */
  readonly top10: number;
}

/**
 * Ranked group-by over any fields: one scan for the groups, the rest from the groups.
 *
 * @example top client_ip,path by requests: the awk one-liner `t[$1 " " $7]++ … sort | tail`.
 */
export async function top(scope: Scope, options: TopOptions): Promise<TopResult> {
  const { db } = scope;
  const numbers = numbersOf(options);
  const sql = groupsSql(scope.requests, options, numbers);
  await db.run(`CREATE OR REPLACE TEMP TABLE ranking AS ${sql}`);
  const concentration = await concentrationOf(scope);
  const names = options.fields.map(({ name }) => ident(name));
  const columns = [...names, ...[...numbers.values()].map(ident)];
  const rows =
    await db.rows(`SELECT ${columns.join(", ")}, value, first_seen, last_seen FROM ranking
    ORDER BY value DESC, ${names.map((name) => `${name} ASC NULLS LAST`).join(", ")} LIMIT ${options.limit}`);
  return {
    fields: options.fields.map(({ name }) => name),
    by: options.by.name,
    numbers,
    rows: rows.map((row) => compared(row, concentration)),
    concentration,
    sql: `${sql} ORDER BY value DESC LIMIT ${options.limit}`,
  };
}

/** Requests, bytes and the measure, each with the name of its column. */
function numbersOf({ fields, by }: TopOptions): Map<string, string> {
  const taken = new Set(fields.map(({ name }) => name));
  const names = ["requests", "bytes_sent", by.name];
  return new Map(names.map((name) => [name, taken.has(name) ? `total_${name}` : name]));
}

function groupsSql(
  relation: string,
  { fields, by, where }: TopOptions,
  names: ReadonlyMap<string, string>,
): string {
  const keys = fields.map(({ name, sql }) => `${sql} AS ${ident(name)}`);
  const sums = { ...measures, [by.name]: by };
  const numbers = [...names].map(
    ([name, column]) => `${sums[name as keyof typeof sums].sql} AS ${ident(column)}`,
  );
  const filter = where === undefined ? "" : ` WHERE ${where}`;
  return (
    `SELECT ${[...keys, ...numbers].join(", ")}, ${by.sql} AS value, min(time) AS first_seen, ` +
    `max(time) AS last_seen FROM ${relation}${filter} GROUP BY ${fields.map((_, at) => at + 1).join(", ")}`
  );
}

/** Gini by ranks: G = 2 Σ i·x_i / (n Σ x) − (n + 1) / n, x ascending, i from 1. */
async function concentrationOf({ db }: Scope): Promise<Concentration> {
  const [row] = await db.rows(`
    WITH ranked AS (
      SELECT CAST(value AS DOUBLE) AS value,
        row_number() OVER (ORDER BY value) AS place,
        sum(CAST(value AS DOUBLE)) OVER (ORDER BY value DESC ROWS UNBOUNDED PRECEDING) AS reached
      FROM ranking)
    SELECT count(*) AS groups, coalesce(sum(value), 0) AS total, coalesce(avg(value), 0) AS mean,
      coalesce(median(value), 0) AS median,
      coalesce(2 * sum(place * value) / nullif(count(*) * sum(value), 0) - (count(*) + 1.0) / nullif(count(*), 0), 0) AS gini,
      count(*) FILTER (WHERE reached - value < (SELECT sum(value) / 2 FROM ranked) AND value > 0) AS half,
      coalesce(sum(value) FILTER (WHERE place > (SELECT count(*) FROM ranked) - 10) / nullif(sum(value), 0), 0) AS top10
    FROM ranked`);
  return row as unknown as Concentration;
}

function compared(row: Record<string, unknown>, spread: Concentration): TopRow {
  const { value, ...rest } = row;
  const size = Number(value);
  return {
    ...rest,
    share: spread.total === 0 ? 0 : size / spread.total,
    times_mean: spread.mean === 0 ? 0 : size / spread.mean,
    times_median: spread.median === 0 ? null : size / spread.median,
  } as TopRow;
}
