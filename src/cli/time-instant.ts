import { caret } from "../outputs/caret.js";
import { Exit, Problem } from "../problems/problem.js";
import { parseSpan } from "./time-span.js";
import { civilOf, fixedOffset, instantOf, type Civil } from "./zone.js";

/**
 * A point in time as a person wrote it. It means something only together with a clock and a zone,
 * and stands for a whole unit: `2013-05` is a month that begins at an instant and ends at another.
 */
export type Instant =
  /** `now`, `-1h`, `now-1h`: milliseconds from now. */
  | { readonly kind: "now"; readonly ms: number }
  /** `today`, `yesterday`: days from today. */
  | { readonly kind: "day"; readonly days: number }
  /** Seconds, milliseconds or microseconds since 1970; `unit` is how many milliseconds one has. */
  | { readonly kind: "epoch"; readonly ms: number; readonly unit: number }
  /** A date, with as much of a time as was written; without `zone` it is in the reader's zone. */
  | { readonly kind: "civil"; readonly fields: Fields; readonly zone?: string }
  /** A time of day on the day of another instant (`yesterday 12:00`), or on the day of now. */
  | {
      readonly kind: "clock";
      readonly on: Instant;
      readonly fields: Fields;
      readonly zone?: string;
    };

/** Year, month, day, hour, minute, second, millisecond; of a clock from the hour on. As many as written. */
export type Fields = readonly number[];

/** What a written time is relative to. */
export interface Clock {
  /** The present, or the time of the last line of an old log. */
  now: Date;
  /** From `parseZone`. */
  zone: string;
}

/** Part of a text: what is read, and where it stands in the whole that a message shows. */
export interface Slice {
  readonly whole: string;
  readonly start: number;
  readonly text: string;
}

/** The part of a slice from one offset to another, without spaces around it. */
export function slice({ whole, start, text }: Slice, from: number, to = text.length): Slice {
  const part = text.slice(from, to);
  const trimmed = part.trimStart();
  return { whole, start: start + from + part.length - trimmed.length, text: trimmed.trimEnd() };
}

export const TIME_HELP =
  "write a time like 2024-10-05T01:00, 2024-10-05, yesterday, -1h or now-90m, " +
  "a range like 2024-10-05T01:00..02:00 or -2h..-1h";

/** The Problem for a time that cannot be read, with a pointer at the part that is wrong. */
export function badTime(
  { whole, start, text }: Slice,
  why: string,
  at = 0,
  length?: number,
): Problem {
  const from = start + at;
  return new Problem({
    code: "time-unreadable",
    what: `"${whole}" is not a time that culprit can read`,
    where: caret(whole, from, from + (length ?? text.length - at)),
    why,
    help: TIME_HELP,
    exit: Exit.usage,
  });
}

/** A time and its zone, as in `01:00:30.5+02:00`. */
const TIME = String.raw`(?<hour>\d\d)(?::(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?)?`;
const ZONE = String.raw`\s*(?<zone>Z|UTC|[+-]\d\d(?::?\d\d)?)?`;
const DATE = String.raw`(?<year>\d{4})(?:-(?<month>\d\d)(?:-(?<day>\d\d)(?:(?:[Tt]|\s+)${TIME}${ZONE})?)?)?`;

const patterns = {
  civil: new RegExp(`^${DATE}$`, "d"),
  clock: new RegExp(`^[Tt]?${TIME}${ZONE}$`, "d"),
  named: new RegExp(`^(?<name>today|yesterday)(?:(?:[Tt]|\\s+)${TIME}${ZONE})?$`, "di"),
  dayTime: new RegExp(`^(?<day>\\d\\d)(?:[Tt]|\\s+)${TIME}${ZONE}$`, "d"),
  monthDay: new RegExp(`^(?<month>\\d\\d)-(?<day>\\d\\d)(?:(?:[Tt]|\\s+)${TIME}${ZONE})?$`, "d"),
  two: /^\d\d$/,
} as const;

/** Reads a slice that holds one time and nothing else. */
export function readInstant(s: Slice): Instant {
  return readNow(s) ?? readNamed(s) ?? readNumber(s) ?? readCivil(s) ?? readClock(s) ?? refuse(s);
}

function readNow(s: Slice): Instant | undefined {
  const [, now, sign, t, ago] =
    /^(?:(now|T(?=\s*[+-]))\s*)?([+-])?\s*(.*?)(\s+ago)?$/i.exec(s.text) ?? [];
  const head = s.text.length - (t ?? "").length - (ago ?? "").length;
  if (t === "" && now !== undefined && sign === undefined) return { kind: "now", ms: 0 };
  const span = t === undefined ? undefined : parseSpan(t);
  if (span === undefined) return undefined;
  if (typeof span === "object") throw badTime(s, span.why, head + span.at, span.length);
  if (now !== undefined && sign === undefined) return undefined;
  if (now === undefined && sign === "+") {
    throw badTime(s, "+ counts from the start of a range, as in 2024-10-05T01:00..+4h");
  }
  if (sign !== undefined && ago !== undefined) throw badTime(s, "- and ago say the same twice");
  return { kind: "now", ms: sign === "+" ? span : -span };
}

