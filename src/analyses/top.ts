import { ident } from "../engines/sql.js";
import type { Dimension } from "./fields.js";
import type { Measure } from "./measures.js";
import type { Scope } from "./scope.js";

export interface TopOptions {
  readonly fields: readonly Dimension[];
  readonly by: Measure;
  readonly limit: number;
  /** Groups whose only field is NULL say nothing and are left out; several fields keep them. */
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
  const sql = groupsSql(scope.requests, options);
  await db.run(`CREATE OR REPLACE TEMP TABLE ranking AS ${sql}`);
  const concentration = await concentrationOf(scope);
  const names = options.fields.map(({ name }) => ident(name));
  const rows = await db.rows(`SELECT ${names.join(", ")}, ${ident(options.by.name)}, requests,
    bytes_sent, value, first_seen, last_seen FROM ranking
    ORDER BY value DESC, ${names.map((name) => `${name} ASC NULLS LAST`).join(", ")} LIMIT ${options.limit}`);
  return {
    fields: options.fields.map(({ name }) => name),
    by: options.by.name,
    rows: rows.map((row) => compared(row, concentration)),
    concentration,
    sql: `${sql} ORDER BY value DESC LIMIT ${options.limit}`,
  };
}

function groupsSql(relation: string, { fields, by, where }: TopOptions): string {
  const keys = fields.map(({ name, sql }) => `${sql} AS ${ident(name)}`);
  const always = new Map([
    ["requests", "count(*)"],
    ["bytes_sent", "CAST(coalesce(sum(bytes_sent), 0) AS BIGINT)"],
    [by.name, by.sql],
  ]);
  const numbers = [...always].map(([name, sql]) => `${sql} AS ${ident(name)}`);
  const filters = where === undefined ? "" : `WHERE ${where}`;
  return `SELECT ${[...keys, ...numbers].join(", ")}, ${by.sql} AS value, min(time) AS first_seen, max(time) AS last_seen FROM ${relation} ${filters} GROUP BY ALL`;
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
