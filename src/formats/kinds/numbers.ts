import { absent, into, type Kind, type Options, type Target } from "./kind.js";

/** Whole number ≥ 0. */
export function int(column: Target, options: Options = {}): Kind {
  return {
    name: "int",
    pattern: "(?:\\d+|-)",
    spaces: 0,
    wants: "a whole number",
    typed: (c) => `try_cast(${c} AS BIGINT)`,
    valid: (c, t) => `(regexp_full_match(${c}, '[0-9]+') AND ${t} IS NOT NULL) OR ${absent(c)}`,
    columns: into(column),
    rank: options.rank ?? 0,
  };
}

/** Whole number where the writer's `-` means none were sent (Apache's `%b`). */
export function sizeWithDash(column: Target, options: Options = {}): Kind {
  return {
    ...int(column, options),
    name: "size",
    typed: (c) => `CASE WHEN ${c} = '-' THEN 0 ELSE try_cast(${c} AS BIGINT) END`,
  };
}

/** HTTP status: three digits; CloudFront and Squid write `000` or `0` for none. */
export const status: Kind = {
  ...int("status"),
  name: "status",
  wants: "a status code",
  typed: (c) => `nullif(try_cast(${c} AS BIGINT), 0)`,
  valid: (c) => `regexp_full_match(${c}, '[0-9]{1,3}') OR ${absent(c)}`,
};

/** A number in the given unit, stored as milliseconds. */
export function duration(
  column: Target,
  unit: "s" | "ms" | "us" | "ns",
  options: Options = {},
): Kind {
  const factor = { s: "* 1000", ms: "", us: "/ 1000", ns: "/ 1000000" }[unit];
  return {
    name: "duration",
    pattern: "(?:-?\\d+(?:\\.\\d+)?|-)",
    spaces: 0,
    wants: "a duration",
    // Microseconds are the record's precision: 0.001 s must not become 1.0000000000000002 ms.
    typed: (c) => `round(try_cast(${c} AS DOUBLE) ${factor}, 6)`,
    valid: (c, t) => `coalesce(isfinite(${t}), false) OR ${absent(c)}`,
    // AWS writes -1 where the connection ended before there was anything to measure.
    columns: { [column]: (t: string) => `CASE WHEN ${t} >= 0 THEN ${t} END` },
    rank: options.rank ?? 0,
  };
}
