import { TIMER } from "./parameters.js";
import type { Gaps } from "./series.js";

/** How regularly a client calls. */
export interface Rhythm {
  /** Seconds between ticks, the median; calls within a few seconds are one tick. */
  readonly period_s: number;
  /** Half of the gaps are within so many seconds of the period. */
  readonly half_within_s: number;
  /** `half_within_s` as a part of the period. */
  readonly spread: number;
  /** Standard deviation of the gaps by their mean. */
  readonly cv: number;
  /** Skew of the gaps' quartiles, 0 where they are even (Bowley). */
  readonly skew: number;
  readonly ticks: number;
  readonly longest_gap_s: number;
  /** Most gaps are too short for times in whole seconds. */
  readonly too_fast: boolean;
}

/** What a whole hour of a client's looks like. */
export interface Hours {
  /** Whole hours with calls. */
  readonly hours: number;
  readonly per_hour: number;
  /** The most frequent count, and how many hours have it. */
  readonly usual: number;
  readonly identical: number;
  /** Variance of the counts by their mean. */
  readonly fano: number;
}

/** The numbers of a client's gaps; undefined where there are none to speak of. */
export function rhythmOf(gaps: Gaps): Rhythm | undefined {
  const all = total(gaps);
  if (all === 0) return undefined;
  const between = gaps.filter(([seconds]) => seconds > TIMER.tick);
  const too_fast = quantile(gaps, 0.5) < TIMER.tick && total(between) < TIMER.calls;
  const used = too_fast ? gaps : between;
  const ticks = total(used);
  if (ticks === 0) return undefined;
  const median = quantile(used, 0.5);
  const away = used
    .map(([seconds, count]) => [Math.abs(seconds - median), count] as const)
    .toSorted(([a], [b]) => a - b);
  const within = quantile(away, 0.5);
  const mean = used.reduce((sum, [seconds, count]) => sum + seconds * count, 0) / ticks;
  const squares = used.reduce((sum, [seconds, count]) => sum + (seconds - mean) ** 2 * count, 0);
  const [low, high] = [quantile(used, 0.25), quantile(used, 0.75)];
  return {
    period_s: median,
    half_within_s: within,
    spread: median === 0 ? 0 : within / median,
    cv: mean === 0 ? 0 : Math.sqrt(squares / ticks) / mean,
    skew: high === low ? 0 : Math.abs(low - 2 * median + high) / (high - low),
    ticks,
    longest_gap_s: gaps.at(-1)?.[0] ?? 0,
    too_fast,
  };
}

/**
 * The numbers of whole hours, from the counts of every hour from the first to the last; those two
 * are left out where they hold less than any other, as they may be partial.
 */
export function hoursOf(counts: readonly number[]): Hours | undefined {
  const middle = counts.slice(1, -1).filter((count) => count > 0);
  const least = middle.reduce((low, count) => Math.min(low, count), Infinity);
  const inner = [counts[0] ?? 0, ...middle, counts.at(-1) ?? 0].filter((count) => count >= least);
  if (inner.length === 0) return undefined;
  const sum = inner.reduce((all, count) => all + count, 0);
  const mean = sum / inner.length;
  const variance = inner.reduce((all, count) => all + (count - mean) ** 2, 0) / inner.length;
  const often = new Map<number, number>();
  for (const count of inner) often.set(count, (often.get(count) ?? 0) + 1);
  const [usual, identical] = [...often].reduce((best, one) => (one[1] > best[1] ? one : best));
  return { hours: inner.length, per_hour: mean, usual, identical, fano: variance / mean };
}

/** Whether something calls at one pace, rather than somebody at will. */
export function isTimer(rhythm: Rhythm, hours: Hours): boolean {
  if (hours.hours < TIMER.hours - 2 || hours.fano > TIMER.fano) return false;
  if (rhythm.too_fast) return hours.hours >= TIMER.hours;
  const spread = TIMER.spread * Math.max(0, 1 - TIMER.few / Math.sqrt(rhythm.ticks));
  return rhythm.ticks >= TIMER.calls - 1 && rhythm.spread <= spread;
}

const total = (gaps: Gaps): number => gaps.reduce((sum, [, count]) => sum + count, 0);

/** The smallest value that a part of all does not exceed. */
export function quantile(sorted: Gaps, part: number): number {
  const place = part * total(sorted);
  let passed = 0;
  for (const [value, count] of sorted) {
    passed += count;
    if (passed >= place) return value;
  }
  return NaN;
}
