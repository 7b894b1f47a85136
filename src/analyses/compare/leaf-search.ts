import type { Cell, Coded } from "./cells.js";
import type { Expectation } from "./expected.js";
import { sizeOf, type Leaves } from "./leaves.js";
import { median } from "./median.js";
import { parameters } from "./parameters.js";
import { beyondOthers, holds, sumOf, type Found, type Searched, type Term } from "./search.js";

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

/** Leaves of about one size are as noisy as those of them that moved the other way. */
function weighted(table: readonly Cell[], expected: Expectation, sign: number): Leaf[] | undefined {
  const moves = table
    .map((cell) => ({ cell, ...expected.of(cell.sums) }))
    .filter(({ r, f }) => Math.max(r, f) > 0)
    .map((one) => ({ ...one, moved: (one.r - one.f) / Math.max(one.r, one.f) }))
    .toSorted((a, b) => Math.max(a.r, a.f) - Math.max(b.r, b.f));
  const bands = Math.max(1, Math.min(BANDS, Math.floor(moves.length / parameters.leaves)));
  const leaves: Leaf[] = [];
  for (let band = 0; band < bands; band++) {
    const [from, until] = [band, band + 1].map((at) => Math.round((at * moves.length) / bands));
    const own = moves.slice(from, until);
    const against = own.filter(({ moved }) => moved * sign < 0);
    if (against.length < parameters.leavesAgainst * own.length) return undefined;
    const middle = median(against.map(({ moved }) => Math.abs(moved)));
    const weight = Math.max(parameters.leafNoise, MAD * middle) ** -2;
    leaves.push(...own.map((one) => ({ ...one, weight })));
  }
  return leaves;
}

const BANDS = 8;
/** Standard deviation of a normal distribution by its median absolute deviation. */
const MAD = 1.4826;

/** Sums over all combinations of values, in each of which a dimension may be left open. */
class Cube {
  readonly #coded: readonly Coded[];
  readonly #strides: readonly number[];
  readonly #size: number;
  /** Of each combination whether it has no two levels of one chain. */
  readonly #isName: Uint8Array;

  constructor(coded: readonly Coded[]) {
    this.#coded = coded;
    this.#size = sizeOf(coded);
    let stride = 1;
    this.#strides = coded.map(({ values }) => (stride *= values.length + 1) / (values.length + 1));
    this.#isName = Uint8Array.from({ length: this.#size }, (_, at) => {
      const chains = this.termsOf(at).map(({ facet }) => coded[facet]?.facet.chain);
      return Number(chains.length > 0 && new Set(chains).size === chains.length);
    });
  }

  /** The element that gains most, in the direction asked for, if that is beyond chance. */
  best(leaves: readonly Leaf[], sign: number): Term[] | undefined {
    const [moved, weight, r, f] = this.#sums(leaves);
    const all = { r: r[0] ?? 0, f: f[0] ?? 0 };
    let many = 0;
    for (let at = 0; at < this.#size; at++) many += Number((weight[at] ?? 0) > 0);
    let found: { at: number; gain: number } | undefined;
    const bar = Math.log(Math.max(2, many)) + Math.log(1 / parameters.falseAlarm);
    for (let at = 0; at < this.#size; at++) {
      const [sum = 0, sure = 0] = [moved[at], weight[at]];
      const gain = sure > 0 ? sum ** 2 / (2 * sure) : 0;
      if (this.#isName[at] === 0 || gain < bar || sum * sign < 0) continue;
      const own = { r: r[at] ?? 0, f: f[at] ?? 0 };
      if ((own.r - own.f) * sign < parameters.leafChange * Math.max(own.r, own.f)) continue;
      if (beyondOthers(own, all) < parameters.beyond) continue;
      if (found === undefined || gain > found.gain) found = { at, gain };
    }
    return found === undefined ? undefined : this.termsOf(found.at);
  }

  #sums(leaves: readonly Leaf[]): [Float64Array, Float64Array, Float64Array, Float64Array] {
    const make = (): Float64Array => new Float64Array(this.#size);
    const sums = [make(), make(), make(), make()] as const;
    for (const { cell, moved, weight, r, f } of leaves) {
      const at = cell.codes.reduce(
        (sum, code, facet) => sum + (code + 1) * (this.#strides[facet] ?? 0),
        0,
      );
      for (const [which, value] of [moved * weight, weight, r, f].entries()) {
        const list = sums[which] as Float64Array;
        list[at] = (list[at] ?? 0) + value;
      }
    }
    for (const [facet, { values }] of this.#coded.entries()) {
      const stride = this.#strides[facet] ?? 1;
      for (let at = 0; at < this.#size; at++) {
        const code = Math.floor(at / stride) % (values.length + 1);
        if (code === 0) continue;
        for (const list of sums)
          list[at - code * stride] = (list[at - code * stride] ?? 0) + (list[at] ?? 0);
      }
    }
    return [...sums];
  }

  termsOf(at: number): Term[] {
    return this.#coded.flatMap(({ values }, facet) => {
      const code = Math.floor(at / (this.#strides[facet] ?? 1)) % (values.length + 1);
      return code === 0 ? [] : [{ facet, code: code - 1 }];
    });
  }
}

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