function readNamed(s: Slice): Instant | undefined {
  const match = patterns.named.exec(s.text);
  if (match === null) return undefined;
  const day: Instant = {
    kind: "day",
    days: match.groups?.["name"]?.toLowerCase() === "today" ? 0 : -1,
  };
  return match.groups?.["hour"] === undefined
    ? day
    : { kind: "clock", on: day, ...timed(s, match) };
}

/** Digits per unit of the epoch: 10 are seconds until the year 2286, 9 since 1973. */
const EPOCH = new Map([
  [9, 1000],
  [10, 1000],
  [13, 1],
  [16, 0.001],
]);

function readNumber(s: Slice): Instant | undefined {
  const [, digits, fraction = ""] = /^(\d{5,})(\.\d+)?$/.exec(s.text) ?? [];
  if (digits === undefined) return undefined;
  const unit = EPOCH.get(digits.length);
  if (unit === undefined) {
    throw badTime(
      s,
      digits.length === 8
        ? "a date is written with dashes, as in 2013-05-22"
        : `${String(digits.length)} digits are neither seconds (10) nor milliseconds (13) since 1970`,
    );
  }
  const ms = Math.floor(Number(digits + fraction) * unit);
  return { kind: "epoch", ms, unit: fraction === "" ? Math.max(unit, 1) : 1 };
}

function readCivil(s: Slice): Instant | undefined {
  const match = patterns.civil.exec(s.text);
  if (match === null) return undefined;
  const { fields, ...zone } = timed(s, match);
  return { kind: "civil", fields: [...dated(s, match), ...fields], ...zone };
}

function readClock(s: Slice): Instant | undefined {
  const match = patterns.clock.exec(s.text);
  if (match?.groups?.["minute"] === undefined) return undefined;
  return { kind: "clock", on: { kind: "now", ms: 0 }, ...timed(s, match) };
}

function refuse(s: Slice): never {
  if (s.text === "") throw badTime(s, "there is nothing to read", 0, 1);
  if (/^\d{4}-\d(?!\d)|^\d{4}-\d\d-\d(?!\d)|[T\s]\d:/.test(s.text)) {
    throw badTime(s, "months, days and hours have two digits, as in 2013-05-02T07:00");
  }
  if (/^\d{4}\/\d/.test(s.text))
    throw badTime(s, "a date is written with dashes, as in 2013-05-22");
  throw badTime(s, "no form of date, time or span looks like this");
}

/**
 * Reads the end of a range: what it lacks on the left it takes from the start, so that
 * `2024-10-05T01:00..02:00` ends on the same day, and `2024-10-05..07` in the same month.
 */
export function readEnd(s: Slice, start: Instant | undefined): Instant {
  if (start === undefined) return readInstant(s);
  const end = inherit(s, start) ?? readInstant(s);
  const zone = "zone" in start ? start.zone : undefined;
  // ISO 8601: a zone that only the start names holds for the end too.
  if (zone === undefined || !("fields" in end) || end.zone !== undefined) return end;
  return { ...end, zone };
}

function inherit(s: Slice, start: Instant): Instant | undefined {
  const clock = patterns.clock.exec(s.text);
  if (clock !== null && (clock.groups?.["minute"] !== undefined || /^t/i.test(s.text))) {
    if (start.kind !== "civil") return { kind: "clock", on: dayOf(start), ...timed(s, clock) };
    return joined(taken(s, start, 3, "a day"), timed(s, clock));
  }
  if (start.kind !== "civil") return undefined;
  const dayTime = patterns.dayTime.exec(s.text);
  if (dayTime !== null) return continued(s, taken(s, start, 2, "a month"), dayTime);
  const monthDay = patterns.monthDay.exec(s.text);
  if (monthDay !== null) return continued(s, taken(s, start, 1, "a year"), monthDay);
  return patterns.two.test(s.text) ? finest(s, start) : undefined;
}

/** The leading fields of a start that an end continues. */
function taken(s: Slice, start: Instant & { kind: "civil" }, count: number, what: string): Fields {
  if (start.fields.length >= count) return start.fields.slice(0, count);
  throw badTime(s, `the start of the range lacks ${what} that this could continue`);
}

const dayOf = (start: Instant): Instant => (start.kind === "clock" ? start.on : start);

const continued = (s: Slice, left: Fields, match: RegExpExecArray): Instant =>
  joined([...left, ...dated(s, match, left)], timed(s, match));

const joined = (left: Fields, { fields, ...zone }: { fields: Fields; zone?: string }): Instant => ({
  kind: "civil",
  fields: [...left, ...fields],
  ...zone,
});

