import type { Cell, Coded } from "./cells.js";
import type { Term } from "./search.js";

/** A combination of all values: by how much it changed, as a part of itself, and how sure that is. */
export interface Leaf {
  readonly cell: Cell;
  readonly r: number;
  readonly f: number;
  /** (r − f) / max(r, f): −1 what went away, 1 what is new. */
  readonly moved: number;
  /** 1 / σ² of that in leaves on which nothing happened. */
  readonly weight: number;
}

/** Of every element, by its place: Σ moved · weight, Σ weight, Σ r, Σ f of its leaves. */
export interface CubeSums {
  readonly moved: Float64Array;
  readonly weight: Float64Array;
  readonly r: Float64Array;
  readonly f: Float64Array;
}

/** Combinations of values, each of which may be left open. */
export const sizeOf = (coded: readonly Coded[]): number =>
  coded.reduce((size, { values }) => size * (values.length + 1), 1);

/** All elements: combinations of values in which dimensions are left open. Place 0 leaves all open. */
export class Cube {
  readonly #coded: readonly Coded[];
  readonly #strides: readonly number[];
  readonly size: number;
  /** How many conditions each element has. */
  readonly conditions: Uint8Array;

  constructor(coded: readonly Coded[]) {
    this.#coded = coded;
    this.size = sizeOf(coded);
    this.#strides = coded.map((_, facet) => sizeOf(coded.slice(0, facet)));
    this.conditions = new Uint8Array(this.size);
    for (const [facet, stride] of this.#strides.entries()) {
      const values = (coded[facet]?.values.length ?? 0) + 1;
      for (let at = 0; at < this.size; at++) {
        if (Math.floor(at / stride) % values > 0)
          this.conditions[at] = (this.conditions[at] ?? 0) + 1;
      }
    }
  }

  sums(leaves: readonly Leaf[]): CubeSums {
    const strides = this.#strides;
    const make = (): Float64Array => new Float64Array(this.size);
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

  /** The conditions of an element; undefined where two of them are levels of one chain. */
  termsOf(at: number): readonly Term[] | undefined {
    const terms = this.#coded.flatMap(({ values }, facet) => {
      const code = Math.floor(at / (this.#strides[facet] ?? 1)) % (values.length + 1);
      return code === 0 ? [] : [{ facet, code: code - 1 }];
    });
    const chains = new Set(terms.map(({ facet }) => this.#coded[facet]?.facet.chain));
    return chains.size < terms.length ? undefined : terms;
  }
}
