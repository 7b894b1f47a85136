import type { Cell } from "./cells.js";
import { Cube, type CubeSums, type Leaf } from "./cube.js";
import type { Expectation } from "./expected.js";
import type { Leaves } from "./leaves.js";
import { median } from "./median.js";
import { parameters } from "./parameters.js";
import {
  beyondOthers,
  holds,
  sumOf,
  type Found,
  type Searched,
  type Size,
  type Term,
} from "./search.js";

/** What the search finds, and in which cells. */
export interface LeafSearched extends Searched, Leaves {
  /** The element that moved the other way most, if it hides enough of the change. */
  readonly against: Found | undefined;
}

/**
 * The elements whose leaves changed together. Totals are as noisy as they are large, so each leaf says as
 * much of a change as any other of its size: with x = (r − f) / max(r, f) and σ of ordinary leaves, the
 * log-likelihood ratio of a common shift is (Σ x/σ²)² / (2 Σ 1/σ²). The element that gains most, of either
 * direction, is taken, its leaves are removed, and again; at last those that changed most in the direction
 * of the whole are told.
 *
 * Undefined where so much moved the same way that nothing says what is ordinary.
 */
export function searchLeaves(
  { coded, table }: Leaves,
  expected: Expectation,
  change: number,
  most: number,
): LeafSearched | undefined {
  const sign = Math.sign(change);
  const leaves = weighted(table, expected, sign);
  if (leaves === undefined) return undefined;
  const cube = new Cube(coded);
  const found: Element[] = [];
  let rest = leaves;
  while (found.length < parameters.elements) {
    const best = largestShift(cube, cube.sums(rest));
    if (best === undefined) break;
    found.push(best);
    rest = rest.filter(({ cell: { codes } }) => !holds(codes, best.terms));
  }
  const inDirection = (of: number): Element[] => found.filter((one) => one.sign === of);
  const causes = told(inDirection(sign), table, expected, most);
  const [against] = told(inDirection(-sign), causes.left, expected, 1).found;
  const hides = Math.abs(against?.change ?? 0) >= parameters.hidden * Math.abs(change);
  return { coded, table, ...causes, against: hides ? against : undefined };
}

/** Values whose leaves moved together, up (1) or down (−1). */
interface Element {
  readonly terms: readonly Term[];
  readonly sign: number;
}

/**
 * Leaves of about one size are as noisy as those of them that did not move with the change, and the smaller
 * ones no less: the upper half of all by size is one band, the upper half of the rest another.
 */
function weighted(table: readonly Cell[], expected: Expectation, sign: number): Leaf[] | undefined {
  const moves = table
    .map((cell) => {
      const { r, f } = expected.of(cell.sums);
      return { cell, r, f, size: Math.max(r, f) };
    })
    .filter(({ size }) => size > 0)
    .map((one) => ({ ...one, moved: (one.r - one.f) / one.size }))
    .toSorted((a, b) => b.size - a.size);
  const leaves: Leaf[] = [];
  let noise: number = parameters.leafNoise;
  for (let from = 0; from < moves.length;) {
    const half = Math.ceil((moves.length - from) / 2);
    const own = moves.slice(from, half < parameters.leaves ? undefined : from + half);
    const against = own.filter(({ moved }) => moved * sign <= 0);
    if (against.length < parameters.leavesAgainst * own.length) return undefined;
    const middle = median(against.map(({ moved }) => Math.abs(moved)));
    noise = Math.max(noise, MAD * middle);
    for (const { size, ...one } of own) {
      const rounding = roundingOf(one.cell, expected) / size ** 2;
      leaves.push({ ...one, weight: 1 / (noise ** 2 + rounding) });
    }
    from += own.length;
  }
  return leaves;
}

/** Standard deviation of a normal distribution as a multiple of its median absolute deviation. */
const MAD = 1.4826;

/** Variance of a change that comes from totals being whole numbers. */
const roundingOf = ({ sums: { n0, nb } }: Cell, { scale }: Expectation): number =>
  (n0 + nb * scale ** 2) / 12;

