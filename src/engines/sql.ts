/**
 * Quoting for SQL, in one place. Everything that a log, a person or a file name says reaches a query
 * through `ident` or `literal`. Both write standard SQL as DuckDB and Trino read it: a backslash in a
 * text means itself.
 */

/** What can stand in a query as a value. Dates are instants; integers beyond 2^53 come as bigint. */
export type Literal = string | number | bigint | boolean | null | Date;

/**
 * A name of a column, table or alias, quoted whatever it holds.
 * Names that no engine can hold (empty, or with NUL) are an error of the caller.
 *
 * `ident('a "b"')` → `"a ""b"""`
 */
export function ident(name: string): string {
  if (name === "" || name.includes("\0")) {
    throw new RangeError(`not a name: ${JSON.stringify(name)}`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A value as SQL that stands for exactly this value, wherever an expression may stand.
 *
 * `literal("it's")` → `'it''s'`, `literal(0.1)` → `1e-1`, `literal(-5)` → `(-5)`,
 * `literal(new Date(0))` → `TIMESTAMP '1970-01-01 00:00:00.000'` (UTC, without a zone).
 * A text with NUL, at which DuckDB would stop reading the query, is joined by `chr(0)`.
 */
export function literal(value: Literal): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "bigint") return whole(value);
  if (typeof value === "number") return number(value);
  return timestamp(value);
}

function text(value: string): string {
  const parts = value.split("\0").map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] ?? "''") : `(${parts.join(" || chr(0) || ")})`;
}

/** `- -5` and `--5` differ: the second begins a comment. */
const signed = (digits: string): string => (digits.startsWith("-") ? `(${digits})` : digits);

/** DuckDB would read more than its HUGEINT holds as a rounded DOUBLE, without a word. */
const MOST = 2n ** 127n;

function whole(value: bigint): string {
  if (value >= MOST || value < -MOST) {
    throw new RangeError(`too large for a number in SQL: ${String(value)}`);
  }
  return signed(String(value));
}

function number(value: number): string {
  if (Number.isSafeInteger(value)) return signed(String(value));
  if (!Number.isFinite(value)) return `CAST('${String(value)}' AS DOUBLE)`;
  // Without an exponent it would be a DECIMAL, whose conversion to DOUBLE can be a bit off.
  return signed(value.toExponential());
}

function timestamp(value: Date): string {
  const year = value.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) {
    throw new RangeError(`not a time that SQL can hold: ${String(value)}`);
  }
  return `TIMESTAMP '${value.toISOString().replace("T", " ").replace("Z", "")}'`;
}
