import { caret } from "../outputs/caret.js";
import { Exit, Problem } from "../problems/problem.js";
import { readEnd } from "./time-end.js";
import { endOf, startOf, type Clock, type Instant } from "./time-instant.js";
import { readInstant } from "./time-read.js";
import { parseSpan } from "./time-span.js";
import { badTime, slice, type Slice } from "./time-text.js";
import { civilOf, instantOf } from "./zone.js";

export type { Clock, Instant } from "./time-instant.js";

/** A range as written; `resolveRange` gives it meaning. An end that is absent is open. */
export type TimeRange = { readonly text: string } & (
  | { readonly kind: "window"; readonly since?: Instant; readonly until?: End }
  /** `7d before`: the same hours of another range, earlier. */
  | { readonly kind: "shift"; readonly ms: number }
);

export type End =
  | Instant
  /** The end of the unit that the start names: `2013-05` ends with May. */
  | { readonly kind: "end-of-start" }
  /** `..+4h`: milliseconds after the start. */
  | { readonly kind: "after-start"; readonly ms: number };

/** Half-open: `since` belongs to it, `until` does not. */
export interface Window {
  since?: Date;
  until?: Date;
}

/**
 * Reads the value of `--since` and `--until`: `-1h`, `90m`, `1h30m`, `now-1h`, `30 min ago`, `today`,
 * `yesterday`, `yesterday 12:00`, `12:00`, `2013`, `2013-05-22`, `2024-10-05T01:00+02:00`, or seconds
 * or milliseconds since 1970. Text that is none of them is a Problem that points at the fault.
 */
export function parseInstant(text: string): Instant {
  return readInstant(slice({ whole: text, start: 0, text }, 0));
}

/**
 * The instant that a written time begins at. `--until 2013-05-22` is the midnight that the day begins
 * with, as ranges are half-open.
 */
export function resolveInstant(instant: Instant, clock: Clock): Date {
  return startOf(instant, clock);
}

/**
 * Reads a range: `A..B` or `A/B`, half-open, where B takes what it lacks on the left from A
 * (`2024-10-05T01:00..02:00`); `A..` and `..B` are open; `A..+4h` has a length. A single date or time
 * is that whole unit (`2013-05` is May), a single span reaches from then on (`-1h`). `7d before`
 * stands for the same hours of another range. Text that is none of them is a Problem.
 */
export function parseRange(text: string): TimeRange {
  const whole: Slice = slice({ whole: text, start: 0, text }, 0);
  const shift = readShift(whole);
  if (shift !== undefined) return { text, kind: "shift", ms: shift };
  const [from, to] = divide(whole);
  if (to === undefined) return single(text, from);
  if (from.text === "" && to.text === "") {
    throw badTime(whole, "a range needs a start or an end", 0);
  }
  const since = from.text === "" ? undefined : readInstant(from);
  const until = to.text === "" ? undefined : readUntil(to, since);
  return {
    text,
    kind: "window",
    ...(since === undefined ? {} : { since: withZoneOf(since, until, to) }),
    ...(until === undefined ? {} : { until }),
  };
}

function single(text: string, whole: Slice): TimeRange {
  const since = readInstant(whole);
  if (since.kind !== "now") return { text, kind: "window", since, until: { kind: "end-of-start" } };
  if (since.ms === 0) throw badTime(whole, "this is a moment, not a range: write -1h or -1h..now");
  return { text, kind: "window", since };
}

