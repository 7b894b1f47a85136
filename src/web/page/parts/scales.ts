import { civilOf, instantOf } from "../../../analyses/calendar.js";
import { DAY, HOUR, MINUTE } from "../model/times.js";

/** Round values from 0 up to at least the largest, some four of them. */
export function valueTicks(most: number, binary = false): number[] {
  if (!(most > 0)) return [0, 1];
  const base = binary ? 1024 ** Math.floor(Math.log(most) / Math.log(1024)) : 1;
  const scaled = most / base;
  const power = 10 ** Math.floor(Math.log10(scaled / 4));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power * 4 >= scaled) ?? 10) * power;
  const whole = !binary && step < 1 ? 1 : step;
  const count = Math.max(1, Math.ceil(scaled / whole - 1e-9));
  return Array.from({ length: count + 1 }, (_, at) => at * whole * base);
}

const STEPS = [
  MINUTE / 60,
  MINUTE / 12,
  MINUTE / 4,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  182 * DAY,
  364 * DAY,
];

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

export interface TimeTick {
  readonly at: number;
  readonly label: string;
  /** A day begins. */
  readonly day: boolean;
}

/** Round times of the zone's clock between two, some ten of them. */
export function timeTicks(from: number, until: number, zone: string, most = 11): TimeTick[] {
  const step = STEPS.find((one) => (until - from) / one <= most) ?? 364 * DAY;
  const { year, month, day } = civilOf(new Date(from), zone);
  const midnight = { year, month, day, hour: 0, minute: 0, second: 0, ms: 0 };
  const ticks: TimeTick[] = [];
  for (let at = 0; at < 5000; at++) {
    const seconds = (at * step) / 1000;
    const time = instantOf({ ...midnight, second: seconds }, zone).getTime();
    if (time >= until) break;
    if (time < from) continue;
    const shown = civilOf(new Date(time), zone);
    const isDay = shown.hour === 0 && shown.minute === 0 && shown.second === 0;
    const clock = [shown.hour, shown.minute, ...(step < MINUTE ? [shown.second] : [])]
      .map((part) => String(part).padStart(2, "0"))
      .join(":");
    const date = `${MONTHS[shown.month - 1] ?? ""} ${shown.day}`;
    ticks.push({
      at: time,
      label: isDay ? (step >= 28 * DAY ? `${date} ${shown.year}` : date) : clock,
      day: isDay,
    });
  }
  return ticks;
}
