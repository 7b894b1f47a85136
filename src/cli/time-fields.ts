import type { Problem } from "../problems/problem.js";
import type { Fields } from "./time-instant.js";
import { badTime, type Slice } from "./time-text.js";
import { fixedOffset } from "./zone.js";

/** A time and its zone, as in `01:00:30.5+02:00`. */
const TIME = String.raw`(?<hour>\d\d)(?::(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?)?`;
const ZONE = String.raw`\s*(?<zone>Z|UTC|[+-]\d\d(?::?\d\d)?)?`;
const DATE = String.raw`(?<year>\d{4})(?:-(?<month>\d\d)(?:-(?<day>\d\d)(?:(?:[Tt]|\s+)${TIME}${ZONE})?)?)?`;

/** The forms of dates and times; their groups are read by `dated` and `timed`. */
export const patterns = {
  civil: new RegExp(`^${DATE}$`, "d"),
  clock: new RegExp(`^[Tt]?${TIME}${ZONE}$`, "d"),
  named: new RegExp(`^(?<name>today|yesterday)(?:(?:[Tt]|\\s+)${TIME}${ZONE})?$`, "di"),
  dayTime: new RegExp(`^(?<day>\\d\\d)(?:[Tt]|\\s+)${TIME}${ZONE}$`, "d"),
  monthDay: new RegExp(`^(?<month>\\d\\d)-(?<day>\\d\\d)(?:(?:[Tt]|\\s+)${TIME}${ZONE})?$`, "d"),
  two: /^\d\d$/,
} as const;

/** Year, month and day of a match, as far as written; `left` are fields known before. */
export function dated(s: Slice, match: RegExpExecArray, left: Fields = []): number[] {
  const names = ["year", "month", "day"].filter((name) => match.groups?.[name] !== undefined);
  const fields = names.map((name) => Number(match.groups?.[name]));
  const [from] = match.indices?.groups?.[names.at(0) ?? ""] ?? [0];
  const [, to] = match.indices?.groups?.[names.at(-1) ?? ""] ?? [0, s.text.length];
  checkDate(s, [...left, ...fields], from, to);
  return fields;
}

export function checkDate(s: Slice, fields: Fields, from: number, to: number): void {
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
export function timed(s: Slice, match: RegExpExecArray): { fields: number[]; zone?: string } {
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

/** A field is at most so much. */
export function within(
  s: Slice,
  from: number,
  to: number,
  n: number,
  most: number,
  unit: string,
): void {
  if (n > most) throw badTime(s, `the ${unit} goes from 00 to ${String(most)}`, from, to - from);
}
