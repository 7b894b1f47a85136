import type { Scope, Window } from "./scope.js";
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
  { db, dialect }: Scope,
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
  const from = dialect.literal(begins.from);
  const until = dialect.literal(new Date(ends.from.getTime() + step * 1000));
  const [row] = await db.rows(`SELECT
    min(time) FILTER (WHERE time >= ${from}) AS busy_from,
    max(time) FILTER (WHERE time < ${until}) AS busy_until,
    count(*) FILTER (WHERE time < ${from}) AS earlier,
    count(*) FILTER (WHERE time >= ${until}) AS later FROM ${relation}`);
  const found = row as { busy_from: Date; busy_until: Date; earlier: number; later: number };
  const edge = EDGE * (window.until.getTime() - window.from.getTime());
  return {
    from: found.busy_from,
    until: found.busy_until,
    before: found.earlier > 0,
    after: found.later > 0,
    from_start: found.busy_from.getTime() - window.from.getTime() <= edge,
    goes_on: window.until.getTime() - found.busy_until.getTime() <= edge,
  };
}
