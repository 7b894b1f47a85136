import { expect, test } from "vitest";
import {
  expectedPages,
  logGamma,
  type Popularity,
} from "../../../src/analyses/scrapers/coverage.js";
import { random } from "../../cli/logs.js";

test("ln Γ against factorials", () => {
  let factorial = 1;
  for (let n = 1; n <= 20; n++) {
    expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 10);
    factorial *= n;
  }
});

test.each([
  ["all requests touch all pages", [[2, 3] as const], 6, 3],
  ["one request touches one page", [[5, 4] as const, [1, 7] as const], 1, 1],
  // Two of four requests for two pages, each twice: the second meets the other page in 2 of 3 cases.
  ["two of four", [[2, 2] as const], 2, 1 + 2 / 3],
])("%s", (_, popularity: Popularity, k, expected) => {
  expect(expectedPages(popularity, k)).toBeCloseTo(expected, 9);
});

test("agrees with drawing", () => {
  const popularity: Popularity = [
    [40, 2],
    [10, 8],
    [1, 90],
  ];
  const all = popularity.flatMap(([times, pages], level) =>
    Array.from({ length: times * pages }, (_, at) => `${level} ${at % pages}`),
  );
  const next = random(5);
  let sum = 0;
  for (let round = 0; round < 2000; round++) {
    const left = [...all];
    const drawn = Array.from({ length: 60 }, () => left.splice(next(left.length), 1)[0]);
    sum += new Set(drawn).size;
  }
  expect(expectedPages(popularity, 60)).toBeCloseTo(sum / 2000, 0);
});
