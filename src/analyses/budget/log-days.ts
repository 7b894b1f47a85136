import { dayFrom, dayOf } from "./calendar.js";
import type { DayUse } from "./days.js";
import type { DaySeries } from "./forecast.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The days of a log without gaps: a day without a line had none. */
export class LogDays {
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