/** Two digits alone stand for the smallest unit that the start names, where that can be only one. */
function finest(s: Slice, start: Instant & { kind: "civil" }): Instant {
  const { length } = start.fields;
  if (length === 1) throw badTime(s, "after a year write a year or a month: 2014 or 2013-06");
  if (length > 4) {
    throw badTime(s, `this could be an hour or a minute: write ${s.text}:00 for the hour`);
  }
  const value = Number(s.text);
  const fields = [...start.fields.slice(0, -1), value];
  if (length === 4) within(s, 0, 2, value, 24, "hour");
  else checkDate(s, fields, 0, 2);
  return { kind: "civil", fields };
}

/** Year, month and day of a match, as far as written; `left` are fields known before. */
function dated(s: Slice, match: RegExpExecArray, left: Fields = []): number[] {
  const names = ["year", "month", "day"].filter((name) => match.groups?.[name] !== undefined);
  const fields = names.map((name) => Number(match.groups?.[name]));
  const [from] = match.indices?.groups?.[names.at(0) ?? ""] ?? [0];
  const [, to] = match.indices?.groups?.[names.at(-1) ?? ""] ?? [0, s.text.length];
  checkDate(s, [...left, ...fields], from, to);
  return fields;
}

function checkDate(s: Slice, fields: Fields, from: number, to: number): void {
  const [year = 0, month = 1, day = 1] = fields;
  const fault = (why: string): Problem => badTime(s, why, from, to - from);
  if (year < 1970) throw fault("logs begin in 1970");
  if (month < 1 || month > 12) throw fault("a year has the months 01 to 12");
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day < 1 || day > days) {
    const name = `${String(year)}-${String(month).padStart(2, "0")}`;
    throw fault(`${name} has the days 01 to ${String(days)}`);
  }
}

/** Hour, minute, second and millisecond of a match, as far as written, and its zone. */
function timed(s: Slice, match: RegExpExecArray): { fields: number[]; zone?: string } {
  const fields: number[] = [];
  const limits = { hour: 24, minute: 59, second: 59 } as const;
  for (const [name, limit] of Object.entries(limits)) {
    const text = match.groups?.[name];
    if (text === undefined) break;
    const [from, to] = match.indices?.groups?.[name] ?? [0, s.text.length];
    within(s, from, to, Number(text), limit, name);
    fields.push(Number(text));
  }
  const fraction = match.groups?.["fraction"];
  if (fraction !== undefined) fields.push(Number(fraction.padEnd(3, "0").slice(0, 3)));
  if (fields[0] === 24 && fields.slice(1).some((field) => field > 0)) {
    throw badTime(s, "24:00 is the last moment of a day");
  }
  const zone = match.groups?.["zone"];
  if (zone !== undefined && fixedOffset(zone) === undefined) {
    const [from, to] = match.indices?.groups?.["zone"] ?? [0, s.text.length];
    throw badTime(s, "no zone is that far from UTC", from, to - from);
  }
  return zone === undefined ? { fields } : { fields, zone };
}

function within(s: Slice, from: number, to: number, n: number, most: number, unit: string): void {
  if (n > most) throw badTime(s, `the ${unit} goes from 00 to ${String(most)}`, from, to - from);
}

/** The instant at which what was written begins. */
export function startOf(instant: Instant, clock: Clock): Date {
  return begin(instant, clock, 0);
}

/** The instant at which the unit that was written is over: of `2013-05` the first of June. */
export function endOf(instant: Instant, clock: Clock): Date {
  return begin(instant, clock, 1);
}

/** The beginning of the unit, or of the one `more` units after it. */
function begin(instant: Instant, clock: Clock, more: 0 | 1): Date {
  if (instant.kind === "now") return new Date(clock.now.getTime() + instant.ms);
  if (instant.kind === "epoch") return new Date(instant.ms + more * instant.unit);
  const zone = ("zone" in instant ? instant.zone : undefined) ?? clock.zone;
  return instantOf(toCivil(later(fieldsOf(instant, clock, zone), more)), zone);
}

function fieldsOf(
  instant: Exclude<Instant, { kind: "now" | "epoch" }>,
  clock: Clock,
  zone: string,
): Fields {
  if (instant.kind === "civil") return instant.fields;
  const day = instant.kind === "day" ? clock.now : startOf(instant.on, clock);
  const civil = civilOf(day, zone);
  const date = [civil.year, civil.month, civil.day];
  return instant.kind === "day" ? later(date, instant.days) : [...date, ...instant.fields];
}

/** The same fields with the last of them moved on. */
const later = (fields: Fields, more: number): Fields =>
  fields.map((field, index) => (index === fields.length - 1 ? field + more : field));

function toCivil([
  year = 1970,
  month = 1,
  day = 1,
  hour = 0,
  minute = 0,
  second = 0,
  ms = 0,
]: Fields): Civil {
  return { year, month, day, hour, minute, second, ms };
}
