import type { DuckDb } from "../../engines/duckdb/engine.js";
import { literal } from "../../engines/sql.js";
import { stitchParameters as p } from "./parameters.js";

/** One of the two logs. */
export interface Log {
  /** Relation of its rows with the record's columns and `row_id`, which follows the lines' order. */
  readonly rows: string;
  /** The format that read it. */
  readonly format: string;
}

/** What a log can say about when a request ran. Instants are microseconds since 1970. */
export interface Side extends Log {
  readonly lines: number;
  readonly withQuery: number;
  readonly withAgent: number;
  readonly withHost: number;
  readonly withTarget: number;
  readonly first: number;
  readonly last: number;
  readonly hasStart: boolean;
  readonly hasEnd: boolean;
  /** The step in which its times are written, microseconds. */
  readonly step: number;
}

/** What is compared: the starts of both, else the ends, else what there is. */
export type Anchor = "start" | "end" | "mixed";

const micros = "epoch_us(time)";
const took = "CAST(duration_ms * 1000 AS DOUBLE)";

/** One scan of a log for what it can tell. */
export async function sideOf(db: DuckDb, log: Log): Promise<Side> {
  const [row = {}] = await db.rows(`SELECT count(*) AS lines, count(query) AS with_query,
    count(user_agent) AS with_agent, count(host) AS with_host, count(target_ip) AS with_target,
    count(duration_ms) AS with_duration, CAST(min(${micros}) AS DOUBLE) AS first,
    CAST(max(${micros}) AS DOUBLE) AS last,
    coalesce(bool_and(${micros} % 1000000 = 0), TRUE) AS seconds FROM ${log.rows}`);
  const number = (name: string): number => Number(row[name] ?? 0);
  const atEnd = p.loggedAtEnd.includes(log.format);
  const hasDuration = number("with_duration") > 0;
  return {
    ...log,
    lines: number("lines"),
    withQuery: number("with_query"),
    withAgent: number("with_agent"),
    withHost: number("with_host"),
    withTarget: number("with_target"),
    first: number("first"),
    last: number("last"),
    hasStart: !atEnd || hasDuration,
    hasEnd: atEnd || hasDuration,
    step: row["seconds"] === true ? 1_000_000 : 1000,
  };
}

export const anchorOf = (front: Side, back: Side): Anchor =>
  front.hasStart && back.hasStart ? "start" : front.hasEnd && back.hasEnd ? "end" : "mixed";

/** What two lines of one request have in common. */
export interface Key {
  readonly query: boolean;
  readonly host: boolean;
  readonly agent: boolean;
}

export async function keyOf(db: DuckDb, front: Side, back: Side): Promise<Key> {
  // Squid leaves queries out unless strip_query_terms is off.
  const query = front.withQuery > 0 || back.withQuery === 0;
  const agent = front.withAgent > 0 && back.withAgent > 0;
  if (front.withHost === 0 || back.withHost === 0) return { query, agent, host: false };
  const [row] = await db.rows(`SELECT avg(CAST(host IN (SELECT host FROM ${back.rows}) AS DOUBLE))
    AS known FROM ${front.rows} WHERE ${expected(front)} AND host IS NOT NULL`);
  return { query, agent, host: Number(row?.["known"] ?? 0) >= p.sameHosts };
}

/** Whether the server behind was asked, as the front says; never NULL. */
export function expected({ withTarget }: Side): string {
  const none = p.notForwarded.map((code) => literal(code)).join(", ");
  return `CASE WHEN hierarchy IS NOT NULL THEN hierarchy NOT IN (${none})
    WHEN cache_result IS NOT NULL THEN regexp_matches(cache_result, ${literal(p.forwarded)})
    ELSE ${withTarget > 0 ? "target_ip IS NOT NULL" : "TRUE"} END`;
}

/** A number below 2^52 for what both lines must have in common; NULL where the line has no path. */
function keySql({ query, host }: Key): string {
  const plain = (column: string): string =>
    `CASE WHEN contains(${column}, '%') THEN coalesce(try(url_decode(${column})), ${column}) ELSE ${column} END`;
  const parts = [
    "coalesce(method, '')",
    ...(host ? ["coalesce(lower(host), '')"] : []),
    plain("path"),
    ...(query ? [`coalesce(${plain("query")}, '')`] : []),
  ];
  return `CASE WHEN path IS NOT NULL THEN CAST(hash(${parts.join(", ")}) >> 12 AS DOUBLE) END`;
}

/** Columns that both tables share: what the line says of its request. */
const said = ({ agent }: Key): string => `CAST(status AS DOUBLE) AS status,
  CAST(bytes_sent AS DOUBLE) AS bytes, ${took} AS took,
  ${agent ? "CAST(hash(user_agent) >> 12 AS DOUBLE)" : "CAST(NULL AS DOUBLE)"} AS agent,
  CAST(hash(client_ip) >> 12 AS DOUBLE) AS address`;

/** Makes the table `stitch_front`: the lines behind which another one is expected. */
export async function frontTable(db: DuckDb, side: Side, key: Key, anchor: Anchor): Promise<void> {
  const unknown = p.unknownDuration * 1e6;
  const { start, end } = instants(side);
  await db.run(`CREATE OR REPLACE TEMP TABLE stitch_front AS
    SELECT * FROM (SELECT CAST(row_id AS DOUBLE) AS id, ${keySql(key)} AS key,
      ${anchorSql(side, anchor)} AS anchor, ${start ?? `${end ?? ""} - ${unknown}`} AS lo,
      ${end ?? `${start ?? ""} + ${unknown}`} + ${side.step === 1000 ? 0 : side.step} AS hi, ${said(key)}
      FROM ${side.rows} WHERE ${expected(side)}) WHERE key IS NOT NULL AND anchor IS NOT NULL`);
}

/** Start and end of a line's request as SQL, in microseconds; the middle of the second it may lie in. */
function instants(side: Side): { start: string | undefined; end: string | undefined } {
  const time = `CAST(${micros} AS DOUBLE)`;
  const length = `coalesce(${took}, 0)`;
  if (p.loggedAtEnd.includes(side.format)) {
    return { start: side.hasStart ? `(${time} - ${length})` : undefined, end: time };
  }
  return { start: time, end: side.hasEnd ? `(${time} + ${length})` : undefined };
}

function anchorSql(side: Side, anchor: Anchor): string {
  const { start, end } = instants(side);
  const half = side.step === 1000 ? "" : ` + ${side.step / 2}`;
  const chosen = anchor === "end" ? end : (start ?? end);
  return `(${chosen ?? ""}${half})`;
}

/** Makes the table `stitch_back`. `slack` is half of the step in which the log writes its times. */
export async function backTable(db: DuckDb, side: Side, key: Key, anchor: Anchor): Promise<void> {
  const slack = side.step === 1000 ? 0 : side.step / 2;
  const { end } = instants(side);
  await db.run(`CREATE OR REPLACE TEMP TABLE stitch_back AS
    SELECT * FROM (SELECT CAST(row_id AS DOUBLE) AS id, ${keySql(key)} AS key,
      ${anchorSql(side, anchor)} AS anchor, CAST(${slack} AS DOUBLE) AS slack,
      ${end === undefined ? "CAST(NULL AS DOUBLE)" : `${end} + ${slack}`} AS ended,
      hash(source) AS written_to, ${said(key)}
      FROM ${side.rows}) WHERE anchor IS NOT NULL`);
}
