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
 * Ranked group-by over any fields, in one query: one scan for the groups, the rest from the groups.
 *
 * @example top client_ip,path by requests: the awk one-liner `t[$1 " " $7]++ … sort | tail`.
 */
export async function top(scope: Scope, options: TopOptions): Promise<TopResult> {
  const { db, dialect } = scope;
  const numbers = numbersOf(options);
  const sql = groupsSql(scope, options, numbers);
  const found = await db.rows(rankedSql(scope, options, sql, numbers));
  const [first] = found;
  const concentration = first === undefined ? NOTHING : spreadOf(first);
  const names = options.fields.map(({ name }) => name);
  const columns = [...names, ...numbers.values(), "first_seen", "last_seen"];
  return {
    fields: names,
    by: options.by.name,
    numbers,
    rows: found.map((row) => compared(row, columns, concentration)),
    concentration,
    sql: `${sql} ORDER BY ${dialect.ident(VALUE)} DESC LIMIT ${options.limit}`,
  };
}

/** Columns beside those that people asked for; a derived column could be called `value`. */
const VALUE = "value";

/** Requests, bytes and the measure, each with the name of its column. */
function numbersOf({ fields, by }: TopOptions): Map<string, string> {
  const taken = new Set(fields.map(({ name }) => name));
  const names = ["requests", "bytes_sent", by.name];
  return new Map(names.map((name) => [name, taken.has(name) ? `total_${name}` : name]));
}

function groupsSql(
  { dialect, requests }: Scope,
  { fields, by, where }: TopOptions,
  names: ReadonlyMap<string, string>,
): string {
  const { ident } = dialect;
  const keys = fields.map(({ name, sql }) => `${sql} AS ${ident(name)}`);
  const sums = { ...measures, [by.name]: by };
  const numbers = [...names].map(
    ([name, column]) => `${sums[name as keyof typeof sums].sql} AS ${ident(column)}`,
  );
  const filter = where === undefined ? "" : ` WHERE ${where}`;
  return (
    `SELECT ${[...keys, ...numbers].join(", ")}, ${by.sql} AS ${VALUE}, min(time) AS first_seen, ` +
    `max(time) AS last_seen FROM ${requests}${filter} GROUP BY ${fields.map((_, at) => at + 1).join(", ")}`
  );
}

/**
 * The largest groups, each with what is true of all of them. That is computed from the levels: how many
 * groups have a size, from the largest size on. With places d from the largest, Gini's coefficient is
 * G = (n + 1) / n − 2 Σ d·x_d / (n Σ x); the places of a level are on average upto − (many − 1) / 2.
 */
function rankedSql(
  { dialect }: Scope,
  { fields, limit }: TopOptions,
  groups: string,
  numbers: ReadonlyMap<string, string>,
): string {
  const names = fields.map(({ name }) => dialect.ident(name));
  const columns = [
    ...names,
    ...[...numbers.values()].map(dialect.ident),
    "first_seen",
    "last_seen",
  ];
  const order = [`${VALUE} DESC`, ...names.map((name) => `${name} ASC NULLS LAST`)].join(", ");
  const sizeAt = (place: string): string =>
    `sum(CASE WHEN upto - many < ${place} AND ${place} <= upto THEN size END)`;
  return `
    WITH ${dialect.shared("kinds", groups)},
    levels AS (
      SELECT CAST(${VALUE} AS DOUBLE) AS size, CAST(count(*) AS DOUBLE) AS many FROM kinds GROUP BY 1),
    placed AS (
      SELECT size, many,
        sum(many) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) AS upto,
        sum(size * many) OVER (ORDER BY size DESC ROWS UNBOUNDED PRECEDING) AS reached,
        sum(many) OVER () AS kind_count, sum(size * many) OVER () AS kind_total
      FROM levels),
    spread AS (
      SELECT max(kind_count) AS kind_count, max(kind_total) AS kind_total,
        (${sizeAt("floor((kind_count + 1) / 2)")} +
          ${sizeAt("floor((kind_count + 2) / 2)")}) / 2 AS kind_median,
        sum((upto - (many - 1) / 2) * many * size) AS kind_moment,
        sum(CASE WHEN reached - many * size < kind_total / 2 AND size > 0
          THEN least(many, ceil((kind_total / 2 - (reached - many * size)) / size)) END) AS kind_half,
        sum(size * greatest(0e0, least(many, 10e0 - (upto - many)))) AS kind_top10
      FROM placed),
    largest AS (SELECT * FROM kinds ORDER BY ${order} LIMIT ${limit})
    SELECT ${columns.join(", ")}, CAST(${VALUE} AS DOUBLE) AS rank_value,
      kind_count, kind_total, kind_median, kind_moment, kind_half, kind_top10
    FROM largest CROSS JOIN spread ORDER BY ${order}`;
}

const NOTHING: Concentration = {
  groups: 0,
  total: 0,
  mean: 0,
  median: 0,
  gini: 0,
  half: 0,
  top10: 0,
};

function spreadOf(row: Record<string, unknown>): Concentration {
  const number = (name: string): number => Number(row[name]);
  const [groups, total] = [number("kind_count"), number("kind_total")];
  const gini = (groups + 1) / groups - (2 * number("kind_moment")) / (groups * total);
  return {
    groups,
    total,
    mean: total / groups,
    median: number("kind_median"),
    gini: total === 0 ? 0 : Math.max(0, gini),
    half: number("kind_half"),
    top10: total === 0 ? 0 : number("kind_top10") / total,
  };
}

function compared(
  row: Record<string, unknown>,
  columns: readonly string[],
  spread: Concentration,
): TopRow {
  const size = Number(row["rank_value"]);
  return {
    ...Object.fromEntries(columns.map((name) => [name, row[name]])),
    share: spread.total === 0 ? 0 : size / spread.total,
    times_mean: spread.mean === 0 ? 0 : size / spread.mean,
    times_median: spread.median === 0 ? null : size / spread.median,
  } as TopRow;
}
