import { lengthOf, type Baseline } from "./windows.js";
import type { Window } from "../scope.js";
import type { Metric } from "./metric.js";
import type { Sums } from "./rows.js";

/** What groups would have added up to, had nothing changed; linear in the sums, so parts add up. */
export interface Expectation {
  /** What a group has, and what it was expected to have. */
  readonly of: (sums: Sums) => { readonly r: number; readonly f: number };
  /** The metric's value of a group in the baseline and in the incident: sums, or means. */
  readonly values: (sums: Sums) => { readonly baseline: number; readonly incident: number };
  /** Multiple of the baseline's rows that the incident is as long as, or has. */
  readonly scale: number;
  /** The least that is expected of anything: half of a row that was never seen. */
  readonly least: number;
}

/** Length of the incident as a multiple of the baseline's. */
export const scaleOf = (incident: Window, { windows }: Baseline): number =>
  lengthOf(incident) / windows.reduce((sum, window) => sum + lengthOf(window), 0);

/**
 * Counts and sums: f = b · scale. Means m = V / N: with s = N_i / N_b and the baseline's mean m_b, a group
 * was expected to have f = s·V_b(g) + m_b (N_i(g) − s·N_b(g)): its old value, and for rows that it has
 * more or less than its part, the mean. Then r − f sums to N_i (m_i − m_b) over any division, and is
 * Adtributor's derived measure times a constant; it holds both the effect of the rate and of the mix.
 */
export function expectation(metric: Metric, total: Sums, scale: number): Expectation {
  // Of what was seen before: one object of an incident can be larger than all of those.
  const typical = total.vb > 0 ? total.qb / total.vb : 1;
  if (metric.kind !== "mean") {
    return {
      of: ({ v0, vb }) => ({ r: v0, f: vb * scale }),
      values: ({ v0, vb }) => ({ baseline: vb, incident: v0 }),
      scale,
      least: 0.5 * scale * (metric.kind === "sum" ? typical : 1),
    };
  }
  const s = total.nb === 0 ? 0 : total.n0 / total.nb;
  const mean = total.nb === 0 ? 0 : total.vb / total.nb;
  return {
    of: ({ n0, nb, v0, vb }) => ({ r: v0, f: s * vb + mean * (n0 - s * nb) }),
    values: ({ n0, nb, v0, vb }) => ({
      baseline: nb === 0 ? 0 : vb / nb,
      incident: n0 === 0 ? 0 : v0 / n0,
    }),
    scale: s,
    least: 0.5 * s * typical,
  };
}
