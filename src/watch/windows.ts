import type { Series } from "./track.js";

/** What is known of a window that ends with a step. */
export interface WindowValue {
  readonly value: number;
  /** Part of its steps of which something is known, 0 to 1. */
  readonly known: number;
}

const UNKNOWN: WindowValue = { value: NaN, known: 0 };

/** The value of the window of `length` steps that ends before the step `end`. */
export function windowValue({ parts }: Series, end: number, length: number): WindowValue {
  const sums = parts.map((part) => sumOf(part, end - length, end));
  const [first, second] = sums;
  if (first === undefined || first.steps === 0) return UNKNOWN;
  const known = first.steps / length;
  if (second === undefined) return { value: first.sum, known };
  return { value: second.sum === 0 ? 0 : first.sum / second.sum, known };
}

/** The mean value of such windows over the steps before; NaN when too few are known. */
export function averageBefore(series: Series, end: number, length: number, days: number): number {
  const perDay = 86_400_000 / series.step;
  const until = end - length;
  const sums = series.parts.map((part) => sumOf(part, until - days * perDay, until));
  const [first, second] = sums;
  if (first === undefined || first.steps < LEAST_DAYS * perDay) return NaN;
  if (second !== undefined) return second.sum === 0 ? NaN : first.sum / second.sum;
  return (first.sum / first.steps) * length;
}

/** Days without which an average says nothing. */
const LEAST_DAYS = 3;

function sumOf(
  part: readonly number[],
  from: number,
  until: number,
): { sum: number; steps: number } {
  let [sum, steps] = [0, 0];
  for (let at = Math.max(0, from); at < until; at++) {
    const value = part[at];
    if (value === undefined || Number.isNaN(value)) continue;
    sum += value;
    steps += 1;
  }
  return { sum, steps };
}
