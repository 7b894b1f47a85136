import { timestamp, type Scope, type Window } from "./scope.js";
import type { Timeline } from "./timeline.js";

/** When somebody was busy, rather than first and last seen. */
export interface Onset {
  readonly from: Date;
  readonly until: Date;
  /** There was a little before, or after. */
  readonly before: boolean;
  readonly after: boolean;
  /** Busy already when the log began: when it really began is not known. */
  readonly from_start: boolean;
  /** Still busy when the log ended. */
  readonly goes_on: boolean;
}

/** A step counts as busy from this part of the busiest one on. */
const BUSY = 0.2;

/** This near to either end of the window, as a part of it, is at that end. */
const EDGE = 0.05;

/** From the first request of the first busy step to the last of the last one. */
export async function onsetOf(
  { db }: Scope,
  window: Window,
  relation: string,
  { buckets, step }: Timeline,
  by: "requests" | "bytes_sent",
): Promise<Onset | undefined> {
  const peak = buckets.reduce((most, bucket) => Math.max(most, bucket[by]), 0);
  const isBusy = (bucket: (typeof buckets)[number]): boolean =>
    bucket[by] > 0 && bucket[by] >= BUSY * peak;
  const begins = buckets.find(isBusy);
  const ends = buckets.findLast(isBusy);
  if (begins === undefined || ends === undefined) return undefined;
  const from = timestamp(begins.from);
  const until = timestamp(new Date(ends.from.getTime() + step * 1000));
  const [row] = await db.rows(`SELECT
    min(time) FILTER (WHERE time >= ${from}) AS "from", max(time) FILTER (WHERE time < ${until}) AS until,
    coalesce(bool_or(time < ${from}), false) AS before, coalesce(bool_or(time >= ${until}), false) AS after
    FROM ${relation}`);
  const busy = row as unknown as Omit<Onset, "from_start" | "goes_on">;
  const edge = EDGE * (window.until.getTime() - window.from.getTime());
  return {
    ...busy,
    from_start: busy.from.getTime() - window.from.getTime() <= edge,
    goes_on: window.until.getTime() - busy.until.getTime() <= edge,
  };
}
