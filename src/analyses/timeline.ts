import { localOf, utcOf } from "../engines/duckdb/zones.js";
import { Exit, Problem } from "../problems/problem.js";
import { timestamp, type Scope, type Window } from "./scope.js";

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
  const from = timestamp(window.from);
  const until = timestamp(window.until);
  const { place, start } = steps(step, scope.zone, from);
  const rows = await scope.db.rows(`
    WITH counts AS (
      SELECT ${place("time")} AS place, count(*) AS requests,
        CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
        count(*) FILTER (WHERE status >= 400) AS errors
      FROM ${relation} WHERE time >= ${from} AND time < ${until} GROUP BY 1),
    places AS (
      SELECT unnest(generate_series(${place(from)}, ${place(`${until} - to_microseconds(1)`)})) AS place)
    SELECT ${start("place")} AS "from", coalesce(requests, 0) AS requests,
      coalesce(bytes_sent, 0) AS bytes_sent, coalesce(errors, 0) AS errors
    FROM places LEFT JOIN counts USING (place) ORDER BY place`);
  return { step, buckets: rows as unknown as Bucket[] };
}

interface Steps {
  /** The number of the step that a time belongs to. */
  readonly place: (time: string) => string;
  /** When a step begins, UTC. */
  readonly start: (place: string) => string;
}

/** Monday; 1970 began on a Thursday. */
const WEEK_SHIFT = 3 * DAY;

/**
 * Up to an hour, steps are equally long, so that the hour which comes twice when clocks go back is two
 * steps. Longer ones are cut by the zone's calendar.
 */
function steps(step: number, zone: string, from: string): Steps {
  const micros = step * 1_000_000;
  if (step <= HOUR) {
    const shift = `(epoch_us(${localOf(from, zone)}) - epoch_us(${from}))`;
    return {
      place: (time) => `((epoch_us(${time}) + ${shift}) // ${micros})`,
      start: (place) => `make_timestamp(${place} * ${micros} - ${shift})`,
    };
  }
  const shift = step % WEEK === 0 ? WEEK_SHIFT * 1_000_000 : 0;
  return {
    place: (time) => `((epoch_us(${localOf(time, zone)}) + ${shift}) // ${micros})`,
    start: (place) => utcOf(`make_timestamp(${place} * ${micros} - ${shift})`, zone),
  };
}

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
