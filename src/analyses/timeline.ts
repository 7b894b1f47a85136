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

/** Steps people think in, in seconds. */
const STEPS = [60, 300, 900, 3600, 6 * 3600, 86_400, 7 * 86_400];

/** Hours, unless the window is so short or so long that another step says more. */
export function stepFor({ from, until }: Window): number {
  const seconds = (until.getTime() - from.getTime()) / 1000;
  if (seconds <= 2 * 3600) return 60;
  return STEPS.find((step) => step >= 3600 && seconds / step <= MAX_BUCKETS) ?? 7 * 86_400;
}

/** Requests, bytes and errors per step of a relation over a window, zero steps included. */
export async function timeline(
  scope: Scope,
  relation: string,
  window: Window,
  step: number,
): Promise<Timeline> {
  const from = new Date(Math.floor(window.from.getTime() / 1000 / step) * step * 1000);
  const rows = await scope.db.rows(`
    SELECT CAST(floor((epoch(time) - ${from.getTime() / 1000}) / ${step}) AS BIGINT) AS place, count(*) AS requests,
      CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
      count(*) FILTER (WHERE status >= 400) AS errors
    FROM ${relation} WHERE time >= ${timestamp(from)} AND time < ${timestamp(window.until)} GROUP BY 1`);
  const count = Math.max(1, Math.ceil((window.until.getTime() - from.getTime()) / 1000 / step));
  const buckets = Array.from({ length: Math.min(count, MAX_BUCKETS) }, (_, place) => ({
    from: new Date(from.getTime() + place * step * 1000),
    requests: 0,
    bytes_sent: 0,
    errors: 0,
  }));
  for (const { place, requests, bytes_sent, errors } of rows) {
    const bucket = buckets[place as number];
    if (bucket !== undefined) Object.assign(bucket, { requests, bytes_sent, errors });
  }
  return { step, buckets };
}
