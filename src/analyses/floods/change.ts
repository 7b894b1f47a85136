import { CHANGE } from "./parameters.js";

/** Hours, by their place in the counts, in which a timer called at another rate; half-open. */
export interface RateChange {
  readonly from: number;
  readonly until: number;
  readonly before_per_hour: number;
  readonly after_per_hour: number;
}

/**
 * The first stretch of hours whose counts chance cannot make of the rate of the first hours. The first
 * and the last hour may be partial: neither is the usual rate, and the last may only have too many.
 */
export function rateChange(counts: readonly number[]): RateChange | undefined {
  const begin: number[] = [];
  for (let at = 1; at < counts.length && begin.length < CHANGE.hours; at++) {
    if ((counts[at] ?? 0) > 0) begin.push(at);
  }
  const last = begin.at(-1);
  if (begin.length < CHANGE.hours || last === undefined) return undefined;
  const sorted = begin.map((at) => counts[at] ?? 0).toSorted((a, b) => a - b);
  const usual = sorted[sorted.length >> 1] ?? 0;
  const chance = CHANGE.sigmas * Math.sqrt(usual);
  const more = Math.max(CHANGE.factor * usual, usual + chance);
  const less = Math.min(usual / CHANGE.factor, usual - chance);
  const isOther = (at: number): boolean => {
    const count = counts[at] ?? 0;
    return count >= more || (count > 0 && count <= less && at < counts.length - 1);
  };
  const from = counts.findIndex((_, at) => at > last && isOther(at));
  if (from < 0) return undefined;
  let until = from + 1;
  while (until < counts.length && isOther(until)) until += 1;
  const changed = counts.slice(from, until).toSorted((a, b) => a - b);
  return {
    from,
    until,
    before_per_hour: usual,
    after_per_hour: changed[changed.length >> 1] ?? 0,
  };
}
