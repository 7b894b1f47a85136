import type { Clock } from "./clock.js";
import { costOf, isPossible, type BackLine, type FrontLine } from "./cost.js";
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
 * pair connects are independent.
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
 * The best pairs of a connected group: first those that keep the order of both logs, then what is left
 * over, cheapest first, then exchanges against the order where they are worth it.
 */
function chooseOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const chosen = inOrder(candidates);
  const pairs = new Pairs(candidates, chosen);
  for (const candidate of candidates.toSorted((a, b) => a.cost - b.cost)) pairs.addFree(candidate);
  for (let round = 0; round < p.exchangeRounds && pairs.exchange(candidates); round++);
  return pairs.all();
}

/** One-to-one pairs that are being chosen. */
class Pairs {
  readonly #byFront = new Map<number, Candidate>();
  readonly #byBack = new Map<number, Candidate>();
  readonly #costs: ReadonlyMap<string, Candidate>;

  constructor(candidates: readonly Candidate[], chosen: readonly Candidate[]) {
    this.#costs = new Map(candidates.map((one) => [`${one.front} ${one.back}`, one]));
    chosen.forEach((one) => this.#set(one));
  }

  addFree(candidate: Candidate): void {
    if (this.#byFront.has(candidate.front) || this.#byBack.has(candidate.back)) return;
    this.#set(candidate);
  }

  /** Exchanges partners where that is clearly cheaper; whether any were. */
  exchange(candidates: readonly Candidate[]): boolean {
    let isChanged = false;
    for (const candidate of candidates) {
      const pair = this.#byFront.get(candidate.front);
      if (pair === undefined || pair.back === candidate.back) continue;
      const other = this.#byBack.get(candidate.back);
      const swapped = other && this.#costs.get(`${other.front} ${pair.back}`);
      if (other !== undefined && swapped === undefined) continue;
      const gain = pair.cost + (other?.cost ?? 0) - candidate.cost - (swapped?.cost ?? 0);
      if (gain <= p.orderCost) continue;
      this.#byBack.delete(pair.back);
      this.#set(candidate);
      if (swapped !== undefined) this.#set(swapped);
      isChanged = true;
    }
    return isChanged;
  }

  all(): Candidate[] {
    return [...this.#byFront.values()];
  }

  #set(candidate: Candidate): void {
    this.#byFront.set(candidate.front, candidate);
    this.#byBack.set(candidate.back, candidate);
  }
}

/**
 * The pairs of least cost that keep the order of both lists: the heaviest increasing subsequence of the
 * candidates, each as heavy as it is better than two lines alone, by a Fenwick tree of prefix maxima
 * (Jacobson and Vo 1992), O(n log n).
 */
function inOrder(candidates: readonly Candidate[]): Candidate[] {
  const size = candidates.reduce((most, { back }) => Math.max(most, back), 0) + 2;
  const best: (Chain | undefined)[] = Array.from({ length: size });
  const ordered = candidates.toSorted((a, b) => a.front - b.front || b.back - a.back);
  for (const candidate of ordered) {
    let before: Chain | undefined;
    for (let at = candidate.back; at > 0; at -= at & -at) {
      const chain = best[at];
      if (chain !== undefined && chain.weight > (before?.weight ?? 0)) before = chain;
    }
    const weight = (before?.weight ?? 0) + p.unmatchedCost + 1 - candidate.cost;
    const chain = { weight, candidate, before };
    for (let at = candidate.back + 1; at < size; at += at & -at) {
      if (weight > (best[at]?.weight ?? 0)) best[at] = chain;
    }
  }
  let last = best.reduce((a, b) => ((b?.weight ?? 0) > (a?.weight ?? 0) ? b : a), undefined);
  const chosen: Candidate[] = [];
  for (; last !== undefined; last = last.before) chosen.push(last.candidate);
  return chosen;
}

interface Chain {
  readonly weight: number;
  readonly candidate: Candidate;
  readonly before: Chain | undefined;
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
