import { foldAddress, host } from "../kinds/addresses.js";
import { int, status } from "../kinds/numbers.js";
import { present, type Kind, type Target, varied } from "../kinds/kind.js";
import { text } from "../kinds/text.js";
import type { JsonField } from "../layout.js";

/** A field of an object, by the path it stands at, or by several names of the same thing. */
export const at = (kind: Kind, ...paths: readonly [string, ...string[]]): JsonField => ({
  native: paths[0],
  kind,
  paths,
});

const NUMBER = "'[+-]?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?'";
const isNumber = (c: string): string => `regexp_full_match(${c}, ${NUMBER})`;

/** Seconds, milli-, micro- or nanoseconds since 1970, told apart by their size. */
const sinceEpoch = (c: string): string => {
  const n = `try_cast(${c} AS DOUBLE)`;
  const factor = `CASE WHEN abs(${n}) < 1e11 THEN 1e6 WHEN abs(${n}) < 1e14 THEN 1e3 WHEN abs(${n}) < 1e17 THEN 1 ELSE 1e-3 END`;
  return `try(make_timestamp(try_cast(round(${n} * ${factor}) AS BIGINT)))`;
};

/** `Z`, `+01:00`, `+0100`; `+01` only behind seconds, as a date ends in `-01` too. */
const zoned = (c: string): string =>
  `regexp_matches(${c}, '(?:[Zz]|[+-][0-9]{2}:?[0-9]{2}|:[0-9]{2}(?:[.][0-9]+)?[+-][0-9]{2})$')`;

/** A time as JSON writers spell it: ISO 8601, since 1970 in any unit, or as in the Common Log Format. */
export const anyTime = (column: Target = "time", rank = 0): Kind => ({
  ...text(column, { rank }),
  name: "time",
  wants: "a time",
  typed: (c) =>
    `CASE WHEN ${isNumber(c)} THEN ${sinceEpoch(c)} WHEN regexp_matches(${c}, '^[0-9]{1,2}/[A-Za-z]{3}/') THEN CAST(try_strptime(${c}, '%d/%b/%Y:%H:%M:%S %z') AS TIMESTAMP) WHEN ${zoned(c)} THEN CAST(try_cast(${c} AS TIMESTAMPTZ) AS TIMESTAMP) ELSE in_log_zone(try_cast(${c} AS TIMESTAMP)) END`,
  valid: (_c, t) => `${t} IS NOT NULL`,
});

const toMs = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/**
 * A duration as a bare number of `unit`, or as Go writes it: `1.5ms`, `20µs`. Without a unit bare
 * numbers say nothing.
 */
export function goDuration(column: Target, unit?: keyof typeof toMs, rank = 0): Kind {
  const suffix = (c: string): string => `regexp_extract(${c}, '[a-zµμ]+$')`;
  const number = (c: string): string => `try_cast(regexp_extract(${c}, '^[0-9.]+') AS DOUBLE)`;
  const factor = (c: string): string =>
    `CASE ${suffix(c)} WHEN 'ns' THEN 1e-6 WHEN 'us' THEN 1e-3 WHEN 'µs' THEN 1e-3 WHEN 'μs' THEN 1e-3 WHEN 'ms' THEN 1 WHEN 's' THEN 1000 WHEN 'm' THEN 60000 WHEN 'h' THEN 3600000 END`;
  const bare = (c: string): string =>
    unit === undefined ? "NULL" : `try_cast(${c} AS DOUBLE) * ${toMs[unit]}`;
  return {
    ...text(column, { rank }),
    name: "duration",
    wants: "a duration",
    typed: (c) =>
      `round(CASE WHEN ${isNumber(c)} THEN ${bare(c)} ELSE ${number(c)} * ${factor(c)} END, 6)`,
    columns: { [column]: (t: string) => `CASE WHEN ${t} >= 0 THEN ${t} END` },
  };
}

/** `address`, `address:port` or `[address]:port`. */
export const address = (column: Target, rank = 0): Kind =>
  varied(host(column, { rank }), {
    typed: (c) =>
      foldAddress(
        `CASE WHEN regexp_full_match(${c}, '[^:]+:[0-9]+|\\[.*\\]:[0-9]+') THEN trim(regexp_replace(${c}, ':[0-9]+$', ''), '[]') ELSE ${c} END`,
      ),
  });

/** The last address of a list such as X-Forwarded-For: the one that the nearest proxy added. */
export const lastAddress = (column: Target): Kind => ({
  ...address(column),
  typed: (c) => foldAddress(`trim(split_part(${c}, ',', -1), ' ')`),
  valid: () => "true",
});

/** A port, alone or behind an address. */
export const port = (column: Target): Kind => ({
  ...int(column),
  typed: (c) => `try_cast(regexp_extract(${c}, '([0-9]{1,5})$', 1) AS BIGINT)`,
  valid: () => "true",
});

const withoutPort = (t: string): string => `regexp_replace(${t}, ':[0-9]+$', '')`;

/** The host that was asked for, which is also the site. */
export const siteHost: Kind = {
  ...text("host"),
  columns: { host: withoutPort, site: withoutPort },
};

/** Of a name that is only guessed: a value of another kind is no fault of the line. */
export const lenient = (kind: Kind): Kind => varied(kind, { valid: () => "true" });

/** Text that is no object or list. */
export const scalar = (column: Target, rank = 0): Kind => ({
  ...text(column, { rank }),
  typed: (c) => `CASE WHEN NOT regexp_matches(${c}, '^[{\\[]') THEN ${present(c)} END`,
});

export const looseStatus: Kind = {
  ...status,
  typed: (c) =>
    `CASE WHEN regexp_full_match(${c}, '[1-9][0-9]{2}') THEN try_cast(${c} AS BIGINT) END`,
  valid: () => "true",
};
