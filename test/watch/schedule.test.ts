import { expect, test } from "vitest";
import { Problem } from "../../src/problems/problem.js";
import { loop, scheduleOf } from "../../src/watch/schedule.js";

const rows: [every: number | string, zone: string, after: string, next: string, later?: number][] =
  [
    [600_000, "UTC", "2026-11-05T12:03:00Z", "2026-11-05T12:10:00Z"],
    [600_000, "UTC", "2026-11-05T12:10:00Z", "2026-11-05T12:20:00Z"],
    [3_600_000, "UTC", "2026-11-05T12:00:02Z", "2026-11-05T12:00:05Z", 5000],
    [3_600_000, "UTC", "2026-11-05T12:00:05Z", "2026-11-05T13:00:05Z", 5000],
    ["0 2 * * *", "Europe/Berlin", "2026-11-05T12:00:00Z", "2026-11-06T01:00:00Z"],
    ["0 2 * * *", "Europe/Berlin", "2026-07-05T12:00:00Z", "2026-07-06T00:00:00Z"],
    // Clocks go back on 25 October: half past two comes twice, and counts once.
    ["30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    ["*/15 * * * *", "UTC", "2026-11-05T12:15:00Z", "2026-11-05T12:30:00Z"],
  ];

test.each(rows)("%s in %s after %s is due at %s", (every, zone, after, next, later) => {
  expect(scheduleOf(every, zone, "rule a", later)(new Date(after))).toEqual(new Date(next));
});

test.each(["soon", "* * *", "61 * * * *", "0 0 30 2 *"])("%s is no schedule", (text) => {
  expect(() => scheduleOf(text, "UTC", "rule a")).toThrow(Problem);
});

test("jobs run once at the beginning, then when they are due; what was missed is left out", async () => {
  const stop = new AbortController();
  let clock = Date.parse("2026-11-05T12:00:01Z");
  const ran: string[] = [];
  const job = (name: string, every: number, takes: number) => ({
    name,
    schedule: scheduleOf(every, "UTC", name),
    run: async () => {
      ran.push(`${name} ${new Date(clock).toISOString().slice(14, 19)}`);
      clock += takes;
    },
  });
  await loop({
    jobs: [job("slow", 10_000, 25_000), job("late", 60_000, 0)],
    now: () => new Date(clock),
    wait: async (ms) => {
      clock += ms;
      if (ran.length >= 5) stop.abort();
    },
    signal: stop.signal,
  });
  expect(ran).toEqual(["slow 00:01", "late 00:26", "slow 00:30", "late 01:00", "slow 01:00"]);
});
