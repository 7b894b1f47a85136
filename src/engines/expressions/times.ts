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

type Part = "year" | "month" | "monthName" | "day" | "hour" | "minute" | "second" | "part" | "zone";

/** A text that is a time: a group for each of its parts. */
interface Shape {
  readonly pattern: string;
  readonly parts: readonly Part[];
}

const ZONE = "[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?";

/** ISO 8601, with any blanks between date and time; a time may be missing, or end in minutes. */
const ISO: Shape = {
  pattern:
    "[ \\t]*([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" +
    `(?:[T ][ ]*([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:[.]([0-9]*))?)?[ ]*(${ZONE})?)?[ \\t]*`,
  parts: ["year", "month", "day", "hour", "minute", "second", "part", "zone"],
};

/** What the directives of `strptime` stand for. */
const DIRECTIVES: Readonly<Record<string, Shape>> = {
  Y: { pattern: "([0-9]{4})", parts: ["year"] },
  m: { pattern: "([0-9]{1,2})", parts: ["month"] },
  b: { pattern: "([A-Za-z]{3})", parts: ["monthName"] },
  d: { pattern: "([0-9]{1,2})", parts: ["day"] },
  H: { pattern: "([0-9]{1,2})", parts: ["hour"] },
  M: { pattern: "([0-9]{1,2})", parts: ["minute"] },
  S: { pattern: "([0-9]{1,2})", parts: ["second"] },
  g: { pattern: "([0-9]{1,3})", parts: ["part"] },
  f: { pattern: "([0-9]{1,6})", parts: ["part"] },
  z: { pattern: `(${ZONE})`, parts: ["zone"] },
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
        return { pattern: literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), parts: [] };
      }
      const found = DIRECTIVES[directive ?? ""];
      return found ?? unsupported(`The engines have no words for ${all} of the time ${notation}`)();
    },
  );
  return {
    pattern: shapes.map(({ pattern }) => pattern).join(""),
    parts: shapes.flatMap(({ parts }) => parts),
  };
}

const MONTHS = " jan feb mar apr may jun jul aug sep oct nov dec";

function timeOf(words: TimeWords, text: string, { pattern, parts }: Shape): string {
  const { at, padLeft, padRight, substring, int } = words;
  return words.bind(words.groups(text, pattern), (list) => {
    const has = (part: Part): boolean => parts.includes(part);
    const piece = (part: Part): string => at(list, parts.indexOf(part) + 1);
    const two = (part: Part): string => (has(part) ? padLeft(piece(part), 2) : "'00'");
    const named = words.position(`'${MONTHS}'`, `' ' || ${words.lower(piece("monthName"))}`);
    const month = has("monthName")
      ? padLeft(words.text(words.intDiv(`${named} + 3`, "4")), 2)
      : two("month");
    const fraction = has("part") ? padRight(substring(piece("part"), 1, 6), 6) : "'000000'";
    const clock = `${two("hour")} || ':' || ${two("minute")} || ':' || ${two("second")} || '.' || ${fraction}`;
    const local = words.time(
      `${piece("year")} || '-' || ${month} || '-' || ${two("day")} || ' ' || ${clock}`,
    );
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