/** The two sides of `..` or `/`, or the whole alone. */
function divide(whole: Slice): [from: Slice, to?: Slice] {
  const found = [...whole.text.matchAll(/\.\.+|\//g)];
  const dots = found.filter(([mark]) => mark !== "/");
  const marks = dots.length > 0 ? dots : found;
  const [first, second] = marks;
  if (first === undefined) return [whole];
  if (first[0].length > 2) {
    throw badTime(whole, "a range is written with two dots", first.index, first[0].length);
  }
  if (second !== undefined) {
    const slashes = first[0] === "/" && /^\d{1,4}\/\d{1,2}\//.test(whole.text);
    const why = slashes
      ? "a date is written with dashes, as in 2013-05-22"
      : "a range has one start and one end";
    throw badTime(whole, why, second.index, second[0].length);
  }
  return [slice(whole, 0, first.index), slice(whole, first.index + first[0].length)];
}

function readUntil(s: Slice, since: Instant | undefined): End {
  if (since !== undefined && s.text.startsWith("+")) {
    const length = parseSpan(s.text.slice(1).trim());
    if (typeof length === "number") return { kind: "after-start", ms: length };
  }
  const until = readEnd(s, since);
  const spoken = until.kind === "now" && until.ms < 0 && /^\d/.test(s.text);
  if (spoken && since !== undefined && since.kind !== "now" && !/\sago$/i.test(s.text)) {
    const why = `this could count from the start or from now: write +${s.text} or -${s.text}`;
    throw badTime(s, why);
  }
  return until;
}

/** In `01:00..02:00Z` the zone stands once, at the end, for both. */
function withZoneOf(since: Instant, until: End | undefined, to: Slice): Instant {
  if (until === undefined || !("zone" in until) || until.zone === undefined) return since;
  if ((since.kind !== "civil" && since.kind !== "clock") || since.zone !== undefined) return since;
  return /^\d{4}-/.test(to.text) ? since : { ...since, zone: until.zone };
}

/** Milliseconds of `7d before`, `same hours, 7d before` or `offset 1w`. */
function readShift(s: Slice): number | undefined {
  const match = /^(?:same\s+hours?,?\s*)?(.*?)\s+before$|^offset\s+(.*)$/di.exec(s.text);
  const [from, to] = match?.indices?.[1] ?? match?.indices?.[2] ?? [];
  if (from === undefined) return undefined;
  const span = parseSpan(s.text.slice(from, to));
  if (typeof span === "number" && span > 0) return span;
  if (typeof span === "object") throw badTime(s, span.why, from + span.at, span.length);
  throw badTime(s, "how long before? write 7d before", from, Math.max(1, (to ?? from) - from));
}

/**
 * The window that a range means to a clock. `of` is the window that `7d before` is before; whole days
 * keep the hours of the clock even where the zone's clock was changed in between.
 * A range that ends where or before it starts is a Problem.
 */
export function resolveRange(range: TimeRange, clock: Clock, of?: Window): Window {
  const window = range.kind === "shift" ? shifted(range, clock, of) : opened(range, clock);
  const { since, until } = window;
  if (since !== undefined && until !== undefined && since >= until) {
    throw emptyRange(range.text, since, until);
  }
  return window;
}

function opened({ since, until }: TimeRange & { kind: "window" }, clock: Clock): Window {
  const start = since === undefined ? undefined : startOf(since, clock);
  const end = (): Date | undefined => {
    if (until === undefined) return undefined;
    if (until.kind === "end-of-start") return since === undefined ? undefined : endOf(since, clock);
    if (until.kind !== "after-start") return startOf(until, clock);
    return start === undefined ? undefined : new Date(start.getTime() + until.ms);
  };
  return windowOf(start, end());
}

function windowOf(since: Date | undefined, until: Date | undefined): Window {
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

const DAY_MS = 86_400_000;

function shifted(range: TimeRange & { kind: "shift" }, { zone }: Clock, of?: Window): Window {
  if (of === undefined) {
    throw new Problem({
      code: "time-range-without-other",
      what: `"${range.text}" says how long before, but not before what`,
      where: caret(range.text, 0, range.text.length),
      help: "name the other range too, as in --incident 2024-10-05T01:00..05:00 --baseline '7d before'",
      exit: Exit.usage,
    });
  }
  const back = (edge: Date | undefined): Date | undefined => {
    if (edge === undefined || range.ms % DAY_MS !== 0) {
      return edge && new Date(edge.getTime() - range.ms);
    }
    const civil = civilOf(edge, zone);
    return instantOf({ ...civil, day: civil.day - range.ms / DAY_MS }, zone);
  };
  return windowOf(back(of.since), back(of.until));
}

function emptyRange(text: string, since: Date, until: Date): Problem {
  const same = since.getTime() === until.getTime();
  return new Problem({
    code: "time-range-empty",
    what: same ? `the range "${text}" is empty` : `the range "${text}" ends before it starts`,
    where: caret(text, 0, text.length),
    why: `it starts at ${since.toISOString()} and ends before ${until.toISOString()}`,
    help: "a range is half-open: write the first moment and the first moment after, as in 2024-10-05T23:00..2024-10-06T01:00",
    exit: Exit.usage,
  });
}
