import { Exit, Problem } from "../../problems/problem.js";
import type { Dimension } from "../fields.js";
import type { Scope } from "../scope.js";
import { spikes } from "../spikes/spikes.js";
import { dayFrom, dayOf, dayText, monthDays, monthsWithin, monthText } from "./calendar.js";
import { takersOf, type Taker } from "./culprits.js";
import { daysOf } from "./days.js";
import { backTest, expectedOn, type DaySeries, type MonthDays } from "./forecast.js";
import { chanceOver, intervalOf, type Interval } from "./interval.js";
import { LogDays } from "./log-days.js";
import { Month, type Amount, type BudgetDay } from "./month.js";
import { BUDGET } from "./parameters.js";
import { costOf, servicePrices, type Prices } from "./prices.js";

/** Columns of the record that `budget` reads, beside those of the price file. */
export const budgetColumns = ["time", "bytes_sent", "status", "client_ip"] as const;

export interface BudgetOptions {
  readonly prices: Prices;
  readonly service: string;
  /** `2026-11`; default: the month of the last line. */
  readonly month?: string;
  /** In the price file's currency, or in bytes. */
  readonly limit?: { readonly cost: number } | { readonly bytes: number };
  /** What the provider has billed for a month, in bytes: how far logs and bills are apart. */
  readonly billed?: { readonly month: string; readonly bytes: number };
  /** Whose bytes they are: the client's address, unless something else is asked for. */
  readonly fields: readonly Dimension[];
}

export interface BudgetCulprit extends Taker {
  /** Part of the month's billed bytes so far, 0 to 1. */
  readonly share: number;
  /** What the month would come to without it. */
  readonly without: Amount;
  /** What that costs less. */
  readonly saves: number;
}

export interface Budget {
  readonly month: string;
  readonly service: string;
  readonly currency: string;
  readonly gb_bytes: number;
  readonly as_of: Date | null;
  readonly complete: boolean;
  readonly limit: NonNullable<BudgetOptions["limit"]> | null;
  /** The month so far, as far as the log knows it. */
  readonly actual: Amount;
  /** The month to its end, spikes counted where they were and not expected again. */
  readonly forecast: Amount;
  readonly interval: Interval | null;
  /** With days like the spikes' expected again, and without what they had too much. */
  readonly with_spikes: Amount | null;
  readonly without_spikes: Amount | null;
  readonly spike_days: readonly string[];
  /** Whether the limit is exceeded, how surely, and on which day it is reached. */
  readonly over: boolean;
  readonly chance_over: number | null;
  readonly reached: string | null;
  readonly days: readonly BudgetDay[];
  readonly culprits: readonly BudgetCulprit[];
  /** What is not billed, and why. */
  readonly not_billed: readonly {
    readonly why: string;
    readonly requests: number;
    readonly bytes: number;
  }[];
  /** The bill's bytes as a multiple of the log's; null where no bill was named. */
  readonly bill_ratio: number | null;
  readonly notes: readonly string[];
}

