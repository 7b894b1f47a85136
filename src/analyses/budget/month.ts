import { dayText } from "./calendar.js";
import { expectedOn, type DaySeries, type MonthDays } from "./forecast.js";
import type { LogDays } from "./log-days.js";

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

/** A month's days, known and expected, with the prices of their sum. */
export class Month {
  /** What is expected beside what is known; the part of the day that goes on, and days before the log. */
  readonly rest: number;
  readonly #known: number;
  readonly #requests: readonly number[];

  constructor(
    readonly log: LogDays,
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
