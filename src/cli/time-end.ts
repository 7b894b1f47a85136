import { checkDate, dated, patterns, timed, within } from "./time-fields.js";
import type { Fields, Instant } from "./time-instant.js";
import { readInstant } from "./time-read.js";
import { badTime, type Slice } from "./time-text.js";

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
