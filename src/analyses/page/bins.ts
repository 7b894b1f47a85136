import { offsetAt } from "../calendar.js";
import type { Dialect } from "../../engines/dialect.js";
import type { Window } from "../scope.js";

/** Equal steps of time, the first of them beginning where the zone's clock shows a whole one. */
export interface Bins {
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Seconds. */
  readonly step: number;
  readonly count: number;
}

/** More would not be told apart on a screen. */
const MOST = 720;

const STEPS = [1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** The shortest round step with at most 720 bins; of more than two years, whole weeks. */
export function binsOf({ from, until }: Window, zone: string): Bins {
  const length = (until.getTime() - from.getTime()) / 1000;
  const week = 7 * 86_400;
  const step =
    STEPS.find((one) => length / one < MOST - 1) ?? Math.ceil(length / week / (MOST - 1)) * week;
  const shift = offsetAt(from.getTime(), zone);
  const size = step * 1000;
  const first = Math.floor((from.getTime() + shift) / size) * size - shift;
  return { from: first, step, count: Math.ceil((until.getTime() - first) / size) };
}

/** SQL: the number of the bin that a row's time lies in, from 0. */
export const binSql = ({ from, step }: Bins, { epoch, intDiv }: Dialect): string =>
  intDiv(`(${epoch("time")} - (${Math.floor(from / 1000)}))`, String(step));
