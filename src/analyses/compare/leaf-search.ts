import type { Cell, Coded } from "./cells.js";
import type { Expectation } from "./expected.js";
import { sizeOf, type Leaves } from "./leaves.js";
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

/** A combination of all values: by how much it changed, as a part of itself, and how sure that is. */
interface Leaf {
  readonly cell: Cell;
  readonly r: number;
  readonly f: number;
  /** (r − f) / max(r, f): −1 what went away, 1 what is new. */
  readonly moved: number;
  /** 1 / σ² of that in leaves on which nothing happened. */
  readonly weight: number;
}

/** What the search finds, and in which cells. */
export interface LeafSearched extends Searched, Leaves {
  /** The element that moved the other way most, if it hides enough of the change. */
  readonly against: Found | undefined;
}

/**
 * The elements whose leaves changed together. Totals are as noisy as they are large, so each leaf says as
 * much of a change as any other of its size: with x = (r − f) / max(r, f) and σ of ordinary leaves, the
 * log-likelihood ratio of a common shift is (Σ x/σ²)² / (2 Σ 1/σ²). The element that gains most is taken,
 * its leaves are removed, and again; at last those that changed most are told.
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
  const found: (readonly Term[])[] = [];
  let rest = leaves;
  for (;;) {
    const best = found.length < parameters.elements ? cube.best(rest, sign) : undefined;
    if (best === undefined) break;
    found.push(best);
    rest = rest.filter(({ cell: { codes } }) => !holds(codes, best));
  }
  const causes = told(found, table, expected, sign, most);
  const other = cube.best(rest, -sign);
  const against = other && told([other], causes.left, expected, -sign, 1).found[0];
  const hides = Math.abs(against?.change ?? 0) >= parameters.hidden * Math.abs(change);
  return { coded, table, ...causes, against: hides ? against : undefined };
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

/** Of every combination: Σ moved · weight, Σ weight, Σ r, Σ f. */
interface CubeSums {
  readonly moved: Float64Array;
  readonly weight: Float64Array;
  readonly r: Float64Array;
  readonly f: Float64Array;
}

/** Sums over all combinations of values, in each of which a dimension may be left open. */
class Cube {
  readonly #coded: readonly Coded[];
  readonly #strides: readonly number[];
  readonly #size: number;

  constructor(coded: readonly Coded[]) {
    this.#coded = coded;
    this.#size = sizeOf(coded);
    this.#strides = coded.map((_, facet) => sizeOf(coded.slice(0, facet)));
  }

  /** The element that gains most, in the direction asked for, if that is beyond chance. */
  best(leaves: readonly Leaf[], sign: number): readonly Term[] | undefined {
    const { moved, weight, r, f } = this.#sums(leaves);
    const of = (at: number): Size => ({ r: r[at] ?? 0, f: f[at] ?? 0 });
    const many = weight.reduce((count, sum) => count + Number(sum > 0), 0);
    let least = Math.log(Math.max(2, many)) + Math.log(1 / parameters.falseAlarm);
    let found: readonly Term[] | undefined;
    for (let at = 1; at < this.#size; at++) {
      const sum = moved[at] ?? 0;
      const gain = sum * sign > 0 ? sum ** 2 / (2 * (weight[at] ?? 1)) : 0;
      if (gain <= least || !isChange(of(at), of(0), sign)) continue;
      const terms = this.#termsOf(at);
      const chains = new Set(terms.map(({ facet }) => this.#coded[facet]?.facet.chain));
      if (chains.size < terms.length) continue;
      [least, found] = [gain, terms];
    }
    return found;
  }

  #sums(leaves: readonly Leaf[]): CubeSums {
    const strides = this.#strides;
    const make = (): Float64Array => new Float64Array(this.#size);
    const moves = make();
    const weights = make();
    const now = make();
    const usual = make();
    for (const { cell, moved, weight, r, f } of leaves) {
      let at = 0;
      for (const [facet, code] of cell.codes.entries()) at += (code + 1) * (strides[facet] ?? 0);
      moves[at] = (moves[at] ?? 0) + moved * weight;
      weights[at] = (weights[at] ?? 0) + weight;
      now[at] = (now[at] ?? 0) + r;
      usual[at] = (usual[at] ?? 0) + f;
    }
    for (const list of [moves, weights, now, usual]) this.#opened(list);
    return { moved: moves, weight: weights, r: now, f: usual };
  }

  /** Adds all values of each dimension up, into the place where it is left open. */
  #opened(list: Float64Array): void {
    for (const [facet, { values }] of this.#coded.entries()) {
      const stride = this.#strides[facet] ?? 1;
      const block = stride * (values.length + 1);
      for (let open = 0; open < list.length; open += block) {
        for (let from = open + stride; from < open + block; from += stride) {
          for (let at = 0; at < stride; at++) {
            list[open + at] = (list[open + at] ?? 0) + (list[from + at] ?? 0);
          }
        }
      }
    }
  }

  #termsOf(at: number): Term[] {
    return this.#coded.flatMap(({ values }, facet) => {
      const code = Math.floor(at / (this.#strides[facet] ?? 1)) % (values.length + 1);
      return code === 0 ? [] : [{ facet, code: code - 1 }];
    });
  }
}

/** Whether an element changed by a good part of itself, and not only as everything else did. */
const isChange = (own: Size, all: Size, sign: number): boolean =>
  (own.r - own.f) * sign >= parameters.leafChange * Math.max(own.r, own.f) &&
  beyondOthers(own, all) >= parameters.beyond;

/** The largest of them, each with the rows that no larger one has. */
function told(
  found: readonly (readonly Term[])[],
  table: readonly Cell[],
  expected: Expectation,
  sign: number,
  most: number,
): Searched {
  const changeOf = (cells: readonly Cell[]): number => {
    const { r, f } = expected.of(sumOf(cells));
    return r - f;
  };
  const own = (terms: readonly Term[], of: readonly Cell[]): Cell[] =>
    of.filter(({ codes }) => holds(codes, terms));
  const largest = found
    .map((terms) => ({ terms, change: changeOf(own(terms, table)) }))
    .toSorted((a, b) => (b.change - a.change) * sign)
    .slice(0, most);
  let left = table;
  const causes: Found[] = [];
  for (const { terms } of largest) {
    const cells = own(terms, left);
    causes.push({ terms, sums: sumOf(cells), change: changeOf(cells), names: [] });
    left = left.filter(({ codes }) => !holds(codes, terms));
  }
  return { found: causes, left };
}
