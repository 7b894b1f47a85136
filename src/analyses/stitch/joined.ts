import type { Dialect } from "../../engines/dialect.js";
import { ident } from "../../engines/sql.js";
import { columnTypes, type ColumnType } from "../../formats/record.js";
import { expected, type Side } from "./side.js";
import { offsetAt } from "./drift.js";
import type { Stitched } from "./stitch.js";

/** What became of a line. */
export type Outcome =
  "paired" | "ambiguous" | "cached" | "front_only" | "back_only" | "not_covered";

/** Columns that the joined table has beside the record's and the derived ones. */
export const stitchColumns: ReadonlyMap<string, ColumnType> = new Map([
  ["stitch", "text"],
  ["back_time", "time"],
  ["back_ip", "ip"],
  ["back_status", "int"],
  ["back_bytes_sent", "int"],
  ["back_duration_ms", "float"],
  ["back_lag_ms", "float"],
  ["back_source", "text"],
  ["back_line", "int"],
]);

/**
 * The joined table: a row for every line of the front, with what the line behind it adds, and one for
 * every line of the back that has none before it. A column of the record is the front's, and where
 * that has nothing the back's: User-Agent, session and user come from the server behind, the address
 * from where the client was seen. Address, time, status, size and duration are never mixed: of a row
 * with a front line they are the front's, the back's stand in `back_…`.
 */
export function joinedSql(
  dialect: Dialect,
  { front, back, clock, pairs }: Stitched,
  columns: readonly string[],
  derived: readonly string[],
): string {
  const { literal } = dialect;
  const all = columnTypes(derived);
  const kept = columns.filter((name) => all.has(name));
  const merged = kept.map((name) => {
    const column = ident(name);
    return `${OWN.has(name) ? `f.${column}` : `coalesce(f.${column}, b.${column})`} AS ${column}`;
  });
  const alone = kept.map((name) => `b.${ident(name)}`);
  const [before, after] = [back.first, back.last].map((at) => literal(offsetAt(clock, at)));
  const slack = literal(clock.tolerance + 1e6);
  const outside = (time: string, { first, last }: Side, sign: string): string =>
    `(${time} ${sign} ${before} < ${literal(first)} - ${slack} OR ${time} ${sign} ${after} > ${literal(last)} + ${slack})`;
  const [frontTime, backTime] = ["f.time", "b.time"].map(dialect.epochMicros) as [string, string];
  return `SELECT CASE WHEN p.ambiguous THEN 'ambiguous' WHEN p.front_id IS NOT NULL THEN 'paired'
        WHEN NOT f.is_expected THEN 'cached'
        WHEN ${outside(frontTime, back, "+")} THEN 'not_covered' ELSE 'front_only' END AS stitch,
      ${merged.join(", ")}, b.time AS back_time, b.client_ip AS back_ip, b.status AS back_status,
      b.bytes_sent AS back_bytes_sent, b.duration_ms AS back_duration_ms,
      p.lag / 1000 AS back_lag_ms, b.source AS back_source, b.line AS back_line
    FROM (SELECT *, ${expected(front, dialect)} AS is_expected FROM ${front.rows} AS t) AS f
    LEFT JOIN ${pairs} AS p ON f.row_id = p.front_id
    LEFT JOIN ${back.rows} AS b ON b.row_id = p.back_id
    UNION ALL
    SELECT CASE WHEN ${outside(backTime, front, "-")} THEN 'not_covered' ELSE 'back_only' END,
      ${alone.join(", ")}, b.time, b.client_ip, b.status, b.bytes_sent, b.duration_ms, NULL, b.source, b.line
    FROM ${back.rows} AS b WHERE b.row_id NOT IN (SELECT back_id FROM ${pairs} AS p)`;
}

/** Columns that say where and how a line was seen: never taken from the other log. */
const OWN: ReadonlySet<string> = new Set([
  "time",
  "epoch_s",
  "log_type",
  "client_ip",
  "client_port",
  "client_net",
  "method",
  "scheme",
  "path",
  "query",
  "request_target",
  "status",
  "bytes_sent",
  "duration_ms",
  "first_byte_ms",
  "cache_result",
  "hierarchy",
  "source",
  "line",
]);
