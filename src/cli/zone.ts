import { nearest } from "../outputs/nearest.js";
import { Exit, Problem } from "../problems/problem.js";

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

const OFFSET = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?$/i;

/** Minutes east of UTC of `+02:00`, `+0200`, `+2` or `UTC+2`; undefined for anything else. */
export function fixedOffset(zone: string): number | undefined {
  if (/^(?:UTC|GMT|Z)$/i.test(zone)) return 0;
  const [, sign, hours, minutes = "0"] = OFFSET.exec(zone) ?? [];
  if (hours === undefined || Number(hours) > 18) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * The zone that a person named, in one spelling: `UTC`, `+02:00` or an IANA name. `local` is the
 * machine's own. A name that nobody knows is a Problem.
 */
export function parseZone(text: string): string {
  const name = text.trim();
  if (name.toLowerCase() === "local") {
    return new Intl.DateTimeFormat("en").resolvedOptions().timeZone;
  }
  const offset = fixedOffset(name);
  if (offset === 0) return "UTC";
  if (offset !== undefined) {
    const size = Math.abs(offset);
    return `${offset < 0 ? "-" : "+"}${pad(Math.trunc(size / 60))}:${pad(size % 60)}`;
  }
  try {
    const known = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    // Intl would turn Asia/Kolkata into the older Asia/Calcutta; only the case is taken from it.
    return known.toLowerCase() === name.toLowerCase() ? known : name;
  } catch {
    throw unknownZone(text);
  }
}

function unknownZone(text: string): Problem {
  const near = nearest(text.trim(), Intl.supportedValuesOf("timeZone"));
  const guess = near === undefined ? "" : `did you mean ${near}? `;
  return new Problem({
    code: "time-zone-unknown",
    what: `no time zone is called "${text}"`,
    help: `${guess}write UTC, local, an offset such as +02:00, or a name such as Europe/Berlin`,
    exit: Exit.usage,
  });
}

const pad = (n: number): string => String(n).padStart(2, "0");

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
function offsetAt(ms: number, zone: string): number {
  const fixed = fixedOffset(zone);
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
