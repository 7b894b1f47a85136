import { unsupported } from "../dialect.js";

/** What an engine must say so that a time can be put together from the pieces of a text. */
export interface TimeWords {
  /** The groups of a whole text as a list of texts, `''` where a group is missing; else no list. */
  readonly groups: (text: string, pattern: string) => string;
  readonly at: (list: string, index: number) => string;
  /** Computes a list once; `body` is made from its name. */
  readonly bind: (list: string, body: (name: string) => string) => string;
  readonly padLeft: (text: string, length: number) => string;
  readonly padRight: (text: string, length: number) => string;
  readonly lower: (text: string) => string;
  /** From 1; 0 where it is not. */
  readonly position: (text: string, part: string) => string;
  readonly substring: (text: string, from: number, length: number) => string;
  /** A whole number of a text of digits, NULL for another. */
  readonly int: (text: string) => string;
  readonly text: (number: string) => string;
  readonly intDiv: (a: string, b: string) => string;
  /** A timestamp of `2026-11-05 01:59:59.123456`, NULL where the calendar has no such time. */
  readonly time: (text: string) => string;
  readonly addSeconds: (time: string, seconds: string) => string;
}

type Part =
  | "year"
  | "shortYear"
  | "month"
  | "monthName"
  | "day"
  | "dayOfYear"
  | "hour"
  | "half"
  | "minute"
  | "second"
  | "part"
  | "zone";

/** A text that is a time: a group for each of its parts. */
interface Shape {
  readonly pattern: string;
  readonly parts: readonly Part[];
}

const OFFSET = "[+-][0-9]{2}(?::?[0-9]{2})?";
const ZONE = `[Zz]|${OFFSET}`;

/** ISO 8601, with any blanks between date and time; a time may be missing, or end in minutes. */
const ISO: Shape = {
  pattern:
    "[ \\t]*([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" +
    `(?:[T ][ ]*([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:[.]([0-9]*))?)?[ ]*(${ZONE})?)?[ \\t]*`,
  parts: ["year", "month", "day", "hour", "minute", "second", "part", "zone"],
};

/** A run of them stands for any other, and around a time for nothing. */
const SPACE = "[ \\t-\\r]";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTH_NAMES = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September"],
  ...["October", "November", "December"],
];
const anyCase = (words: readonly string[]): string => `(?i:${words.join("|")})`;

/** What the directives of `strptime` stand for. */
const DIRECTIVES: Readonly<Record<string, Shape>> = {
  Y: { pattern: "([0-9]{4})", parts: ["year"] },
  y: { pattern: "([0-9]{1,2})", parts: ["shortYear"] },
  j: {
    pattern: "(0{0,2}[1-9]|0?[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])",
    parts: ["dayOfYear"],
  },
  a: { pattern: anyCase(WEEKDAYS.map((name) => name.slice(0, 3))), parts: [] },
  A: { pattern: anyCase(WEEKDAYS), parts: [] },
  B: { pattern: `(${anyCase(MONTH_NAMES)})`, parts: ["monthName"] },
  I: { pattern: "(0?[1-9]|1[0-2])", parts: ["hour"] },
  p: { pattern: "([AaPp][Mm])", parts: ["half"] },
  "%": { pattern: "%", parts: [] },
  m: { pattern: "([0-9]{1,2})", parts: ["month"] },
  b: { pattern: "([A-Za-z]{3})", parts: ["monthName"] },
  d: { pattern: "([0-9]{1,2})", parts: ["day"] },
  H: { pattern: "([0-9]{1,2})", parts: ["hour"] },
  M: { pattern: "([0-9]{1,2})", parts: ["minute"] },
  S: { pattern: "([0-9]{1,2})", parts: ["second"] },
  g: { pattern: "([0-9]{1,3})", parts: ["part"] },
  f: { pattern: "([0-9]{1,6})", parts: ["part"] },
  z: { pattern: `(${OFFSET})`, parts: ["zone"] },
  F: {
    pattern: "([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})",
    parts: ["year", "month", "day"],
  },
  T: {
    pattern: "([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})",
    parts: ["hour", "minute", "second"],
  },
};

/** The instant of an ISO 8601 text as a timestamp in UTC; without a zone it is UTC. */
export const isoTime = (words: TimeWords, text: string): string => timeOf(words, text, ISO);

/** The same of a text in `strptime`'s notation. */
export const strptime = (words: TimeWords, text: string, notation: string): string =>
  timeOf(words, text, shapeOf(notation));

