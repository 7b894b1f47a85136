import { civilOf, instantOf } from "../../../analyses/calendar.js";
import type { Match, Span, Windows } from "../../data.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const two = (value: number): string => String(value).padStart(2, "0");

/** `2026-11-05 03:00`, with seconds where there are any. */
export function timeText(time: number, zone: string): string {
  const { year, month, day, hour, minute, second } = civilOf(new Date(time), zone);
  const seconds = second === 0 ? "" : `:${two(second)}`;
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}${seconds}`;
}

/** `2026-11-05 03:00..05:00`: the day of the end where it is another one. */
export function spanText([from, until]: Span, zone: string): string {
  const [start, end] = [timeText(from, zone), timeText(until, zone)];
  return `${start}..${start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`;
}

const TIME = /^(?:(\d{4})-(\d\d?)-(\d\d?))?(?:(?:^|[ T])(\d\d?):(\d\d)(?::(\d\d))?)?$/;

/** A typed range such as `2026-11-05 03:00..05:00` or `2026-11-05`; undefined where it is none. */
export function parseSpan(text: string, zone: string): Span | undefined {
  const [left = "", right, ...more] = text.trim().split(/\s*\.\.\s*/);
  if (more.length > 0) return undefined;
  const from = parseTime(left, zone);
  if (from === undefined) return undefined;
  const whole = /:/.test(left) ? undefined : from + DAY;
  const until = right === undefined ? whole : parseTime(right, zone, from);
  return until === undefined || until <= from ? undefined : [from, until];
}

function parseTime(text: string, zone: string, after?: number): number | undefined {
  const found = TIME.exec(text);
  if (found === null || text === "") return undefined;
  const base = after === undefined ? undefined : civilOf(new Date(after), zone);
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = found;
  if (year === undefined && base === undefined) return undefined;
  const civil = {
    year: Number(year ?? base?.year),
    month: Number(month ?? base?.month),
    day: Number(day ?? base?.day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: 0,
  };
  if (civil.month > 12 || civil.day > 31 || civil.hour > 24 || civil.minute > 59) return undefined;
  return instantOf(civil, zone).getTime();
}

const overlap = (a: Span, b: Span): Span | undefined => {
  const span: Span = [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
  return span[0] < span[1] ? span : undefined;
};

/** Days by which the incident is shifted to find its hours in the baseline. */
const strideOf = (match: Match, length: number): number =>
  match === "weekdays" ? 7 : Math.max(1, Math.ceil(length / DAY));

/**
 * The parts of the baseline that count: all of it, or the hours of the day (and the weekday) that the
 * incident has, by the zone's clock. The incident itself and what was left out are never among them.
 */
export function baselineSpans(
  { incident, baseline, match, without }: Windows,
  zone: string,
): Span[] {
  const parts = match === "all" ? [baseline] : shifted(incident, baseline, match, zone);
  return parts
    .flatMap((part) => minus(part, incident))
    .filter((part) => !without.some((odd) => overlap(odd, part) !== undefined));
}

function shifted(incident: Span, baseline: Span, match: Match, zone: string): Span[] {
  const [from, until] = incident.map((edge) => civilOf(new Date(edge), zone));
  if (from === undefined || until === undefined) return [];
  const stride = strideOf(match, incident[1] - incident[0]);
  const first = Math.floor((baseline[0] - incident[1]) / DAY / stride) - 1;
  const last = Math.ceil((baseline[1] - incident[0]) / DAY / stride) + 1;
  const found: Span[] = [];
  for (let at = first; at <= last; at++) {
    const days = at * stride;
    const start = instantOf({ ...from, day: from.day + days }, zone).getTime();
    const end = instantOf({ ...until, day: until.day + days }, zone).getTime();
    const part = overlap([start, end], baseline);
    if (part !== undefined && at !== 0) found.push(part);
  }
  return found;
}

function minus(span: Span, taken: Span): Span[] {
  if (overlap(span, taken) === undefined) return [span];
  const rest: Span[] = [
    [span[0], Math.min(span[1], taken[0])],
    [Math.max(span[0], taken[1]), span[1]],
  ];
  return rest.filter(([from, until]) => from < until);
}
