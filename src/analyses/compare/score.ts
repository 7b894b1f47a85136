import type { Expectation } from "./expected.js";
import { parameters } from "./parameters.js";
import { unitOf, type Sums } from "./rows.js";

/**
 * How much better a group's own size explains it than what was expected, in nats: the Poisson likelihood
 * ratio r ln(r/f) − (r − f), the same in both directions (Neill 2009).
 */
export function likelihoodRatio(r: number, f: number): number {
  if (f <= 0) return r > 0 ? Infinity : 0;
  return (r > 0 ? r * Math.log(r / f) : 0) - (r - f);
}

/**
 * The same where what was expected was counted too: f = b · scale of b events before, which chance made
 * as well. The likelihood ratio of two Poisson counts, given their sum (Przyborowski and Wilenski 1940);
 * of a long baseline it is the ratio above, of a short one it asks for more events.
 */
export function twoSampleRatio(r: number, f: number, scale: number): number {
  if (f < 0 || scale <= 0) return likelihoodRatio(r, f);
  const before = f / scale;
  const part = scale / (1 + scale);
  return gain(r, (r + before) * part) + gain(before, (r + before) * (1 - part));
}

const gain = (count: number, expected: number): number =>
  count > 0 ? count * Math.log(count / expected) : 0;

export interface Scored {
  readonly r: number;
  readonly f: number;
  /** Nats that speak for a change rather than for chance, or for how days differ anyway. */
  readonly evidence: number;
  readonly score: number;
}

/**
 * The score of a group: evidence times the part of the change that it explains, less for conditions.
 * Sums of x have the noise of a compound Poisson process: they count as Σx / (Σx²/Σx) events.
 */
export function scored(
  sums: Sums,
  expected: Expectation,
  change: number,
  conditions: number,
  dispersion: number,
): Scored {
  const { r, f } = expected.of(sums);
  const unit = unitOf(sums) * dispersion;
  const usual = Math.max(f, expected.least);
  const ratio = likelihoodRatio(r, usual) / unit;
  const both = twoSampleRatio(r, Math.max(f, 0), expected.scale) / unit;
  const spread = parameters.dayNoise * Math.max(f, 0);
  // What was expected is counted too, on days that may have been few.
  const counted = unit * usual * (1 + expected.scale);
  const beyond = ((r - f) / Math.sqrt(counted + spread ** 2)) ** 2 / 2;
  const explained = Math.min(1, Math.abs(r - f) / Math.abs(change));
  const cost = 1 - parameters.conditionCost * (conditions - 1);
  return {
    r,
    f,
    evidence: Math.min(ratio, both, beyond),
    score: ratio * explained * cost,
  };
}
