import { BUDGET } from "./parameters.js";

/** Values of days in a row, each a UTC day; days are counted from 1970-01-01. */
export interface DaySeries {
  readonly first: number;
  readonly values: readonly number[];
  /** Days that nothing is learnt from. */
  readonly left?: ReadonlySet<number>;
}

/** The day of the week, the same number for the same weekday. */
const weekday = (day: number): number => ((day % 7) + 7) % 7;

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * What a day is expected to have, from the days before `known`: the mean of its weekday in the last
 * four weeks, of all days where there are few. On daily totals of nyc_taxi no other simple rule was
 * better on all days of the month (docs/quality.md).
 */
export function expectedOn({ first, values, left }: DaySeries, day: number, known: number): number {
  const from = Math.max(first, known - 7 * BUDGET.weeks);
  const all: number[] = [];
  const same: number[] = [];
  for (let past = from; past < Math.min(known, first + values.length); past++) {
    if (left?.has(past) === true) continue;
    const value = values[past - first] ?? 0;
    all.push(value);
    if (weekday(past) === weekday(day)) same.push(value);
  }
  return mean(known - first < BUDGET.least_days || same.length === 0 ? all : same);
}

/** What the days from `known` until `until` are expected to have together. */
export function expectedRest(series: DaySeries, known: number, until: number): number {
  let sum = 0;
  for (let day = known; day < until; day++) sum += expectedOn(series, day, known);
  return sum;
}

const sumOf = ({ first, values }: DaySeries, from: number, until: number): number =>
  values.slice(Math.max(0, from - first), Math.max(0, until - first)).reduce((a, b) => a + b, 0);

/** A month as its first day and the first day after it. */
export interface MonthDays {
  readonly from: number;
  readonly until: number;
}

/** How far forecasts of the rest of a month were off, in months that are known to their end. */
export interface BackTest {
  readonly months: number;
  /** Months in which the truth fell inside the interval, made the same way. */
  readonly inside: number;
  /** Half of the interval of the rest, as a difference of logarithms. */
  readonly half: number;
}

/**
 * Forecasts every past month from the same day of the month, with nothing but what was known then, and
 * takes the interval that would have held the truth in 80 % of them: the formula's own would hold it in
 * half. Undefined with fewer than three months.
 */
export function backTest(
  series: DaySeries,
  past: readonly MonthDays[],
  elapsed: number,
): BackTest | undefined {
  const errors = past.flatMap((month) => {
    const own = errorsIn(series, month, elapsed);
    return own.length === 0 ? [] : [own];
  });
  if (errors.length < BUDGET.least_months) return undefined;
  const squares = errors.flatMap((own) => own.map(({ error }) => error * error));
  const deviation = Math.sqrt(mean(squares));
  const worst = errors
    .map((own) => Math.abs((own.find(({ at }) => at === 0) ?? own[0])?.error ?? 0))
    .toSorted((a, b) => a - b);
  const needed = worst[Math.ceil(BUDGET.inside * worst.length) - 1] ?? 0;
  const half = Math.max(BUDGET.width * deviation, needed);
  return { months: worst.length, inside: worst.filter((error) => error <= half).length, half };
}

/** Errors of forecasts made around the same day of a past month; `at` is how many days off. */
function errorsIn(
  series: DaySeries,
  { from, until }: MonthDays,
  elapsed: number,
): { at: number; error: number }[] {
  const found: { at: number; error: number }[] = [];
  for (let at = -BUDGET.around; at <= BUDGET.around; at++) {
    const known = Math.min(Math.max(from + elapsed + at, from + 1), until - 1);
    if (known - series.first < BUDGET.least_history) continue;
    const [truth, told] = [sumOf(series, known, until), expectedRest(series, known, until)];
    if (truth > 0 && told > 0) found.push({ at, error: Math.log(truth / told) });
  }
  return found;
}

/** The standard normal distribution function, by Abramowitz and Stegun 26.2.17, exact to 1e-7. */
export function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return x >= 0 ? 1 - tail : tail;
}
