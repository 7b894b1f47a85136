import { literal } from "../../sql.js";

/** A field that the record keeps only in `extra`, by its native name. */
export const native = (name: string): string => `extra[${literal(name)}]`;

/** A value that was logged encoded: its text, where that was kept, or the value encoded again. */
export const logged = (name: string, encoded: string): string =>
  `coalesce(${native(name)}, ${encoded})`;

/** AWS writes a dash where there is nothing, and Athena's text columns keep it. */
export const dashed = (sql: string): string => `coalesce(${sql}, '-')`;

/** A text that Athena shows with the quotes around it. */
export const inQuotes = (sql: string): string => `'"' || ${sql} || '"'`;

/** A whole number as the text that was logged. */
export const digits = (sql: string): string => `CAST(CAST(${sql} AS BIGINT) AS VARCHAR)`;

/** Numbers that the record does not keep as such. */
export const number = (sql: string, type: "BIGINT" | "INTEGER" | "DOUBLE"): string =>
  `try_cast(${sql} AS ${type})`;

/** The time with microseconds, as load balancers write it. */
export const isoMicros = `strftime("time", '%Y-%m-%dT%H:%M:%S.%fZ')`;

/** Load balancers escape a quote inside a quoted value so; the record holds the quote itself. */
export const escapedQuotes = (sql: string): string => `replace(${sql}, '"', '\\x22')`;

const NO_REQUEST = "method IS NULL AND request_target IS NULL AND protocol IS NULL";

/**
 * The three parts of a load balancer's request, `"GET https://host:443/path HTTP/1.1"`, as the regular
 * expressions of AWS's tables cut them. `empty` is what they make of `"- - - "`, a connection without
 * a request.
 */
export const requestParts = (empty: { url: string; protocol: string }) => ({
  verb: dashed("method"),
  url: `CASE WHEN ${NO_REQUEST} THEN ${literal(empty.url)} ELSE ${dashed(escapedQuotes("request_target"))} END`,
  protocol: `CASE WHEN ${NO_REQUEST} THEN ${literal(empty.protocol)} ELSE ${dashed("protocol")} END`,
});
