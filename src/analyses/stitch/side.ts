import type { Dialect } from "../../engines/dialect.js";
import type { Engine } from "../../engines/engine.js";
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

const took = "CAST(duration_ms * 1000 AS DOUBLE)";

/** One scan of a log for what it can tell. */
export async function sideOf(db: Engine, log: Log): Promise<Side> {
  const { dialect } = db;
  const micros = dialect.epochMicros("time");
  const [row = {}] = await db.rows(`SELECT count(*) AS lines_n, count(query) AS with_query,
    count(user_agent) AS with_agent, count(host) AS with_host, count(target_ip) AS with_target,
    count(duration_ms) AS with_duration, CAST(min(${micros}) AS DOUBLE) AS first_at,
    CAST(max(${micros}) AS DOUBLE) AS last_at,
    count(*) FILTER (WHERE ${micros} % 1000000 <> 0) AS fractions FROM ${log.rows} AS t`);
  const number = (name: string): number => Number(row[name] ?? 0);
  const atEnd = p.loggedAtEnd.includes(log.format);
  const hasDuration = number("with_duration") > 0;
  return {
    ...log,
    lines: number("lines_n"),
    withQuery: number("with_query"),
    withAgent: number("with_agent"),
    withHost: number("with_host"),
    withTarget: number("with_target"),
    first: number("first_at"),
    last: number("last_at"),
    hasStart: !atEnd || hasDuration,
    hasEnd: atEnd || hasDuration,
    step: number("fractions") === 0 ? 1_000_000 : 1000,
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

export async function keyOf(db: Engine, front: Side, back: Side): Promise<Key> {
  // Squid leaves queries out unless strip_query_terms is off.
  const query = front.withQuery > 0 || back.withQuery === 0;
  const agent = front.withAgent > 0 && back.withAgent > 0;
  if (front.withHost === 0 || back.withHost === 0) return { query, agent, host: false };
  const [row] = await db.rows(`SELECT count(*) AS n, count(b.host) AS known
    FROM (SELECT host FROM ${front.rows} AS f WHERE ${expected(front, db.dialect)} AND host IS NOT NULL) AS f
    LEFT JOIN (SELECT DISTINCT host FROM ${back.rows} AS t) AS b ON f.host = b.host`);
  return { query, agent, host: Number(row?.["known"]) >= p.sameHosts * Number(row?.["n"]) };
}

/** Whether the server behind was asked, as the front says; never NULL. */
export function expected({ withTarget }: Side, dialect: Dialect): string {
  const none = p.notForwarded.map((code) => dialect.literal(code)).join(", ");
  return `CASE WHEN hierarchy IS NOT NULL THEN hierarchy NOT IN (${none})
    WHEN cache_result IS NOT NULL THEN ${dialect.matches("cache_result", p.forwarded)}
    ELSE ${withTarget > 0 ? "target_ip IS NOT NULL" : "TRUE"} END`;
}

/** A number below 2^52 for a text; equal texts have equal ones. */
const numberOf = (dialect: Dialect, text: string): string =>
  `CAST(${dialect.intDiv(dialect.fingerprint(text), "4096")} AS DOUBLE)`;

/** What both lines must have in common, as a number; NULL where the line has no path. */
function keySql(dialect: Dialect, { query, host }: Key): string {
  const plain = (column: string): string =>
    `CASE WHEN ${dialect.contains(column, "'%'")} THEN coalesce(${dialect.urlDecode(column)}, ${column}) ELSE ${column} END`;
  const parts = [
    "coalesce(method, '')",
    ...(host ? ["coalesce(lower(host), '')"] : []),
    plain("path"),
    ...(query ? [`coalesce(${plain("query")}, '')`] : []),
  ];
  return `CASE WHEN path IS NOT NULL THEN ${numberOf(dialect, parts.join(" || ' ' || "))} END`;
}

/** Columns that both tables share: what the line says of its request. */
const said = (dialect: Dialect, { agent }: Key): string => `CAST(status AS DOUBLE) AS status,
  CAST(bytes_sent AS DOUBLE) AS bytes, ${took} AS took,
  ${agent ? numberOf(dialect, "coalesce(user_agent, '')") : none} AS agent,
  ${numberOf(dialect, "coalesce(client_ip, '')")} AS address`;

const none = "CAST(NULL AS DOUBLE)";

/** The lines of the front behind which another one is expected. */
export function frontSql(dialect: Dialect, side: Side, key: Key, anchor: Anchor): string {
  const unknown = p.unknownDuration * 1e6;
  const { start, end } = instants(dialect, side);
  return `SELECT * FROM (SELECT CAST(row_id AS DOUBLE) AS id, ${keySql(dialect, key)} AS url,
      ${anchorSql(dialect, side, anchor)} AS anchor, ${start ?? `${end ?? ""} - ${unknown}`} AS lo,
      ${end ?? `${start ?? ""} + ${unknown}`} + ${side.step === 1000 ? 0 : side.step} AS hi, ${said(dialect, key)}
      FROM ${side.rows} AS t WHERE ${expected(side, dialect)}) AS t WHERE url IS NOT NULL AND anchor IS NOT NULL`;
}

/** Start and end of a line's request as SQL, in microseconds; the middle of the second it may lie in. */
function instants(
  dialect: Dialect,
  side: Side,
): { start: string | undefined; end: string | undefined } {
  const time = `CAST(${dialect.epochMicros("time")} AS DOUBLE)`;
  const length = `coalesce(${took}, 0)`;
  if (p.loggedAtEnd.includes(side.format)) {
    return { start: side.hasStart ? `(${time} - ${length})` : undefined, end: time };
  }
  return { start: time, end: side.hasEnd ? `(${time} + ${length})` : undefined };
}

function anchorSql(dialect: Dialect, side: Side, anchor: Anchor): string {
  const { start, end } = instants(dialect, side);
  const half = side.step === 1000 ? "" : ` + ${side.step / 2}`;
  const chosen = anchor === "end" ? end : (start ?? end);
  return `(${chosen ?? ""}${half})`;
}

/** The lines of the back. `slack` is half of the step in which the log writes its times. */
export function backSql(dialect: Dialect, side: Side, key: Key, anchor: Anchor): string {
  const slack = side.step === 1000 ? 0 : side.step / 2;
  const { end } = instants(dialect, side);
  return `SELECT * FROM (SELECT CAST(row_id AS DOUBLE) AS id, ${keySql(dialect, key)} AS url,
      ${anchorSql(dialect, side, anchor)} AS anchor, CAST(${slack} AS DOUBLE) AS slack,
      ${end === undefined ? none : `${end} + ${slack}`} AS ended,
      ${numberOf(dialect, "source")} AS written_to, ${said(dialect, key)}
      FROM ${side.rows} AS t) AS t WHERE anchor IS NOT NULL`;
}
