import { describe, expect, test } from "vitest";
import { defaultBaseline } from "../../../src/analyses/compare/windows.js";

const at = (day: number, hour = 0): Date => new Date(Date.UTC(2026, 10, day, hour));

describe("the same hours of earlier days", () => {
  test.each<[name: string, from: Date, until: Date, kind: string, begins: Date[]]>([
    [
      "of an hour, of weeks",
      at(29, 9),
      at(29, 10),
      "weekdays",
      [8, 15, 22].map((day) => at(day, 9)),
    ],
    ["of an hour, of days", at(6, 9), at(6, 10), "days", [2, 3, 4, 5].map((day) => at(day, 9))],
    ["of a day and a half, which share no row", at(7), at(8, 12), "days", [at(3), at(5)]],
    ["of ten days", at(20), at(30), "weekdays", [at(6)]],
  ])("%s", (_, from, until, kind, begins) => {
    const covers = { from: at(2), until: at(30) };
    const found = defaultBaseline({ from, until }, covers, "UTC");
    expect(found?.kind).toBe(kind);
    expect(found?.windows.map((window) => window.from)).toEqual(begins);
    const ends = found?.windows.map((window) => window.until) ?? [];
    for (const [place, end] of ends.entries())
      expect(end.getTime()).toBeLessThanOrEqual((begins[place + 1] ?? from).getTime());
  });
});
