import type { RecordColumn } from "./record.js";

/**
 * Columns of the record, or a working name beginning with `_` that a later step assembles
 * (`_date` and `_time` become `time`).
 */
export type Target = RecordColumn | `_${string}`;

/** What the text of a field means: how it looks, and which columns of the record it fills. */
export interface Kind {
  readonly name: string;
  /** How the text looks outside quotes, as a JavaScript regular expression without groups. */
  readonly pattern: string;
  /** What a line of delimited values must have in this place to be of the format at all. */
  readonly shape?: RegExp;
  /** How many spaces the text always contains (a CLF time has one before its zone). */
  readonly spaces: number;
  /** What the text should have been, for the reason of a reject: "a whole number". */
  readonly wants: string;
  /** The typed value of the cell `c` (an SQL expression, `-` and empty still in it). */
  typed(c: string): string;
  /** The writer escapes every byte beyond ASCII: a raw one was not written by it. */
  readonly ascii?: boolean;
  /** SQL that is true when cell `c` with typed value `t` is of this kind; absent means always. */
  readonly valid?: (c: string, t: string) => string;
  /** The columns it fills, from the typed value. */
  readonly columns: Partial<Record<Target, (t: string) => string>>;
  /** Where two fields fill one column, the higher rank is taken and the other goes to `extra`. */
  readonly rank: number;
  /** What `extra` holds of it as well; absent: the text as it is, only if no column is filled. */
  readonly extra?: (c: string, t: string) => string;
  /**
   * Cheaper forms for the values nearly all lines have. A value that its `valid` accepts must be
   * accepted by the full one and come out the same; any other is read by the full forms.
   */
  readonly quick?: {
    readonly valid: (c: string, t: string) => string;
    readonly typed?: (c: string) => string;
    readonly columns?: Kind["columns"];
    /**
     * Instead of `typed` and `valid`, from a text that has a prefix and a suffix around the value,
     * which need not be cut off first.
     */
    readonly within?: (
      prefix: string,
      suffix: string,
    ) => Pick<Kind, "typed"> & Required<Pick<Kind, "valid">>;
  };
}

/** A kind whose values are made otherwise: what was cheaper no longer says the same. */
export function varied({ quick: _quick, ...kind }: Kind, changes: Partial<Kind>): Kind {
  return { ...kind, ...changes };
}

/** `-` and empty text are NULL. */
export const present = (c: string): string => `nullif(nullif(${c}, '-'), '')`;
const absent = (c: string): string => `${c} IN ('-', '') OR ${c} IS NULL`;
const same = (t: string): string => t;

function into(columns: readonly Target[] | Target): Kind["columns"] {
  const names = typeof columns === "string" ? [columns] : columns;
  return Object.fromEntries(names.map((name) => [name, same]));
}

interface Options {
  rank?: number;
  pattern?: string;
}

/** Text without spaces outside quotes; `pattern` widens or narrows that. */
export function text(column: Target, options: Options = {}): Kind {
  return {
    name: "text",
    pattern: options.pattern ?? "[^ \\t]+",
    spaces: 0,
    wants: "text",
    typed: present,
    columns: into(column),
    rank: options.rank ?? 0,
  };
}

/** A value the record has no column for; it stays in `extra` under its native name. */
export const other = (options: Options = {}): Kind => ({ ...text("extra", options), columns: {} });

/**
 * Words with blanks between them, as few as fit. Unlike `.*?` it never ends in a blank, so that a
 * long run of blanks cannot be divided in many ways between it and the delimiter after it.
 */
export const PHRASE = "[^ \\t]+?(?:[ \\t]+[^ \\t]+?)*?";

/** A user name: it may hold spaces though it is not quoted. Apache writes `""` for an empty one. */
export const userName: Kind = {
  ...text("user", { pattern: PHRASE }),
  typed: (c) => `nullif(${present(c)}, '""')`,
};

