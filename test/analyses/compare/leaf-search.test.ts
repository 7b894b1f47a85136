import { expect, test } from "vitest";
import { Random } from "../../../bench/random.mjs";
import type { Cell, Coded } from "../../../src/analyses/compare/cells.js";
import type { Expectation } from "../../../src/analyses/compare/expected.js";
import { facets } from "../../../src/analyses/compare/facets.js";
import { searchLeaves } from "../../../src/analyses/compare/leaf-search.js";
import { kinds, leaves } from "../../generators/leaves.mjs";

const columns = facets([]).filter(({ name }) =>
  ["site", "host", "bucket", "operation", "cache_result"].includes(name),
);
const codedOf = (sizes: readonly number[]): Coded[] =>
  sizes.flatMap((size, at) => {
    const facet = columns[at];
    const values = Array.from({ length: size }, (_, value) => `v${value + 1}`);
    return facet === undefined ? [] : [{ facet, values }];
  });

const expected: Expectation = {
  of: ({ v0, vb }) => ({ r: v0, f: vb }),
  values: ({ v0, vb }) => ({ baseline: vb, incident: v0 }),
  scale: 1,
  least: 0.5,
};

const cellOf = (codes: readonly number[], now: number, then: number): Cell => {
  const [v0, vb] = [Math.round(now), Math.round(then)];
  return { codes, sums: { n0: 1, nb: 1, nh: 0, v0, vb, q0: v0 ** 2, qb: vb ** 2 } };
};

function searched(table: readonly Cell[], sizes: readonly number[], most = 20) {
  const change = table.reduce((sum, { sums }) => sum + sums.v0 - sums.vb, 0);
  const found = searchLeaves({ coded: codedOf(sizes), table }, expected, change, most);
  const named = (terms: readonly { facet: number; code: number }[]): string =>
    terms.map(({ facet, code }) => `${"abcde"[facet] ?? ""}${code + 1}`).join(" ");
  return {
    told: found?.found.map(({ terms }) => named(terms)).toSorted((a, b) => (a < b ? -1 : 1)),
    against: found?.against && named(found.against.terms),
  };
}

test.each([
  ["S", 44],
  ["L", 41],
] as const)("finds what changed in a log of set %s", (name, seed) => {
  const made = leaves(kinds[name], seed);
  const table = made.leaves.map((leaf, at) =>
    cellOf(
      Object.values(leaf).map((value) => Number(value.slice(1)) - 1),
      1000 * (made.real[at] ?? 0),
      1000 * (made.predict[at] ?? 0),
    ),
  );
  const wanted = made.causes.map((cause) => Object.values(cause).join(" "));
  expect(searched(table, Object.values(kinds[name].dimensions)).told).toEqual(
    wanted.toSorted((a, b) => (a < b ? -1 : 1)),
  );
});

const SIZES = [6, 8, 10];

/** Totals of a day on which each value has its own luck, and of the day before. */
function days(
  seed: number,
  luck: number,
  change: (codes: readonly number[]) => number = () => 1,
): Cell[] {
  const random = new Random(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const day = SIZES.map((size) => Array.from({ length: size }, () => Math.exp(luck * normal())));
  const all = SIZES.reduce<number[][]>(
    (list, size) =>
      list.flatMap((codes) => Array.from({ length: size }, (_, code) => [...codes, code])),
    [[]],
  );
  return all.map((codes) => {
    const usual = 1e5 * -Math.log(1 - random.next());
    const own = codes.reduce((part, code, at) => part * (day[at]?.[code] ?? 1), change(codes));
    const noise = (): number => Math.max(0, 1 + 0.1 * normal());
    return cellOf(codes, usual * own * noise(), usual * noise());
  });
}

test("that each value has its own day is no cause", () => {
  for (let seed = 1; seed <= 20; seed++) {
    for (const luck of [0, 0.03, 0.08]) {
      expect(searched(days(seed, luck), SIZES), `${seed}, ${luck}`).toEqual({
        told: [],
        against: undefined,
      });
    }
  }
});

test("what moved the other way is told apart", () => {
  const change = ([a, b]: readonly number[]): number => (a === 2 ? 3 : b === 4 ? 0.3 : 1);
  expect(searched(days(1, 0.03, change), SIZES)).toEqual({ told: ["a3"], against: "b5" });
});

test("where everything moved alike, nothing says what is ordinary", () => {
  expect(
    searched(
      days(1, 0.01, () => 2),
      SIZES,
    ),
  ).toEqual({ told: undefined, against: undefined });
});
