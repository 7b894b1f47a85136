import { byAddress, cidrOf, holds, sizeOf, widened, type Block } from "./blocks.js";
import { BLOCK } from "./parameters.js";

/** The least that can be blocked, an IPv4 address or an IPv6 /64, with the harm that came from it. */
export interface Unit {
  readonly block: Block;
  harm: number;
  /** Addresses seen in it that did harm. */
  addresses: number;
  /** Of the accusation with most harm. */
  reason: string;
  /** It is part of a subnet that was convicted as such. */
  subnet: boolean;
}

/** Something to block. */
export interface Entry {
  readonly block: Block;
  readonly harm: number;
  readonly addresses: number;
  readonly reason: string;
}

/** A block around several units. */
export interface Range extends Entry {
  readonly units: readonly Unit[];
  /** Requests of others in it. */
  others: number;
  /** Some of them look like a person's. */
  people: boolean;
}

/** How many units a block has room for. */
const roomOf = (block: Block): number =>
  Number(sizeOf(block) >> BigInt(block.version === 4 ? 0 : 128 - BLOCK.ipv6Unit));

/** A range holds nothing but units that did harm. */
const isFull = ({ block, units }: Pick<Range, "block" | "units">): boolean =>
  units.length === roomOf(block);

/**
 * Every block that is the narrowest around two units and more, where its own addresses carry it:
 * close together, or convicted as a subnet, and no single one has most of the harm. Units come in
 * order of address; the blocks nest or lie apart.
 */
export function rangesAround(units: readonly Unit[]): Range[] {
  const found: Range[] = [];
  const walk = (some: readonly Unit[]): void => {
    const [first, last] = [some[0], some.at(-1)];
    if (first === undefined || last === undefined || some.length < 2) return;
    const bits = commonBits(first.block, last.block);
    const block = widened(first.block, bits);
    const harm = some.reduce((sum, unit) => sum + unit.harm, 0);
    if (carries(block, some, harm)) found.push(rangeOf(block, some, harm));
    const upper = widened(last.block, bits + 1);
    const split = some.findIndex((unit) => holds(upper, unit.block));
    walk(some.slice(0, split));
    walk(some.slice(split));
  };
  walk(units.filter(({ block }) => block.version === 4));
  walk(units.filter(({ block }) => block.version === 6));
  return found;
}

/** How many leading bits two blocks of one version share. */
function commonBits(a: Block, b: Block): number {
  let bits = Math.min(a.bits, b.bits);
  while (bits > 0 && widened(a, bits).first !== widened(b, bits).first) bits--;
  return bits;
}

function carries(block: Block, units: readonly Unit[], harm: number): boolean {
  const { close, loose, widest } = BLOCK.range[block.version];
  if (block.bits < widest) return false;
  if (isFull({ block, units })) return true;
  const heaviest = units.reduce((most, unit) => Math.max(most, unit.harm), 0);
  if (heaviest > BLOCK.dominance * harm) return false;
  const share = units.length / roomOf(block);
  const subnet = block.bits >= (block.version === 4 ? 24 : 48);
  return (
    (units.length >= close.least && share >= close.share) ||
    (units.length >= loose.least && share >= loose.share) ||
    (subnet && units.every((unit) => unit.subnet))
  );
}

function rangeOf(block: Block, units: readonly Unit[], harm: number): Range {
  const [worst] = units.toSorted(byHarm);
  const addresses = units.reduce((sum, unit) => sum + unit.addresses, 0);
  const reason = worst?.reason ?? "";
  return { block, units, harm, addresses, reason, others: 0, people: false };
}

/** Whether a block may be taken for its addresses, after others in it have been counted. */
export const isClean = ({ others, people, harm, units, block }: Range): boolean =>
  isFull({ units, block }) || (!people && others <= BLOCK.collateral * harm);

/** Most harm first; of equals the narrower, then by address. */
const byHarm = (a: Pick<Entry, "block" | "harm">, b: Pick<Entry, "block" | "harm">): number =>
  b.harm - a.harm ||
  a.block.version - b.block.version ||
  b.block.bits - a.block.bits ||
  byAddress(a.block, b.block);

export interface CoverOptions {
  /** Harm to remove. */
  readonly wanted: number;
  /** At most so many entries. */
  readonly most: number;
}

/**
 * The fewest entries that remove the wanted harm. Candidates nest or lie apart, so that taking the
 * largest first is the smallest set, and no approximation. What is more than wanted is then given
 * back: a range becomes the narrowest part of it that still suffices.
 */
export function cover(
  units: readonly Unit[],
  ranges: readonly Range[],
  { wanted, most }: CoverOptions,
): Entry[] {
  const candidates: Entry[] = [...units, ...ranges].toSorted(byHarm);
  const chosen: Entry[] = [];
  const covered = new Covered();
  let removed = 0;
  for (const candidate of candidates) {
    if (removed >= wanted || chosen.length >= most) break;
    if (candidate.harm === 0 || covered.has(candidate.block)) continue;
    chosen.push(candidate);
    covered.add(candidate.block);
    removed += candidate.harm;
  }
  const tight = chosen
    .toReversed()
    .map((entry) => {
      if (removed < wanted || !("units" in entry)) return entry;
      // Half of a convicted subnet would go on with its other half.
      if ((entry as Range).units.every(({ subnet }) => subnet)) return entry;
      const enough = candidates
        .filter(
          ({ block, harm }) => removed - entry.harm + harm >= wanted && holds(entry.block, block),
        )
        .toSorted((a, b) => b.block.bits - a.block.bits || byHarm(a, b));
      const least = enough[0] ?? entry;
      removed += least.harm - entry.harm;
      return least;
    })
    .toSorted(byHarm);
  return merged(tight);
}

/** Two halves of a block become the block, as long as there are such: no address is added. */
function merged(entries: readonly Entry[]): Entry[] {
  const list = entries.toSorted((a, b) => byAddress(a.block, b.block));
  for (let at = 0; at + 1 < list.length;) {
    const [one, other] = [list[at] as Entry, list[at + 1] as Entry];
    const { block } = one;
    const whole = block.bits === 0 ? block : widened(block, block.bits - 1);
    const halves =
      block.version === other.block.version &&
      block.bits === other.block.bits &&
      cidrOf(block) !== cidrOf(other.block) &&
      holds(whole, other.block);
    if (!halves) at++;
    else {
      const { reason } = one.harm >= other.harm ? one : other;
      const harm = one.harm + other.harm;
      const addresses = one.addresses + other.addresses;
      list.splice(at, 2, { block: whole, harm, addresses, reason });
      at = Math.max(0, at - 1);
    }
  }
  return list.toSorted(byHarm);
}

/** Blocks that were taken, asked whether one of them is around another. */
class Covered {
  readonly #taken = new Set<string>();
  readonly #lengths = new Set<number>();

  add(block: Block): void {
    this.#taken.add(cidrOf(block));
    this.#lengths.add(block.bits);
  }

  has(block: Block): boolean {
    return [...this.#lengths].some(
      (bits) => bits <= block.bits && this.#taken.has(cidrOf(widened(block, bits))),
    );
  }
}