function shapeOf(notation: string): Shape {
  const shapes = [...notation.matchAll(/%(.)|([^%]+)/gs)].map(
    ([all, directive, literal]): Shape => {
      if (literal !== undefined) {
        const escaped = literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
        return { pattern: escaped.replaceAll(/\s+/g, `${SPACE}+`), parts: [] };
      }
      const found = DIRECTIVES[directive ?? ""];
      return found ?? unsupported(`The engines have no words for ${all} of the time ${notation}`)();
    },
  );
  if (shapes.every(({ parts }) => parts.length === 0)) {
    unsupported(`The engines have no words for the time ${notation}`)();
  }
  return {
    pattern: `${SPACE}*${shapes.map(({ pattern }) => pattern).join("")}${SPACE}*`,
    parts: shapes.flatMap(({ parts }) => parts),
  };
}

const MONTHS = " jan feb mar apr may jun jul aug sep oct nov dec";

function timeOf(words: TimeWords, text: string, { pattern, parts }: Shape): string {
  const { at, padLeft, padRight, substring, int } = words;
  return words.bind(words.groups(text, pattern), (list) => {
    const has = (part: Part): boolean => parts.includes(part);
    const piece = (part: Part): string => at(list, parts.indexOf(part) + 1);
    const two = (part: Part, missing = "00"): string =>
      has(part) ? padLeft(piece(part), 2) : `'${missing}'`;
    const name = words.lower(substring(piece("monthName"), 1, 3));
    const named = words.position(`'${MONTHS}'`, `' ' || ${name}`);
    const month = has("monthName")
      ? padLeft(words.text(words.intDiv(`${named} + 3`, "4")), 2)
      : two("month", "01");
    const year = has("year")
      ? piece("year")
      : `CASE WHEN ${at(list, 1)} = '' THEN NULL ${yearOf(parts, two("shortYear"))} END`;
    const hour = has("half")
      ? padLeft(words.text(hourOf(int(piece("hour")), piece("half"))), 2)
      : two("hour");
    const fraction = has("part") ? padRight(substring(piece("part"), 1, 6), 6) : "'000000'";
    const clock = `${hour} || ':' || ${two("minute")} || ':' || ${two("second")} || '.' || ${fraction}`;
    const start = words.time(
      `${year} || '-' || ${month} || '-' || ${two("day", "01")} || ' ' || ${clock}`,
    );
    const local = has("dayOfYear")
      ? words.addSeconds(start, `(${int(piece("dayOfYear"))} - 1) * 86400`)
      : start;
    if (!has("zone")) return local;
    const zone = piece("zone");
    const digits = `replace(${zone}, ':', '')`;
    const hours = int(substring(digits, 2, 2));
    const minutes = `coalesce(${int(substring(digits, 4, 2))}, 0)`;
    const behind = `(${hours} * 3600 + ${minutes} * 60)`;
    const offset = `CASE substr(${zone}, 1, 1) WHEN '+' THEN -${behind} WHEN '-' THEN ${behind} ELSE 0 END`;
    return words.addSeconds(local, offset);
  });
}

/** The rest of a CASE for a year that is not written in full. */
function yearOf(parts: readonly Part[], short: string): string {
  if (parts.includes("shortYear"))
    return `WHEN ${short} < '69' THEN '20' || ${short} ELSE '19' || ${short}`;
  // Of a clock alone no date is shown; this one has room for zones on all engines.
  const hasDate = parts.some((part) => DATE_PARTS.has(part));
  return `ELSE ${hasDate ? "'1900'" : "'2000'"}`;
}

const DATE_PARTS: ReadonlySet<Part> = new Set(["month", "monthName", "day", "dayOfYear"]);

/** The hour of a clock with halves, NULL for one that it does not have. */
const hourOf = (hour: string, half: string): string =>
  `CASE WHEN ${hour} = 12 THEN 0 WHEN ${hour} < 12 THEN ${hour} END + ` +
  `CASE WHEN ${half} IN ('PM', 'pm', 'Pm', 'pM') THEN 12 ELSE 0 END`;

/** The texts of a time that can be asked for: where they begin in what engines write, and their length. */
const TEXTS: Readonly<Record<string, readonly [from: number, length: number]>> = {
  "%Y-%m-%d": [1, 10],
  "%H:%M:%S.%f": [12, 15],
};

/** A time as text in `strftime`'s notation; `text` is it with all of its microseconds. */
export function strftime({ substring }: TimeWords, text: string, notation: string): string {
  const found = TEXTS[notation];
  const unknown = unsupported(`The engines have no words for the text ${notation} of a time`);
  return found === undefined ? unknown() : substring(text, ...found);
}