/** A month's transfer and what it costs, to its end, with who takes it. Undefined without a line in it. */
export async function budget(scope: Scope, options: BudgetOptions): Promise<Budget | undefined> {
  const { covers, window } = scope;
  const prices = servicePrices(options.prices, options.service);
  const found = await daysOf(scope, prices);
  const [begin, end] = [found[0], found.at(-1)];
  if (begin === undefined || end === undefined || covers === undefined || window === undefined) {
    return undefined;
  }
  const log = new LogDays(found, window.from, window.until);
  const month = monthDays(options.month ?? monthText(dayFrom(end.day)));
  if (month.until <= log.first || month.from >= log.last) return undefined;
  const spiky = await spikeDays(scope, log);
  const series: DaySeries = { ...log.series, left: spiky };
  const plan = new Month(log, series, month, (use) => costOf(use, prices, options.prices.gb_bytes));
  const complete = log.known >= month.until;
  const test = complete
    ? undefined
    : backTest(
        series,
        monthsWithin(log.first, Math.min(month.from, log.known)),
        log.known - month.from,
      );
  const interval = complete ? null : intervalOf(plan, series, test);
  const { limit } = options;
  const forecast = plan.amount(1);
  const value = ({ bytes, cost }: Amount): number =>
    limit !== undefined && "bytes" in limit ? bytes : cost;
  const most = limit === undefined ? undefined : "bytes" in limit ? limit.bytes : limit.cost;
  const inMonth = [...spiky].filter((day) => day >= month.from && day < month.until);
  const takers = await takersOf(
    scope,
    options.fields,
    prices,
    { from: month.from, until: Math.min(month.until, log.last) },
    { first: log.first, spikes: inMonth },
  );
  return {
    month: monthText(month.from),
    service: options.service,
    currency: options.prices.currency,
    gb_bytes: options.prices.gb_bytes,
    as_of: complete ? null : window.until,
    complete,
    limit: limit ?? null,
    actual: plan.actual,
    forecast,
    interval,
    with_spikes:
      inMonth.length === 0 || complete
        ? null
        : new Month(log, log.series, month, plan.price).amount(1),
    without_spikes: inMonth.length === 0 ? null : plan.without(inMonth),
    spike_days: inMonth.map(dayText),
    over: most !== undefined && value(forecast) > most,
    chance_over: most === undefined ? null : chanceOver(plan, most, value, test),
    reached:
      most === undefined
        ? null
        : (plan.days(spiky).find(({ sum }) => value(sum) > most)?.day ?? null),
    days: plan.days(spiky),
    culprits: takers.map((taker) => culprit(taker, plan, inMonth)),
    not_billed: prices.not_billed.map(({ why }, at) => ({ why, ...plan.free(at) })),
    bill_ratio: billRatio(log, options.billed),
    notes: notesOf(log, month, plan),
  };
}

/** Headers, TLS, retries and transfer that is free make the two differ. */
function billRatio(log: LogDays, billed: BudgetOptions["billed"]): number | null {
  if (billed === undefined) return null;
  const { from, until } = monthDays(billed.month);
  if (from < log.first || until > log.known) {
    throw new Problem({
      code: "bill-month",
      what: `The log does not hold all of ${billed.month}, so that its bill says nothing`,
      where: `--billed ${billed.month}`,
      help: `Name a month between ${dayText(log.first)} and ${dayText(log.known - 1)}`,
      exit: Exit.usage,
    });
  }
  let bytes = 0;
  for (let day = from; day < until; day++) bytes += log.bytes(day);
  return bytes === 0 ? null : billed.bytes / bytes;
}

const DAY_MS = 86_400_000;

/** Days on which an hour was a spike and that had much more than expected. */
async function spikeDays(scope: Scope, log: LogDays): Promise<Set<number>> {
  const found = await spikes(scope);
  const touched = new Set<number>();
  for (const { kind, z, from, until, measure } of found.spikes) {
    if (kind !== "spike" || !(z > 0) || measure === "errors") continue;
    for (let day = dayOf(from); day * DAY_MS < until.getTime(); day++) touched.add(day);
  }
  const series = { ...log.series, left: touched };
  return new Set(
    [...touched].filter((day) => {
      const usual = expectedOn(series, day, log.known);
      return day < log.known && usual > 0 && log.bytes(day) > BUDGET.spike * usual;
    }),
  );
}

/** What it took is gone, and of the rest the part that it takes on days without a spike. */
function culprit(taker: Taker, plan: Month, spiky: readonly number[]): BudgetCulprit {
  const part = (bytes: number, of: number): number => (of <= 0 ? 0 : Math.min(1, bytes / of));
  const usual = plan.actual.bytes - spiky.reduce((sum, day) => sum + plan.log.bytes(day), 0);
  const without = plan.less(taker.bytes, part(taker.usual, usual));
  return {
    ...taker,
    share: part(taker.bytes, plan.actual.bytes),
    without,
    saves: plan.amount(1).cost - without.cost,
  };
}

function notesOf(log: LogDays, month: MonthDays, plan: Month): string[] {
  const missing = plan.days(new Set()).filter(({ kind }) => kind === "not in the log").length;
  const silent = log.silent.filter((day) => day >= month.from && day < month.until).length;
  const known = log.known - log.first;
  return [
    ...(missing === 0
      ? []
      : [
          `the log begins after the month does: ${String(missing)} days are as expected, not as they were`,
        ]),
    ...(silent === 0
      ? []
      : [
          `${String(silent)} days of the month have no line and count as nothing: are their logs missing?`,
        ]),
    ...(known < BUDGET.least_days && log.known < month.until
      ? [`only ${String(known)} whole days are known: the forecast is their mean`]
      : []),
  ];
}
