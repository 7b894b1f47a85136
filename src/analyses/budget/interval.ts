import { normal, type BackTest, type DaySeries } from "./forecast.js";
import type { Amount, Month } from "./month.js";
import { BUDGET } from "./parameters.js";

/** Between what the month may come to. */
export interface Interval {
  readonly low: Amount;
  readonly high: Amount;
  /** `back-test`: the truth of past months fell inside; `range`: the last weeks' lowest and highest. */
  readonly by: "back-test" | "range";
  readonly test: Pick<BackTest, "months" | "inside"> | null;
}

/** From past forecasts, else from how far the last weeks lie apart; null where neither is known. */
export function intervalOf(
  plan: Month,
  series: DaySeries,
  test: BackTest | undefined,
): Interval | null {
  if (test !== undefined) {
    const { half, months, inside } = test;
    return {
      low: plan.amount(Math.exp(-half)),
      high: plan.amount(Math.exp(half)),
      by: "back-test",
      test: { months, inside },
    };
  }
  const weeks = weeklyMeans(series);
  const all = weeks.reduce((sum, value) => sum + value, 0) / weeks.length;
  if (weeks.length < 2 || all === 0) return null;
  return {
    low: plan.amount(Math.min(...weeks) / all),
    high: plan.amount(Math.max(...weeks) / all),
    by: "range",
    test: null,
  };
}

/** Daily means of the last four whole weeks. */
function weeklyMeans({ values }: DaySeries): number[] {
  const weeks: number[] = [];
  for (let end = values.length; end >= 7 && weeks.length < BUDGET.weeks; end -= 7) {
    weeks.push(values.slice(end - 7, end).reduce((a, b) => a + b, 0) / 7);
  }
  return weeks;
}

/** How surely the month exceeds the limit; null where past forecasts say nothing. */
export function chanceOver(
  plan: Month,
  most: number,
  value: (amount: Amount) => number,
  test: BackTest | undefined,
): number | null {
  if (value(plan.actual) > most) return 1;
  if (test === undefined) return null;
  if (plan.rest <= 0) return 0;
  // The factor of the rest at which the limit is reached, by halving: cost rises with the bytes.
  let [low, high] = [0, 1];
  while (value(plan.amount(high)) <= most && high < 1024) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (value(plan.amount(middle)) > most) high = middle;
    else low = middle;
  }
  if (test.half === 0) return high < 1 ? 1 : 0;
  return 1 - normal((Math.log(high) * BUDGET.z80) / test.half);
}