/** A query with the question mark that stands before it. */
export const queryString: Kind = {
  ...text("query", { pattern: "[^ \\t]*" }),
  columns: { query: (t) => `nullif(regexp_replace(${t}, '^\\?', ''), '')` },
};

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

/** The virtual host, without the port that some servers write after it. */
export const site: Kind = {
  ...text("site", { pattern: "[^ \\t,]+" }),
  name: "site",
  valid: (c) => `NOT contains(${c}, ',')`,
  columns: { site: (t) => `regexp_replace(${t}, ':[0-9]+$', '')` },
};

/** The longest host name DNS allows. */
const MAX_HOST = 253;

/** IPv6 is brought to one spelling, and ::ffff:a.b.c.d folded to IPv4, by the engine's JS function. */
export const foldAddress = (c: string): string =>
  `CASE WHEN contains(${c}, ':') THEN fold_ip(${c}) ELSE ${present(c)} END`;

const GROUP = "[1-9a-f][0-9a-f]{0,3}";
/**
 * IPv6 that is surely spelled as RFC 5952 wants it: no group is zero, so that there is nothing to
 * shorten but what `::` already stands for (two groups or more), and no IPv4 address within.
 */
const FOLDED_IPV6 = `${GROUP}(?:(?::${GROUP}){7}|${Array.from({ length: 6 }, (_, before) => `(?::${GROUP}){${before}}:(?::${GROUP}){0,${5 - before}}`).join("|")})`;

/** An address or host name. */
export function host(column: Target, options: Options = {}): Kind {
  return {
    name: "host",
    pattern: options.pattern ?? "[^ \\t,]+",
    spaces: 0,
    wants: "an address or host name",
    typed: foldAddress,
    valid: (c) => `(strlen(${c}) <= ${MAX_HOST} AND NOT contains(${c}, ',')) OR ${c} IS NULL`,
    columns: into(column),
    rank: options.rank ?? 0,
    quick: {
      typed: present,
      valid: (c) =>
        `strlen(${c}) <= ${MAX_HOST} AND NOT contains(${c}, ',') AND ` +
        `CASE WHEN contains(${c}, ':') THEN regexp_full_match(${c}, '${FOLDED_IPV6}') ELSE true END`,
    },
  };
}

/** `address:port`; an IPv6 address may be bare (AWS) or in brackets: the last colon divides. */
export function hostPort(address: Target, port: Target): Kind {
  const addressOf = (c: string): string => {
    const bare = `trim(regexp_replace(${c}, ':[0-9-]*$', ''), '[]')`;
    return foldAddress(bare);
  };
  return {
    name: "host:port",
    pattern: "[^ \\t,]+",
    spaces: 0,
    wants: "address:port",
    typed: present,
    valid: (c) => `regexp_full_match(${c}, '[^,]+:([0-9]{1,5}|-)') OR ${absent(c)}`,
    columns: {
      [address]: addressOf,
      [port]: (t: string) => `try_cast(regexp_extract(${t}, ':([0-9]{1,5})$', 1) AS BIGINT)`,
    },
    rank: 0,
  };
}

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

