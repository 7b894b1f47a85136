import { offsetOf } from "../engines/zone-offset.js";

/** A day and a time of day as a calendar and a clock show them; months count from 1. */
export interface Civil {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(zone, made);
  return made;
}

/** The calendar and clock of a zone (from `parseZone`) at an instant. */
export function civilOf(instant: Date, zone: string): Civil {
  const time = new Date(instant.getTime() + offsetAt(instant.getTime(), zone));
  return {
    year: time.getUTCFullYear(),
    month: time.getUTCMonth() + 1,
    day: time.getUTCDate(),
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
    second: time.getUTCSeconds(),
    ms: time.getUTCMilliseconds(),
  };
}

/** Milliseconds that a zone's clock is ahead of UTC at an instant, itself in milliseconds. */
export function offsetAt(ms: number, zone: string): number {
  const fixed = zone === "UTC" ? 0 : offsetOf(zone);
  if (fixed !== undefined) return fixed * 60_000;
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of clockOf(zone).formatToParts(ms)) {
    if (type in parts) parts[type as keyof typeof parts] = Number(value);
  }
  const shown = Date.UTC(
    parts.year,
    parts.month - 1,
    parts.day,
    parts.hour,
    parts.minute,
    parts.second,
  );
  return shown - Math.floor(ms / 1000) * 1000;
}

const DAY_MS = 86_400_000;

/**
 * The instant at which a zone's clock shows a time; fields past their end carry over (day 32, hour 24).
 * Of a time that comes twice, when clocks go back, the first is taken; a time that is skipped, when
 * they go forward, becomes the same distance after the skip: 02:30 → 03:30.
 */
export function instantOf(civil: Civil, zone: string): Date {
  const { year, month, day, hour, minute, second, ms } = civil;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // Clocks change at most once within a day of the time sought.
  const before = shown - offsetAt(shown - DAY_MS, zone);
  const after = shown - offsetAt(shown + DAY_MS, zone);
  const shows = (instant: number): boolean => instant + offsetAt(instant, zone) === shown;
  const fits = [before, after].filter(shows);
  return new Date(fits.length === 0 ? before : Math.min(...fits));
}
