import { describe, expect, test } from "vitest";
import { likelihoodRatio, twoSampleRatio } from "../../../src/analyses/compare/score.js";

describe("the likelihood ratio of two counts", () => {
  test.each<[now: number, expected: number, scale: number, nats: number]>([
    [10, 10, 1, 0],
    // Of n events that are all on one side of two equal times: n ln 2.
    [3, 0, 1, 3 * Math.log(2)],
    [16, 0, 1, 16 * Math.log(2)],
    [0, 16, 1, 16 * Math.log(2)],
    // Four days before: a fifth of all time is now.
    [10, 0, 0.25, 10 * Math.log(5)],
    [10, 5, 0.25, 10 * Math.log(10 / 6) + 20 * Math.log(20 / 24)],
    [0, 0, 1, 0],
  ])("%d where %d were expected, the incident %d times the baseline", (now, usual, scale, nats) => {
    expect(twoSampleRatio(now, usual, scale)).toBeCloseTo(nats, 9);
  });

  test("of a long baseline it is the ratio to what is known, never more", () => {
    for (const [now, usual] of [
      [40, 10],
      [0, 10],
      [7, 3],
      [1000, 900],
    ] as const) {
      const known = likelihoodRatio(now, usual);
      expect(twoSampleRatio(now, usual, 1e-6)).toBeCloseTo(known, 3);
      for (const scale of [0.1, 0.25, 0.5, 1, 2])
        expect(twoSampleRatio(now, usual, scale)).toBeLessThan(known);
    }
  });

  test("it is larger of more events in the same proportion", () => {
    const of = (times: number): number => twoSampleRatio(3 * times, times, 1);
    for (const times of [2, 5, 20]) expect(of(times)).toBeCloseTo(times * of(1), 9);
  });
});
