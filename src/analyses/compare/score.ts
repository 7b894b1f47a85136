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

export interface Scored {
  readonly r: number;
  readonly f: number;
  /** Nats that speak for a change: the likelihood ratio, but no more than days differ anyway. */
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
  const evidence = likelihoodRatio(r, Math.max(f, expected.least)) / unit;
  const spread = parameters.dayNoise * Math.max(f, 0);
  // What was expected is counted too, on days that may have been few.
  const counted = unit * Math.max(f, expected.least) * (1 + expected.scale);
  const z = (r - f) / Math.sqrt(counted + spread ** 2);
  const explained = Math.min(1, Math.abs(r - f) / Math.abs(change));
  const cost = 1 - parameters.conditionCost * (conditions - 1);
  return { r, f, evidence: Math.min(evidence, z ** 2 / 2), score: evidence * explained * cost };
}