/** `GET /path?query HTTP/1.1`; what a broken client sent instead stays in `request_target`. */
export function requestLine(options: { ascii?: boolean } = {}): Kind {
  const odd = (c: string, group: number): string =>
    `nullif(regexp_extract(${c}, '^(?s)([A-Za-z][A-Za-z0-9_.-]*) +(.*?)(?: +([A-Z]+/[0-9.]+))? *$', ${group}), '')`;
  const whole = (t: string): string => `len(${t}) = 3 AND starts_with(${t}[3], 'HTTP/')`;
  const joined = (t: string): string => `array_to_string(${t}, ' ')`;
  return {
    name: "request",
    pattern: PHRASE,
    spaces: 0,
    wants: "a request line",
    typed: (c) => `string_split(${present(c)}, ' ')`,
    ...(options.ascii === true ? { ascii: true } : {}),
    columns: {
      method: (t) => `CASE WHEN ${whole(t)} THEN ${t}[1] ELSE ${odd(joined(t), 1)} END`,
      // Tomcat writes a dash for a target that it cannot read.
      request_target: (t) =>
        `nullif(CASE WHEN ${whole(t)} THEN ${t}[2] ELSE coalesce(${odd(joined(t), 2)}, ${joined(t)}) END, '-')`,
      protocol: (t) => `CASE WHEN ${whole(t)} THEN ${t}[3] ELSE ${odd(joined(t), 3)} END`,
    },
    rank: 1,
    quick: {
      typed: (c) => `string_split(${c}, ' ')`,
      valid: (_c, t) => `${whole(t)} AND ${t}[2] <> '-'`,
      columns: {
        method: (t) => `${t}[1]`,
        request_target: (t) => `${t}[2]`,
        protocol: (t) => `${t}[3]`,
      },
    },
  };
}

/** Percent-decoded text; what does not decode to UTF-8, or to a NUL, stays as it is. */
export const percentDecoded = (c: string): string =>
  `CASE WHEN contains(${c}, '%') AND NOT contains(${c}, '%00') THEN coalesce(try(url_decode(${c})), ${c}) ELSE ${c} END`;

/** Percent-encoded text, decoded once or twice. */
export function urlEncoded(column: Target, times: 1 | 2 = 1, options: Options = {}): Kind {
  return {
    ...text(column, options),
    name: "url-encoded",
    typed: (c) =>
      times === 1 ? percentDecoded(present(c)) : percentDecoded(`(${percentDecoded(present(c))})`),
  };
}

/** The host name that was asked for, without the port that a Host header may have. */
export const hostName = (column: Target): Kind => ({
  ...text(column),
  name: "host name",
  columns: { [column]: (t: string) => `regexp_replace(${t}, ':[0-9]+$', '')` },
});

/** Elements divided by commas or ` : `: nginx's lists of the upstream servers it tried. */
export const list = (element = "[^ \\t,]+"): string => `${element}(?:(?:,| :)[ \\t]*${element})*`;

/** The first address of a list such as X-Forwarded-For, which a client may fill with anything. */
export const firstOfList = (column: Target): Kind => ({
  ...text(column, { pattern: `(?:${list()}|${PHRASE})`, rank: -1 }),
  name: "list",
  columns: { [column]: (t: string) => foldAddress(`trim(split_part(${t}, ',', 1))`) },
});

const last = (t: string): string => `regexp_extract(${t}, '[^ ,]+$')`;

/** The last `address:port` of a list of servers that were tried: the one that answered. */
export function lastServer(address: Target, port: Target): Kind {
  const { columns } = hostPort(address, port);
  return {
    ...text(address, { pattern: list() }),
    name: "list",
    columns: {
      [address]: (t: string) => columns[address]?.(last(t)) as string,
      [port]: (t: string) => columns[port]?.(last(t)) as string,
    },
  };
}

const times = (t: string): string =>
  `CAST(regexp_extract_all(${t}, '[0-9]+(?:\\.[0-9]+)?') AS DOUBLE[])`;

/** Times of several attempts, `0.010, 0.020 : 0.1`: together they are what the client waited for. */
export function sumOfList(column: Target, unit: "s" | "ms", options: Options = {}): Kind {
  const factor = unit === "s" ? " * 1000" : "";
  return {
    name: "list",
    pattern: list("(?:\\d+(?:\\.\\d+)?|-)"),
    spaces: 0,
    wants: "a list of durations",
    typed: present,
    valid: (c) => `regexp_full_match(${c}, '[0-9.,: -]*') OR ${c} IS NULL`,
    columns: { [column]: (t: string) => `round(list_sum(${times(t)})${factor}, 6)` },
    rank: options.rank ?? 0,
  };
}
