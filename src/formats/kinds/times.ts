import { into, type Kind, type Options, type Target } from "./kind.js";

/** Text to time, UTC. */
function parseTime(strptime: string): (c: string) => string {
  const parsed = (c: string): string => `try_strptime(${c}, '${strptime.replaceAll("'", "''")}')`;
  return /%[zZ]/.test(strptime)
    ? // A cast from a time with zone would ask the calendar of the session's zone.
      (c) => `make_timestamp(epoch_us(${parsed(c)}))`
    : (c) => `in_log_zone(${parsed(c)})`;
}

/** The engine would take 202 and 20260 for years as well. */
const fourDigitYear = (t: string): string =>
  `${t} >= TIMESTAMP '1000-01-01' AND ${t} < TIMESTAMP '10000-01-01'`;

/** A time in DuckDB's strptime notation; `%z` gives the zone, without it the log's zone is UTC. */
export function time(
  strptime: string,
  pattern: string,
  options: { column?: Target; spaces?: number; rank?: number } = {},
): Kind {
  return {
    name: "time",
    pattern: `(?:${pattern}|-)`,
    spaces: options.spaces ?? pattern.split(" ").length - 1,
    wants: `a time like ${strptime}`,
    typed: parseTime(strptime),
    valid: (_c, t) => fourDigitYear(t),
    columns: into(options.column ?? "time"),
    rank: options.rank ?? 0,
  };
}

const CLF = "%d/%b/%Y:%H:%M:%S %z";
const clf = time(CLF, "\\d{1,2}/[A-Za-z]{3}/\\d{4}(?::\\d{1,2}){3} [+-]\\d\\d(?::?\\d\\d)?");

/** `10/Oct/2000:13:55:36 -0700`, without its brackets. */
export const clfTime: Kind = {
  ...clf,
  quick: {
    valid: (_c, t) => fourDigitYear(t),
    within: (prefix, suffix) => ({
      typed: parseTime(`${prefix}${CLF}${suffix}`),
      valid: (_c, t) => fourDigitYear(t),
    }),
  },
};

/** ISO 8601 with or without fraction and zone; no zone means UTC. */
export const isoTime = (column: Target = "time", rank = 0): Kind => ({
  name: "time",
  pattern:
    "(?:\\d{4}-\\d{1,2}-\\d{1,2}[T ]\\d{1,2}:\\d{1,2}:\\d{1,2}(?:[.,]\\d+)?(?:Z|[+-]\\d\\d(?::?\\d\\d)?)?|-)",
  spaces: 0,
  wants: "an ISO 8601 time",
  typed: (c) => `CAST(try_cast(${c} AS TIMESTAMPTZ) AS TIMESTAMP)`,
  valid: (_c, t) => fourDigitYear(t),
  columns: into(column),
  rank,
});

/** Seconds, milliseconds or microseconds since 1970, with or without a fraction. */
export function epoch(
  unit: "s" | "ms" | "us" | "ns",
  options: Options & { column?: Target } = {},
): Kind {
  const factor = { s: "* 1e6", ms: "* 1e3", us: "", ns: "/ 1e3" }[unit];
  return {
    name: "time",
    pattern: "\\d+(?:\\.\\d+)?",
    spaces: 0,
    wants: "a time in seconds since 1970",
    typed: (c) =>
      `try(make_timestamp(try_cast(round(try_cast(${c} AS DOUBLE) ${factor}) AS BIGINT)))`,
    valid: (c, t) => `${t} IS NOT NULL AND regexp_full_match(${c}, '[0-9]+(?:[.][0-9]+)?')`,
    columns: into(options.column ?? "time"),
    rank: options.rank ?? 0,
  };
}