/** The element that gains most, if that is beyond chance and beyond how elements differ anyway. */
function largestShift(cube: Cube, sums: CubeSums): Element | undefined {
  const { moved, weight, r, f } = sums;
  const of = (at: number): Size => ({ r: r[at] ?? 0, f: f[at] ?? 0 });
  const spread = spreadOf(cube, sums);
  const many = weight.reduce((count, sum) => count + Number(sum > 0), 0);
  const bar = Math.log(Math.max(2, many)) + Math.log(1 / parameters.falseAlarm);
  let most = 0;
  let found: Element | undefined;
  for (let at = 1; at < cube.size; at++) {
    const [sum, sure] = [moved[at] ?? 0, weight[at] ?? 0];
    const sign = Math.sign(sum);
    const gain = sum === 0 ? 0 : sum ** 2 / (2 * sure);
    if (gain <= most * SAME || gain < bar * spread(at, -sign) ** 2) continue;
    if (!isChange(of(at), of(0), sign)) continue;
    const terms = cube.termsOf(at);
    if (terms !== undefined) [most, found] = [gain, { terms, sign }];
  }
  return found;
}

/** Names of the same leaves gain the same, but for rounding: the first is the simplest. */
const SAME = 1 + 1e-9;

/**
 * How much more elements of so many conditions differ from the middle one of them, in a direction, than
 * their leaves' noise makes them, 1 or more: all hosts of a site have their days together.
 */
function spreadOf(cube: Cube, { moved, weight }: CubeSums): (at: number, sign: number) => number {
  const levels = new Map<number, { mean: number; root: number }[]>();
  for (let at = 1; at < cube.size; at++) {
    const sure = weight[at] ?? 0;
    if (sure <= 0) continue;
    const level = cube.conditions[at] ?? 0;
    const one = { mean: (moved[at] ?? 0) / sure, root: Math.sqrt(sure) };
    const own = levels.get(level);
    if (own === undefined) levels.set(level, [one]);
    else own.push(one);
  }
  const spreads = new Map<number, number>();
  for (const [level, own] of levels) {
    const middle = median(own.map(({ mean }) => mean));
    for (const sign of [-1, 1]) {
      const far = own
        .map(({ mean, root }) => (mean - middle) * sign * root)
        .filter((size) => size > 0);
      spreads.set(level * sign, Math.max(1, MAD * median(far)));
    }
  }
  return (at, sign) => spreads.get((cube.conditions[at] ?? 0) * sign) ?? 1;
}

/** Whether an element changed by a good part of itself, and not only as everything else did. */
const isChange = (own: Size, all: Size, sign: number): boolean =>
  (own.r - own.f) * sign >= parameters.leafChange * Math.max(own.r, own.f) &&
  beyondOthers(own, all) >= parameters.beyond;

/** The largest of them, each with the rows that no larger one has. */
function told(
  found: readonly Element[],
  table: readonly Cell[],
  expected: Expectation,
  most: number,
): Searched {
  const changeOf = (cells: readonly Cell[]): number => {
    const { r, f } = expected.of(sumOf(cells));
    return r - f;
  };
  const own = (terms: readonly Term[], of: readonly Cell[]): Cell[] =>
    of.filter(({ codes }) => holds(codes, terms));
  const largest = found
    .map(({ terms, sign }) => ({ terms, sign, size: sign * changeOf(own(terms, table)) }))
    .toSorted((a, b) => b.size - a.size);
  let left = table;
  const causes: Found[] = [];
  for (const { terms, sign } of largest) {
    if (causes.length === most) break;
    const cells = own(terms, left);
    const change = changeOf(cells);
    // Larger ones may have all that changed in it.
    if (change * sign <= 0) continue;
    causes.push({ terms, sums: sumOf(cells), change, names: [] });
    left = left.filter(({ codes }) => !holds(codes, terms));
  }
  return { found: causes, left };
}
