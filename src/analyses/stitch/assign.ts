import type { Clock } from "./clock.js";
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
 * One-to-one pairs among the lines of one URL, both lists ordered by `place`. Lines that no possible
 * pair connects are independent; each connected group is assigned at its least total cost, or, when
 * it is large, by its cheapest pairs first.
 */
export function assign(
  fronts: readonly FrontLine[],
  backs: readonly BackLine[],
  clock: Clock,
): Pair[] {
  if (fronts.length === 1 && backs.length === 1) {
    const [front, back] = [fronts[0] as FrontLine, backs[0] as BackLine];
    return isPossible(front, back, clock) ? [{ front, back, ambiguous: false }] : [];
  }
  const pairs: Pair[] = [];
  for (const candidates of connected(candidatesOf(fronts, backs, clock))) {
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

/** Every possible pair; of a front line with very many only those nearest to its own place. */
function candidatesOf(
  fronts: readonly FrontLine[],
  backs: readonly BackLine[],
  clock: Clock,
): Candidate[] {
  const found: Candidate[] = [];
  let nearest = 0;
  fronts.forEach((front, at) => {
    while (nearest < backs.length && (backs[nearest] as BackLine).place < front.place) nearest++;
    let [left, right, count] = [nearest - 1, nearest, 0];
    for (let tried = 0; count < p.neighbours && tried < p.tried; tried++) {
      const [before, after] = [backs[left], backs[right]];
      if (before === undefined && after === undefined) break;
      const isLeft =
        after === undefined ||
        (before !== undefined && front.place - before.place <= after.place - front.place);
      const back = isLeft ? left-- : right++;
      const line = backs[back] as BackLine;
      if (!isPossible(front, line, clock)) continue;
      const cost = costOf(front, line, clock);
      if (cost > p.unmatchedCost) continue;
      found.push({ front: at, back, cost });
      count += 1;
    }
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

/**
 * The least total cost. A large group goes by blocks in the order of places, of which the first half is
 * settled before the next block begins there: what lies far apart in time does not compete.
 */
function chooseOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const byFront = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const list = byFront.get(candidate.front);
    if (list === undefined) byFront.set(candidate.front, [candidate]);
    else list.push(candidate);
  }
  const lists = [...byFront].toSorted(([a], [b]) => a - b).map(([, list]) => list);
  const taken = new Set<number>();
  const chosen: Candidate[] = [];
  for (let from = 0; from < lists.length;) {
    const isLast = from + p.exactLines >= lists.length;
    const block = lists
      .slice(from, from + p.exactLines)
      .map((list) => list.filter(({ back }) => !taken.has(back)));
    const settled = isLast ? block.length : p.exactLines / 2;
    blockOf(block).forEach((candidate, row) => {
      if (candidate === undefined || row >= settled) return;
      chosen.push(candidate);
      taken.add(candidate.back);
    });
    from += settled;
  }
  return chosen;
}

/** The best candidate of every front line of a block, or none. */
function blockOf(block: readonly (readonly Candidate[])[]): (Candidate | undefined)[] {
  const backs = [...new Set(block.flat().map(({ back }) => back))];
  const columns = new Map(backs.map((back, at) => [back, at]));
  // To leave a front line alone is a column of its own.
  const costs = block.map((list) => {
    const row = [
      ...Array.from(backs, () => IMPOSSIBLE),
      ...Array.from(block, () => p.unmatchedCost),
    ];
    for (const { back, cost } of list) row[columns.get(back) as number] = cost;
    return row;
  });
  return leastCost(costs).map((column, row) =>
    block[row]?.find(({ back }) => columns.get(back) === column),
  );
}

const IMPOSSIBLE = 1e6;

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
