import type { Cell, Coded } from "./cells.js";
import type { Expectation } from "./expected.js";
import { parameters } from "./parameters.js";
import { addSums, noSums, unitOf, type Sums } from "./rows.js";
import { scored, type Scored } from "./score.js";

/** A value of a facet, both by their places. */
export interface Term {
  readonly facet: number;
  readonly code: number;
}

export interface Found {
  readonly terms: readonly Term[];
  readonly sums: Sums;
  readonly change: number;
  /** Other terms that keep the same rows. */
  readonly names: readonly (readonly Term[])[];
}

export interface Searched {
  readonly found: readonly Found[];
  /** What the causes leave. */
  readonly left: readonly Cell[];
}

/** What is searched, and by which measure. */
export interface Space {
  readonly coded: readonly Coded[];
  readonly expected: Expectation;
  readonly dispersion: number;
}

/** What is looked for: changes in the direction of one, of at least so much. */
export interface Goal {
  readonly change: number;
  readonly least: number;
  /** Only what is at least so many times as large as expected, or as small. */
  readonly factor?: number;
  /** The change is large, and neither chance nor usual: what makes most of it is a cause. */
  readonly isReal?: boolean;
}

interface Candidate extends Scored {
  readonly terms: readonly Term[];
  readonly sums: Sums;
}

/** Places of values fit in so many bits. */
const BITS = 5;

/** Takes the best explanation, removes its rows, and goes on with what is left, so many times at most. */
export function search(cells: readonly Cell[], space: Space, goal: Goal, most: number): Searched {
  const found: Found[] = [];
  let left = cells;
  for (;;) {
    const { r, f } = space.expected.of(sumOf(left));
    const isExplained = (r - f) * Math.sign(goal.change) < parameters.rest * Math.abs(goal.change);
    // A drop may hide what is left to explain: then only what is far from usual is another cause.
    const next = isExplained ? { ...goal, factor: parameters.partFactor } : goal;
    const best = found.length < most ? largest(left, space, next) : undefined;
    if (best === undefined) return { found, left };
    found.push(best);
    left = left.filter(({ codes }) => !holds(codes, best.terms));
  }
}

export const sumOf = (cells: readonly Cell[]): Sums =>
  cells.reduce((sum, cell) => addSums(sum, cell.sums), noSums());

export const holds = (codes: readonly number[], terms: readonly Term[]): boolean =>
  terms.every(({ facet, code }) => codes[facet] === code);

/** The combination of values that explains most, if one does beyond chance. */
export function largest(
  cells: readonly Cell[],
  { coded, expected, dispersion }: Space,
  { change, least, factor = 1, isReal = false }: Goal,
): Found | undefined {
  const groups = grouped(cells, coded);
  const rest = sumOf(cells);
  const single = Math.log(1 / parameters.falseAlarm);
  const bar = Math.log(Math.max(2, groups.size)) + single;
  const candidates: Candidate[] = [];
  for (const [key, sums] of groups) {
    const terms = termsOf(key);
    const one = scored(sums, expected, change, terms.length, dispersion);
    const moved = (one.r - one.f) * Math.sign(change);
    const isMost = isReal && moved >= parameters.most * Math.abs(change);
    if (moved < least || one.evidence < (isMost ? single : bar)) continue;
    if (Math.max(one.r, one.f) < factor * Math.min(one.r, one.f)) continue;
    if (!isBeyond(one, rest, expected, dispersion)) continue;
    candidates.push({ ...one, terms, sums });
  }
  const top = candidates.reduce((most, { score }) => Math.max(most, score), 0);
  const ties = candidates.filter(({ score }) => score >= parameters.tie * top).toSorted(simplest);
  const first = ties[0];
  if (first === undefined) return undefined;
  // A condition that keeps the same rows only makes the name longer; it is told as typical.
  const [best = first] = candidates.filter((one) => isSame(one, first)).toSorted(simplest);
  const same = candidates.filter((one) => one !== best && isSame(one, best)).toSorted(simplest);
  return {
    terms: best.terms,
    sums: best.sums,
    change: best.r - best.f,
    names: namesOf(best, same),
  };
}

