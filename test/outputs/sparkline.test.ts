import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { rebin, sparkline } from "../../src/outputs/sparkline.js";

describe("sparkline", () => {
  const cases: [
    values: number[],
    width: number,
    options: Parameters<typeof sparkline>[2],
    line: string,
  ][] = [
    [[1, 2, 3, 4, 5, 6, 7, 8], 8, {}, "▁▂▃▄▅▆▇█"],
    [[0, 1, 4, 8], 10, {}, "·▁▄█"],
    [[0, 0, 0], 10, {}, "···"],
    [[5, 5, 5], 10, {}, "███"],
    [[0, 1, 1_000_000], 10, {}, "·▁█"],
    [[], 10, {}, ""],
    [[NaN, 0, 8], 10, {}, " ·█"],
    [[1, 2, 3, 4, 5, 6, 7, 8], 8, { ascii: true }, ":-=+*#%@"],
    [[0, 8], 8, { ascii: true }, ".@"],
    [[4], 8, { max: 8 }, "▄"],
    [[16], 8, { max: 8 }, "█"],
    [[1, 1, 3, 3], 2, {}, "▃█"],
  ];
  test.each(cases)("%j in %d %j → %s", (values, width, options, line) => {
    expect(sparkline(values, width, options)).toBe(line);
  });

  test("equal values stay level when they do not divide evenly", () => {
    expect(
      sparkline(
        Array.from({ length: 168 }, () => 7),
        100,
      ),
    ).toBe("█".repeat(100));
  });
});

const sum = (list: number[]): number => list.reduce((all, value) => all + value, 0);

test("rebin keeps the sum and the width", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 500 }),
      fc.integer({ min: 1, max: 120 }),
      (values, width) => {
        const bins = rebin(values, width);
        expect(bins).toHaveLength(Math.min(width, values.length));
        expect(sum(bins)).toBeCloseTo(sum(values), 3);
      },
    ),
  );
});

test("rebin of unknown values is unknown, beside known ones it is their sum", () => {
  expect(rebin([NaN, NaN, 1, NaN], 2)).toEqual([NaN, 1]);
});
