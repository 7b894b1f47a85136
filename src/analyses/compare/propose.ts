import type { Scope, Window } from "../scope.js";
import { stepFor, timeline, type Bucket } from "../timeline.js";
import { median } from "./median.js";
import { parameters } from "./parameters.js";
import { likelihoodRatio } from "./score.js";

const HOUR = 3600;
const DAY = 86_400;

/** Steps short enough to show when it began, long enough to hold something. */
function stepOf(window: Window): number {
  const seconds = (window.until.getTime() - window.from.getTime()) / 1000;
  return seconds <= 3 * HOUR ? 60 : seconds <= 2 * DAY ? 600 : Math.max(HOUR, stepFor(window));
}

/**
 * The part of the log that is least like the rest: the run of steps whose likelihood ratios, each less a
 * penalty, add up to most (the largest sum of a subsequence, Kadane). Each step is expected to hold the
 * median of the same time of the other days, or of all steps in a log of less than three days.
 * Undefined where no run stands out.
 */
export async function proposeIncident(
  scope: Scope,
  by: "requests" | "bytes_sent" | "errors",
): Promise<Window | undefined> {
  const { window } = scope;
  if (window === undefined) return undefined;
  const step = stepOf(window);
  const { buckets } = await timeline(scope, scope.requests, window, step);
  const values = buckets.map((bucket) => bucket[by]);
  const usual = expectedOf(values, Math.round(DAY / step));
  const expected = usual.map((value, at) => value * coveredPart(buckets, at, step, window));
  const unit = dispersionOf(values, expected);
  const runs = [1, -1].map((sign) => {
    const gains = values.map((value, at) => gainOf(value, expected[at] ?? 0, unit, sign));
    return { ...bestRun(gains), sign };
  });
  const best = runs.reduce((most, run) => (run.sum > most.sum ? run : most));
  const bar = Math.log(Math.max(2, values.length)) + Math.log(1 / parameters.falseAlarm);
  const isWhole = best.until - best.from >= values.length / 2;
  if (best.sum < bar || isWhole || !isMaterial(values, expected, best)) return undefined;
  return windowOf(buckets, best, window);
}

/** The part of a step that the log covers: the first and the last one are seldom whole. */
function coveredPart(buckets: readonly Bucket[], at: number, step: number, whole: Window): number {
  const from = buckets[at]?.from.getTime() ?? 0;
  const until = buckets[at + 1]?.from.getTime() ?? from + step * 1000;
  const begin = Math.max(from, whole.from.getTime());
  const end = Math.min(until, whole.until.getTime());
  return Math.max(0, end - begin) / (until - from);
}

interface Run {
  readonly sum: number;
  readonly from: number;
  readonly until: number;
}

function expectedOf(values: readonly number[], aDay: number): number[] {
  const all = median(values);
  // Days and weeks have no time of day.
  if (aDay < 2 || values.length < 3 * aDay) return values.map(() => all);
  return values.map((_, at) =>
    median(values.filter((_value, other) => other !== at && (other - at) % aDay === 0)),
  );
}

/** How unevenly the steps are filled, as a multiple of Poisson's variance. */
const dispersionOf = (values: readonly number[], expected: readonly number[]): number =>
  Math.max(
    1,
    median(
      values.map(
        (value, at) => (value - (expected[at] ?? 0)) ** 2 / Math.max(0.5, expected[at] ?? 0),
      ),
    ) / 0.4549,
  );

function gainOf(value: number, expected: number, unit: number, sign: number): number {
  const moved = (value - expected) * sign > 0;
  const ratio = likelihoodRatio(value, Math.max(0.5, expected)) / unit;
  return (moved ? ratio : -ratio) - parameters.stepCost;
}

function bestRun(gains: readonly number[]): Run {
  let best: Run = { sum: -Infinity, from: 0, until: 0 };
  let sum = 0;
  let from = 0;
  for (const [at, gain] of gains.entries()) {
    if (sum <= 0) [sum, from] = [0, at];
    sum += gain;
    if (sum > best.sum) best = { sum, from, until: at + 1 };
  }
  return best;
}

/** A change that somebody would notice, not only one that is beyond chance. */
function isMaterial(values: readonly number[], expected: readonly number[], run: Run): boolean {
  const sum = (list: readonly number[]): number =>
    list.slice(run.from, run.until).reduce((all, value) => all + value, 0);
  return Math.abs(sum(values) - sum(expected)) >= parameters.calmAlike * sum(expected);
}

function windowOf(buckets: readonly Bucket[], { from, until }: Run, whole: Window): Window {
  const first = buckets[from]?.from ?? whole.from;
  const end = buckets[until]?.from ?? whole.until;
  return { from: first < whole.from ? whole.from : first, until: end };
}
