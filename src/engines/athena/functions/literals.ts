/** A format that says something the engine's own notation cannot. */
export class UnknownFormat extends Error {}

const MYSQL: Readonly<Record<string, string>> = {
  a: "%a",
  b: "%b",
  c: "%-m",
  d: "%d",
  e: "%-d",
  f: "%f",
  H: "%H",
  h: "%I",
  I: "%I",
  i: "%M",
  j: "%j",
  k: "%-H",
  l: "%-I",
  M: "%B",
  m: "%m",
  p: "%p",
  r: "%I:%M:%S %p",
  S: "%S",
  s: "%S",
  T: "%H:%M:%S",
  v: "%V",
  W: "%A",
  x: "%G",
  Y: "%Y",
  y: "%y",
  "%": "%%",
};

/**
 * A format of `date_format` and `date_parse` in the engine's strftime notation.
 * https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
 *
 * `mysqlFormat("%Y-%m-%d %H:%i:%s")` → `%Y-%m-%d %H:%M:%S`
 */
export function mysqlFormat(format: string): string {
  return format.replace(/%([^]?)/g, (all, letter: string) => {
    // As in MySQL a percent sign before any other letter is left out; Trino refuses these.
    if ("DUuVwX".includes(letter)) throw new UnknownFormat(all);
    return MYSQL[letter] ?? letter;
  });
}

const JODA: Readonly<Record<string, string>> = {
  yyyy: "%Y",
  YYYY: "%Y",
  y: "%Y",
  yy: "%y",
  YY: "%y",
  xxxx: "%G",
  w: "%-V",
  ww: "%V",
  e: "%u",
  M: "%-m",
  MM: "%m",
  MMM: "%b",
  MMMM: "%B",
  d: "%-d",
  dd: "%d",
  DDD: "%j",
  E: "%a",
  EEE: "%a",
  EEEE: "%A",
  a: "%p",
  H: "%-H",
  HH: "%H",
  h: "%-I",
  hh: "%I",
  m: "%-M",
  mm: "%M",
  s: "%-S",
  ss: "%S",
  SSS: "%g",
  SSSSSS: "%f",
};

/** The zone as `parse_datetime` reads it, and as `format_datetime` writes it: times are UTC. */
const ZONES = {
  read: { Z: "%z", ZZ: "%z" },
  written: { Z: "+0000", ZZ: "+00:00" },
} as const;

/**
 * A format of `parse_datetime` and `format_datetime` in the engine's strftime notation.
 * https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
 *
 * `jodaFormat("dd/MMM/yyyy:HH:mm:ss Z", "read")` → `%d/%b/%Y:%H:%M:%S %z`
 */
export function jodaFormat(format: string, use: keyof typeof ZONES): string {
  const zones: Readonly<Record<string, string>> = ZONES[use];
  return format.replace(/'((?:[^']|'')*)'|([A-Za-z])\2*|%/g, (all, quoted?: string) => {
    if (quoted !== undefined) {
      return (quoted === "" ? "'" : quoted.replaceAll("''", "'")).replaceAll("%", "%%");
    }
    if (all === "%") return "%%";
    const found = JODA[all] ?? zones[all];
    if (found === undefined) throw new UnknownFormat(all);
    return found;
  });
}

/**
 * A JSON path as the engine reads it: `$["a b"][0].c` → `$."a b"[0]."c"`.
 * https://trino.io/docs/current/functions/json.html#json-extract-scalar
 */
export function jsonPath(path: string): string {
  const step =
    /\.([\p{L}_][\p{L}\p{N}_-]*)|\[\s*(\d+)\s*\]|\[\s*"([^"\\]*)"\s*\]|\[\s*'([^'\\"]*)'\s*\]/uy;
  if (!path.startsWith("$")) throw new UnknownFormat(path);
  let steps = "$";
  for (let at = 1; at < path.length;) {
    step.lastIndex = at;
    const match = step.exec(path);
    if (match === null) throw new UnknownFormat(path.slice(at));
    const [all, name, index, double, single] = match;
    steps += index === undefined ? `."${name ?? double ?? single ?? ""}"` : `[${index}]`;
    at += all.length;
  }
  return steps;
}
