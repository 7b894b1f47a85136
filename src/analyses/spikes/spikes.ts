import type { Scope } from "../scope.js";
import { stepFor, timeline, type Timeline } from "../timeline.js";
import { episodesOf, type Episode } from "./episodes.js";
import { measuresOfSpikes, stepsOf, type MeasuredSteps, type SpikeMeasure } from "./hours.js";
import { SPIKE } from "./parameters.js";

/** Steps out of line, with the window they fill. */
export interface Spike extends Omit<Episode, "from" | "until" | "peak"> {
  readonly measure: SpikeMeasure;
  /** Seconds of a step: an hour or a day. */
  readonly step: number;
  readonly from: Date;
  readonly until: Date;
  readonly peak_at: Date;
  /** What all of it has above the expected, or below it. */
  readonly total: number;
  /** It still goes on when the log ends. */
  readonly goes_on: boolean;
}

export interface SpikesResult {
  readonly spikes: readonly Spike[];
  /** The hours that were judged. */
  readonly hours: Timeline | undefined;
  /** Days that the log covers, and whether they are enough to know a season. */
  readonly days: number;
  readonly seasonal: boolean;
}

/** Columns of the record that it reads. */
export const spikeColumns = ["time", "bytes_sent", "status"] as const;

const HOUR = 3600;
const DAY = 86_400;

/** Hours and days out of line with their own season, from one scan by hours. */
export async function spikes(scope: Scope): Promise<SpikesResult> {
  const { window, zone } = scope;
  if (window === undefined) return { spikes: [], hours: undefined, days: 0, seasonal: false };
  const days = (window.until.getTime() - window.from.getTime()) / 1000 / DAY;
  const hours = await timeline(scope, scope.requests, window, Math.max(HOUR, stepFor(window)));
  const found = measuresOfSpikes.flatMap((measure) => told(stepsOf(hours, measure, window, zone)));
  return {
    spikes: withoutEchoes(found).toSorted((a, b) => a.from.getTime() - b.from.getTime()),
    hours,
    days,
    seasonal: days >= 2 * SPIKE.least_days,
  };
}

function told(steps: MeasuredSteps): Spike[] {
  const {
    measure,
    timeline: { buckets, step },
    counts,
  } = steps;
  const time = (at: number): Date =>
    buckets[at]?.from ?? new Date((buckets.at(-1)?.from.getTime() ?? 0) + step * 1000);
  return episodesOf(steps).map(({ from, until, peak, ...episode }) => ({
    ...episode,
    measure,
    step,
    from: time(from),
    until: time(until),
    peak_at: time(peak),
    total: counts.slice(from, until).reduce((sum, count) => sum + count, 0),
    goes_on: until >= counts.length,
  }));
}

/** Bytes and errors that rise with the requests, or fall with them, say nothing new. */
function withoutEchoes(found: readonly Spike[]): Spike[] {
  const requests = found.filter(({ measure }) => measure === "requests");
  return found.filter(
    (spike) =>
      spike.measure === "requests" ||
      !requests.some(
        (other) =>
          other.from < spike.until &&
          spike.from < other.until &&
          other.z > 0 === spike.z > 0 &&
          // Of hardly any requests there is no usual size either.
          (other.expected < SPIKE.least ||
            spike.value / (spike.expected + 1) <= (2 * (other.value + 1)) / (other.expected + 1)),
      ),
  );
}
