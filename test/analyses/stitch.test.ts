import { expect, test } from "vitest";
import { assign } from "../../src/analyses/stitch/assign.js";
import type { Clock } from "../../src/analyses/stitch/clock.js";
import type { BackLine, FrontLine } from "../../src/analyses/stitch/cost.js";

const clock: Clock = {
  estimated: true,
  offset: 0,
  tolerance: 250_000,
  slices: [],
  knots: [],
  addresses: "any",
  usual: { took: { middle: 1000, width: 1000 }, bytes: { middle: 300, width: 8 } },
};

const shared = { status: 200, bytes: NaN, agent: NaN, address: NaN };
/** Milliseconds: when it began, how long it took. */
const front = (id: number, start: number, took: number, more: object = {}): FrontLine => ({
  ...shared,
  id,
  anchor: start * 1000,
  lo: start * 1000,
  hi: (start + took) * 1000,
  place: (start + took) * 1000,
  took: took * 1000,
  ...more,
});
/** The same of the back, whose log has whole seconds. */
const back = (id: number, start: number, took: number, more: object = {}): BackLine => ({
  ...shared,
  id,
  anchor: Math.floor(start / 1000) * 1e6 + 500_000,
  slack: 500_000,
  done: NaN,
  open: NaN,
  place: (start + took) * 1000,
  took: took * 1000,
  ...more,
});

const cases: [string, FrontLine[], BackLine[], [number, number][]][] = [
  ["one to one", [front(1, 100, 20)], [back(1, 101, 18)], [[1, 1]]],
  ["too late", [front(1, 100, 20)], [back(1, 1900, 18)], []],
  [
    "two at once are told apart by how long they took",
    [front(1, 100, 20), front(2, 100, 90)],
    [back(1, 101, 88), back(2, 101, 18)],
    [
      [1, 2],
      [2, 1],
    ],
  ],
  [
    "two at once that are equal keep the order of both logs",
    [front(1, 100, 20), front(2, 101, 20)],
    [back(1, 101, 19), back(2, 102, 19)],
    [
      [1, 1],
      [2, 2],
    ],
  ],
  [
    "a slow client ends late and keeps its line",
    [front(1, 100, 900), front(2, 300, 20)],
    [back(1, 101, 40, { bytes: 9000 }), back(2, 301, 19, { bytes: 10 })],
    [
      [1, 1],
      [2, 2],
    ],
  ],
  [
    "a line without a partner takes nobody's",
    [front(1, 100, 20), front(2, 110, 500)],
    [back(1, 111, 499)],
    [[2, 1]],
  ],
  [
    "a revalidation is a pair",
    [front(1, 100, 20), front(2, 100, 20, { status: 404 })],
    [back(1, 101, 19, { status: 304 }), back(2, 101, 19, { status: 404 })],
    [
      [1, 1],
      [2, 2],
    ],
  ],
];

test.each(cases)("%s", (_, fronts, backs, pairs) => {
  const byPlace = (a: { place: number }, b: { place: number }): number => a.place - b.place;
  const found = assign(fronts.toSorted(byPlace), backs.toSorted(byPlace), clock);
  const ids = found.map((pair) => [pair.front.id, pair.back.id]);
  expect(ids.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual(pairs);
});

test("equal lines at one moment are ambiguous, others are not", () => {
  const equal = assign(
    [front(1, 100, 20), front(2, 100, 20)],
    [back(1, 101, 19), back(2, 101, 19)],
    clock,
  );
  expect(equal.map(({ ambiguous }) => ambiguous)).toEqual([true, true]);
  const apart = assign(
    [front(1, 100, 20), front(2, 100, 400)],
    [back(1, 101, 19), back(2, 101, 399)],
    clock,
  );
  expect(apart.map(({ ambiguous }) => ambiguous)).toEqual([false, false]);
});