/** Fewer conditions first, then the names that stand first among the facets. */
function simplest(a: Candidate, b: Candidate): number {
  if (a.terms.length !== b.terms.length) return a.terms.length - b.terms.length;
  for (const [at, term] of a.terms.entries()) {
    const other = b.terms[at];
    if (other !== undefined && other.facet !== term.facet) return term.facet - other.facet;
  }
  return b.score - a.score;
}

/** Whether a group changed beyond the growth of all other rows: when everything rises, nothing is a cause. */
function isBeyond(
  { r, f }: Scored,
  rest: Sums,
  expected: Expectation,
  dispersion: number,
): boolean {
  const all = expected.of(rest);
  // Too few others to say how they grew: then this is nearly everything there is.
  if (all.f - f < LEAST_OTHERS * unitOf(rest) * dispersion && f > NEARLY_ALL * all.f) return false;
  return beyondOthers({ r, f }, all) >= parameters.beyond;
}

/** The part of a group's change that is beyond the growth of all other rows. */
export function beyondOthers(own: Size, all: Size): number {
  const others = { r: all.r - own.r, f: all.f - own.f };
  if (others.f <= 0) return 1;
  const beyond = own.r - (own.f * Math.max(0, others.r)) / others.f;
  return beyond / (own.r - own.f);
}

/** What a group has, and what it was expected to have. */
export interface Size {
  readonly r: number;
  readonly f: number;
}

const LEAST_OTHERS = 30;
const NEARLY_ALL = 0.9;

/** The same rows, give or take a hundredth. */
function isSame(a: Scored, b: Scored): boolean {
  const close = (x: number, y: number): boolean => Math.abs(x - y) <= 0.01 * Math.max(b.r, b.f);
  return close(a.r, b.r) && close(a.f, b.f);
}

/** Names that say something another name does not already say. */
function namesOf(best: Candidate, same: readonly Candidate[]): Term[][] {
  const said: (readonly Term[])[] = [best.terms];
  const names: Term[][] = [];
  for (const { terms } of same) {
    const known = said.some((name) =>
      name.every((term) =>
        terms.some(({ facet, code }) => facet === term.facet && code === term.code),
      ),
    );
    if (known) continue;
    said.push(terms);
    names.push([...terms]);
    if (names.length === parameters.otherNames) break;
  }
  return names;
}

/** Sums of every combination of values, of up to three facets of different chains. */
function grouped(cells: readonly Cell[], coded: readonly Coded[]): Map<number, Sums> {
  const groups = new Map<number, Sums>();
  const chains = coded.map(({ facet }) => facet.chain);
  const count = (key: number, sums: Sums): void => {
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { ...sums });
    else addSums(known, sums);
  };
  for (const { codes, sums } of cells) {
    const own = codes.flatMap((code, facet) => (code < 0 ? [] : [facet]));
    for (const [at, a] of own.entries()) {
      const one = keyOf(a, codes[a] ?? 0);
      count(one, sums);
      for (let second = at + 1; second < own.length; second++) {
        const b = own[second] ?? 0;
        if (chains[a] === chains[b]) continue;
        const two = one * STEP + keyOf(b, codes[b] ?? 0);
        count(two, sums);
        for (let third = second + 1; third < own.length; third++) {
          const c = own[third] ?? 0;
          if (chains[c] === chains[a] || chains[c] === chains[b]) continue;
          count(two * STEP + keyOf(c, codes[c] ?? 0), sums);
        }
      }
    }
  }
  return groups;
}

/** A term in ten bits, never zero: five for the facet, counted from 1, five for the value. */
const STEP = 2 ** (2 * BITS);
const keyOf = (facet: number, code: number): number => (facet + 1) * 2 ** BITS + code;

function termsOf(key: number): Term[] {
  const terms: Term[] = [];
  for (let left = key; left > 0; left = Math.floor(left / STEP)) {
    const one = left % STEP;
    terms.unshift({ facet: Math.floor(one / 2 ** BITS) - 1, code: one % 2 ** BITS });
  }
  return terms;
}
