import { Exit, Problem } from "../../problems/problem.js";
import type { Dimension } from "../fields.js";
import type { Scope } from "../scope.js";
import { spikes } from "../spikes/spikes.js";
import { dayFrom, dayOf, dayText, monthDays, monthsWithin, monthText } from "./calendar.js";
import { takersOf, type Taker } from "./culprits.js";
import { daysOf, type DayUse } from "./days.js";
import {
  backTest,
  expectedOn,
  normal,
  type BackTest,
  type DaySeries,
  type MonthDays,
} from "./forecast.js";
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

/** Billed bytes and what they cost. */
export interface Amount {
  readonly bytes: number;
  readonly cost: number;
}

/** A day of the month: as it was, or as it is expected. */
export interface BudgetDay extends Amount {
  readonly day: string;
  readonly kind: "known" | "so far" | "expected" | "not in the log";
  /** It had a spike: nothing is learnt from it. */
  readonly spike: boolean;
  /** What the month comes to with this day. */
  readonly sum: Amount;
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
  readonly interval: {
    readonly low: Amount;
    readonly high: Amount;
    /** `back-test`: the truth of past months fell inside; `range`: the last weeks' lowest and highest. */
    readonly by: "back-test" | "range";
    readonly test: Pick<BackTest, "months" | "inside"> | null;
  } | null;
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
  const log = new Log(found, window.from, window.until);
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
function billRatio(log: Log, billed: BudgetOptions["billed"]): number | null {
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

/** The days of a log without gaps: a day without a line had none. */
class Log {
  readonly first: number;
  /** The day after the last one with a line. */
  readonly last: number;
  /** The days before this one are whole; the day itself may have begun. */
  readonly known: number;
  readonly #uses = new Map<number, DayUse>();
  /** Days without a line. */
  readonly silent: readonly number[];

  constructor(days: readonly DayUse[], from: Date, until: Date) {
    for (const use of days) this.#uses.set(dayFrom(use.day), use);
    const all = [...this.#uses.keys()];
    this.last = Math.max(...all) + 1;
    const begun = dayOf(from);
    // The first day is whole when it has all but its first hour.
    this.first = from.getTime() - begun * DAY_MS > HOUR_MS ? begun + 1 : begun;
    const whole = this.last * DAY_MS - until.getTime() <= HOUR_MS / 30;
    this.known = Math.max(this.first, whole ? this.last : this.last - 1);
    this.silent = Array.from({ length: this.last - begun }, (_, at) => begun + at).filter(
      (day) => !this.#uses.has(day),
    );
  }

  use(day: number): DayUse | undefined {
    return this.#uses.get(day);
  }

  bytes(day: number): number {
    return this.#uses.get(day)?.billed_bytes ?? 0;
  }

  /** The whole days. */
  get series(): DaySeries {
    const length = this.known - this.first;
    return {
      first: this.first,
      values: Array.from({ length }, (_, at) => this.bytes(this.first + at)),
    };
  }
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A month's days, known and expected, with the prices of their sum. */
class Month {
  /** What is expected beside what is known; the part of the day that goes on, and days before the log. */
  readonly rest: number;
  readonly #known: number;
  readonly #requests: readonly number[];

  constructor(
    readonly log: Log,
    readonly series: DaySeries,
    readonly month: MonthDays,
    readonly price: (use: { bytes: number; requests: readonly number[] }) => number,
  ) {
    let [known, rest] = [0, 0];
    const requests: number[] = [];
    for (let day = month.from; day < month.until; day++) {
      known += log.bytes(day);
      rest += this.#expected(day) - log.bytes(day);
      log.use(day)?.billed_requests.forEach((n, at) => (requests[at] = (requests[at] ?? 0) + n));
    }
    this.#known = known;
    this.rest = rest;
    this.#requests = requests;
  }

  get actual(): Amount {
    return this.#priced(this.#known);
  }

  /** The month when the rest is so many times what is expected. */
  amount(factor: number): Amount {
    return this.#priced(this.#known + factor * this.rest);
  }

  /** The month without so many bytes of those known, and without a part of the rest. */
  less(known: number, part: number): Amount {
    return this.#priced(this.#known - known + (1 - part) * this.rest);
  }

  /** The month without what some days had above what was expected of them. */
  without(days: readonly number[]): Amount {
    const excess = days.map((day) => {
      const usual = expectedOn(this.series, day, this.log.known);
      return Math.max(0, this.#expected(day) - usual);
    });
    return this.#priced(this.#known + this.rest - excess.reduce((a, b) => a + b, 0));
  }

  days(spiky: ReadonlySet<number>): BudgetDay[] {
    const { log, month } = this;
    let sum = 0;
    let before = this.#priced(0).cost;
    return Array.from({ length: month.until - month.from }, (_, at): BudgetDay => {
      const day = month.from + at;
      const bytes = this.#expected(day);
      sum += bytes;
      const all = this.#priced(sum);
      const cost = all.cost - before;
      before = all.cost;
      return {
        day: dayText(day),
        kind: this.#kind(day),
        spike: spiky.has(day) && day < log.known,
        bytes: Math.round(bytes),
        cost,
        sum: all,
      };
    });
  }

  /** What is not billed, by one entry of that list. */
  free(at: number): { requests: number; bytes: number } {
    let [requests, bytes] = [0, 0];
    for (let day = this.month.from; day < this.month.until; day++) {
      const own = this.log.use(day)?.free[at];
      requests += own?.requests ?? 0;
      bytes += own?.bytes_sent ?? 0;
    }
    return { requests, bytes };
  }

  #kind(day: number): BudgetDay["kind"] {
    const { log } = this;
    if (day < log.first) return log.use(day) === undefined ? "not in the log" : "so far";
    if (day < log.known) return "known";
    return day < log.last ? "so far" : "expected";
  }

  /** A day's bytes to its end; no less than it has already. */
  #expected(day: number): number {
    const { log } = this;
    const bytes = log.bytes(day);
    if (day >= log.first && day < log.known) return bytes;
    return Math.max(bytes, expectedOn(this.series, day, log.known));
  }

  /** Requests grow as the bytes do. */
  #priced(bytes: number): Amount {
    const scale = this.#known === 0 ? 0 : bytes / this.#known;
    const requests = this.#requests.map((count) => count * scale);
    return { bytes: Math.round(bytes), cost: this.price({ bytes, requests }) };
  }
}

/** Days on which an hour was a spike and that had much more than expected. */
async function spikeDays(scope: Scope, log: Log): Promise<Set<number>> {
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

function intervalOf(
  plan: Month,
  series: DaySeries,
  test: BackTest | undefined,
): Budget["interval"] {
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
function chanceOver(
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

function notesOf(log: Log, month: MonthDays, plan: Month): string[] {
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
