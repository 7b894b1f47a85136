import type { MonthDays } from "./forecast.js";

const DAY = 86_400_000;

/** Days since 1970-01-01 UTC. */
export const dayOf = (time: Date): number => Math.floor(time.getTime() / DAY);

export const timeOf = (day: number): Date => new Date(day * DAY);

/** `2026-11-05` */
export const dayText = (day: number): string => timeOf(day).toISOString().slice(0, 10);

export const dayFrom = (text: string): number => dayOf(new Date(`${text}T00:00:00Z`));

/** `2026-11` of a day. */
export const monthText = (day: number): string => dayText(day).slice(0, 7);

/** The days of `2026-11`; bills are by UTC months. */
export function monthDays(month: string): MonthDays {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return {
    from: dayOf(new Date(Date.UTC(year, number - 1, 1))),
    until: dayOf(new Date(Date.UTC(year, number, 1))),
  };
}

/** Whole months from one day until another, both of which begin or end one or lie within. */
export function monthsWithin(from: number, until: number): MonthDays[] {
  const months: MonthDays[] = [];
  let month = monthDays(monthText(from));
  while (month.until <= until) {
    if (month.from >= from) months.push(month);
    month = monthDays(monthText(month.until));
  }
  return months;
}
