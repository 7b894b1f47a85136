import { parameters } from "./parameters.js";
import type { Expectation } from "./expected.js";
import type { Sums } from "./rows.js";
import type { Single } from "./singles.js";
import type { Totals } from "./totals.js";
import { median } from "./median.js";

/** The median of chi-squared with one degree of freedom. */
const MEDIAN_CHI2 = 0.4549;

/**
 * How much more the counts of groups vary between the halves of the baseline than those of a Poisson
 * process would, 1 or more: the median of Pearson's chi-squared over the groups.
 */
export function dispersionOf(found: readonly Single[], { nb, nh }: Sums): number {
  const part = nh / nb;
  const each = found
    .filter(({ sums }) => sums.nb * part >= ENOUGH && sums.nb * (1 - part) >= ENOUGH)
    .map(({ sums }) => (sums.nh - sums.nb * part) ** 2 / (sums.nb * part * (1 - part)));
  return Math.max(1, median(each) / MEDIAN_CHI2);
}

const ENOUGH = 10;

/**
 * How far the incident's total can be from the expected one by chance. From several days, by their own
 * spread; else by how much neighbouring steps of the baseline differ, as if each were independent.
 */
export function noiseOf({ baseline, incident }: Totals, { scale }: Expectation): number {
  const size = baseline.reduce((sum, { value }) => sum + value, 0) * scale;
  const values = baseline.map(({ value }) => value);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const days = values.length;
  if (days >= parameters.spreadDays && mean > 0) {
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (days - 1);
    return (size / mean) * Math.sqrt(variance * (1 + 1 / days));
  }
  const jumps = baseline.flatMap(({ steps }) =>
    steps.slice(1).flatMap((step, at) => {
      const sum = step + (steps[at] ?? 0);
      return sum > 0 ? [(step - (steps[at] ?? 0)) ** 2 / sum] : [];
    }),
  );
  const unit = incident.rows > 0 && incident.value > 0 ? incident.value / incident.rows : 1;
  const dispersion = Math.max(unit, median(jumps) / MEDIAN_CHI2);
  return Math.sqrt(dispersion * size * (1 + scale));
}
