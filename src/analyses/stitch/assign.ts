import type { Usual } from "./clock.js";
import { costOf, isPossible, type BackLine, type FrontLine } from "./cost.js";
import { leastCost } from "./least-cost.js";
import { stitchParameters as p } from "./parameters.js";

/** A front line and the back line behind it. */
export interface Pair {
  readonly front: FrontLine;
  readonly back: BackLine;
  /** Other partners would be nearly as good. */
  readonly ambiguous: boolean;
}

/** Two lines that can be a pair, by their places in their lists. */
interface Candidate {
  readonly front: number;
  readonly back: number;
  readonly cost: number;
}

/**
 * One-to-one pairs among the lines of one URL, both lists ordered by `anchor`. Lines that no possible
 * pair connects are independent; each connected group is assigned at its least total cost, or, when
 * it is large, by its cheapest pairs first.
 */
export function assign(
  fronts: readonly FrontLine[],
  backs: readonly BackLine[],
  tolerance: number,
  usual: Usual,
): Pair[] {
  if (fronts.length === 1 && backs.length === 1) {
    const [front, back] = [fronts[0] as FrontLine, backs[0] as BackLine];
    return isPossible(front, back, tolerance) ? [{ front, back, ambiguous: false }] : [];
  }
  const pairs: Pair[] = [];
  for (const candidates of connected(candidatesOf(fronts, backs, tolerance, usual))) {
    const chosen = candidates.length === 1 ? candidates : chooseOf(candidates);
    const isDoubtful = doubts(candidates, chosen);
    for (const candidate of chosen) {
      pairs.push({
        front: fronts[candidate.front] as FrontLine,
        back: backs[candidate.back] as BackLine,
        ambiguous: isDoubtful(candidate),
      });
    }
  }
  return pairs;
}

/** Every possible pair; of a front line with very many only those nearest to its own anchor. */
function candidatesOf(
  fronts: readonly FrontLine[],
  backs: readonly BackLine[],
  tolerance: number,
  usual: Usual,
): Candidate[] {
  const found: Candidate[] = [];
  const slack = backs.reduce((most, back) => Math.max(most, back.slack), 0);
  let nearest = 0;
  fronts.forEach((front, at) => {
    while (nearest < backs.length && (backs[nearest] as BackLine).anchor < front.anchor) nearest++;
    const some: Candidate[] = [];
    const add = (index: number): void => {
      const back = backs[index] as BackLine;
      if (!isPossible(front, back, tolerance)) return;
      some.push({ front: at, back: index, cost: costOf(front, back, usual) });
    };
    let [left, right] = [nearest - 1, nearest];
    while (some.length < p.neighbours) {
      const before = backs[left];
      const after = backs[right];
      const hasBefore = before !== undefined && before.anchor + slack >= front.lo - tolerance;
      const hasAfter = after !== undefined && after.anchor - slack <= front.hi + tolerance;
      if (!hasBefore && !hasAfter) break;
      const goLeft =
        hasBefore && (!hasAfter || front.anchor - before.anchor <= after.anchor - front.anchor);
      add(goLeft ? left-- : right++);
    }
    for (const candidate of some) if (candidate.cost <= p.unmatchedCost) found.push(candidate);
  });
  return found;
}

/** Candidates in groups that share no line. */
function connected(candidates: readonly Candidate[]): Candidate[][] {
  const parents = new Map<number, number>();
  const rootOf = (node: number): number => {
    let root = node;
    for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up;
    for (let each = node; each !== root;) {
      const up = parents.get(each) as number;
      parents.set(each, root);
      each = up;
    }
    return root;
  };
  // Backs have negative numbers.
  for (const { front, back } of candidates) {
    const [a, b] = [rootOf(front), rootOf(-1 - back)];
    if (a !== b) parents.set(b, a);
  }
  const groups = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const root = rootOf(candidate.front);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [candidate]);
    else group.push(candidate);
  }
  return [...groups.values()];
}

function chooseOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const fronts = [...new Set(candidates.map(({ front }) => front))];
  const backs = [...new Set(candidates.map(({ back }) => back))];
  if (fronts.length > p.exactLines || backs.length > p.exactLines) return cheapest(candidates);
  const [rows, columns] = [placesOf(fronts), placesOf(backs)];
  // Leaving a front line alone is a column of its own; so is, at no price, a back line's row.
  const width = backs.length + fronts.length;
  const costs = fronts.map(() =>
    Array.from({ length: width }, (_, at) => (at < backs.length ? IMPOSSIBLE : p.unmatchedCost)),
  );
  const known = new Map<number, Candidate>();
  for (const candidate of candidates) {
    const [row, column] = [rows.get(candidate.front) ?? 0, columns.get(candidate.back) ?? 0];
    (costs[row] as number[])[column] = candidate.cost;
    known.set(row * width + column, candidate);
  }
  return leastCost(costs).flatMap((column, row) => known.get(row * width + column) ?? []);
}

const IMPOSSIBLE = 1e6;

const placesOf = (values: readonly number[]): Map<number, number> =>
  new Map(values.map((value, at) => [value, at]));

/** Pairs at the lowest price first, whoever is still free. */
function cheapest(candidates: readonly Candidate[]): Candidate[] {
  const [fronts, backs] = [new Set<number>(), new Set<number>()];
  return candidates
    .toSorted((a, b) => a.cost - b.cost)
    .filter(({ front, back }) => {
      if (fronts.has(front) || backs.has(back)) return false;
      fronts.add(front);
      backs.add(back);
      return true;
    });
}

/** Whether a pair could as well be another: a free partner, or an exchange with another pair. */
function doubts(
  candidates: readonly Candidate[],
  chosen: readonly Candidate[],
): (pair: Candidate) => boolean {
  if (candidates.length === chosen.length) return () => false;
  const ofFront = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const list = ofFront.get(candidate.front);
    if (list === undefined) ofFront.set(candidate.front, [candidate]);
    else list.push(candidate);
  }
  const byBack = new Map(chosen.map((pair) => [pair.back, pair]));
  const byFront = new Map(chosen.map((pair) => [pair.front, pair]));
  const doubtful = new Set<Candidate>();
  for (const candidate of candidates) {
    const pair = byFront.get(candidate.front);
    const other = byBack.get(candidate.back);
    if (pair === undefined) {
      // A front line without a partner would take this one's.
      if (other !== undefined && candidate.cost - other.cost < p.ambiguousBelow) {
        doubtful.add(other);
      }
      continue;
    }
    if (pair.back === candidate.back) continue;
    const swapped =
      other === undefined
        ? undefined
        : ofFront.get(other.front)?.find(({ back }) => back === pair.back);
    if (other !== undefined && swapped === undefined) continue;
    const more = candidate.cost + (swapped?.cost ?? 0) - pair.cost - (other?.cost ?? 0);
    if (more >= p.ambiguousBelow) continue;
    doubtful.add(pair);
    if (other !== undefined) doubtful.add(other);
  }
  return (pair) => doubtful.has(pair);
}
