import type { Dialect } from "../engines/dialect.js";
import { Exit, Problem } from "../problems/problem.js";
import { civilOf, instantOf, offsetAt } from "./calendar.js";
import type { Scope, Window } from "./scope.js";

/** One step of a timeline; steps without requests are there too. */
export interface Bucket {
  readonly from: Date;
  readonly requests: number;
  readonly bytes_sent: number;
  readonly errors: number;
}

export interface Timeline {
  /** Length of a step in seconds. */
  readonly step: number;
  readonly buckets: readonly Bucket[];
}

/** The most steps worth keeping: a bit more than a year of hours. */
const MAX_BUCKETS = 10_000;

const HOUR = 3600;
const DAY = 86_400;
const WEEK = 7 * DAY;

/** Hours, unless the window is so short or so long that another step says more. */
export function stepFor({ from, until }: Window): number {
  const seconds = (until.getTime() - from.getTime()) / 1000;
  if (seconds <= 2 * HOUR) return 60;
  const fitting = [HOUR, 6 * HOUR, DAY, WEEK].find((step) => seconds / step < MAX_BUCKETS - 1);
  return fitting ?? Math.ceil(seconds / WEEK / (MAX_BUCKETS - 1)) * WEEK;
}

/**
 * Requests, bytes and errors per step of a relation over a window, zero steps included. Steps begin
 * where the zone's clock shows a whole one; a day in which clocks change is as long as it was.
 */
export async function timeline(
  scope: Scope,
  relation: string,
  window: Window,
  step: number,
): Promise<Timeline> {
  refuseTooMany(window, step);
  const { db, dialect, zone } = scope;
  const { place, placeOf, startOf } = steps(step, zone, window.from);
  const rows = await db.rows(`
    SELECT ${place(dialect)} AS place, count(*) AS requests,
      CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
      count(*) FILTER (WHERE status >= 400) AS errors
    FROM ${relation}
    WHERE time >= ${dialect.literal(window.from)} AND time < ${dialect.literal(window.until)}
    GROUP BY 1`);
  const counted = new Map(rows.map(({ place: at, ...counts }) => [at, counts]));
  const first = placeOf(window.from);
  const last = placeOf(new Date(window.until.getTime() - 1));
  const none = { requests: 0, bytes_sent: 0, errors: 0 };
  const buckets = Array.from({ length: last - first + 1 }, (_, index) => {
    const at = first + index;
    return { from: startOf(at), ...none, ...counted.get(at) };
  });
  return { step, buckets };
}

interface Steps {
  /** The number of the step that a row's time belongs to, as SQL. */
  readonly place: (dialect: Dialect) => string;
  /** The same of an instant. */
  readonly placeOf: (time: Date) => number;
  /** When a step begins. */
  readonly startOf: (place: number) => Date;
}

/** Monday; 1970 began on a Thursday. */
const WEEK_SHIFT = 3 * DAY;

/**
 * Up to an hour, steps are equally long, so that the hour which comes twice when clocks go back is two
 * steps. Longer ones are cut by the zone's calendar.
 */
function steps(step: number, zone: string, from: Date): Steps {
  if (step <= HOUR) {
    const shift = Math.trunc(offsetAt(from.getTime(), zone) / 1000);
    return {
      place: (dialect) => dialect.intDiv(`(${dialect.epoch("time")} + ${shift})`, `${step}`),
      placeOf: (time) => Math.trunc((seconds(time) + shift) / step),
      startOf: (place) => new Date((place * step - shift) * 1000),
    };
  }
  const shift = step % WEEK === 0 ? WEEK_SHIFT : 0;
  return {
    place: (dialect) =>
      dialect.intDiv(`(${dialect.clockEpoch("time", zone)} + ${shift})`, `${step}`),
    placeOf: (time) =>
      Math.trunc((seconds(time) + offsetAt(time.getTime(), zone) / 1000 + shift) / step),
    startOf: (place) => instantOf(civilOf(new Date((place * step - shift) * 1000), "UTC"), zone),
  };
}

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

function refuseTooMany({ from, until }: Window, step: number): void {
  const count = (until.getTime() - from.getTime()) / 1000 / step;
  if (count <= MAX_BUCKETS) return;
  throw new Problem({
    code: "too-many-steps",
    what: `There are too many steps to show: ${Math.ceil(count)}`,
    why: `The window from ${from.toISOString()} to ${until.toISOString()} is long for steps of ${step} seconds`,
    help: "Use a longer step, such as --every 1d, or a shorter window with --range",
    exit: Exit.usage,
  });
}
