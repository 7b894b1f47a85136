import { civilOf, instantOf, parseZone, type Civil } from "./zone.js";

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
  const own = "zone" in instant ? instant.zone : undefined;
  const zone = own === undefined ? clock.zone : parseZone(own);
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
