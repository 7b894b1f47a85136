import type { Clock } from "./clock.js";
import { stitchParameters as p } from "./parameters.js";

/** What both logs say of a request. Instants and lengths are microseconds; NaN is none. */
interface Line {
  readonly id: number;
  /** The start, or what else both logs have. */
  readonly anchor: number;
  readonly took: number;
  readonly status: number;
  readonly bytes: number;
  /** Numbers that stand for a User-Agent and an address. */
  readonly agent: number;
  readonly address: number;
  /** By what lines are ordered: the end, or the anchor where no end is known. */
  readonly place: number;
}

/** A line of the front behind which one is expected; its request ran from `lo` to `hi`. */
export interface FrontLine extends Line {
  readonly lo: number;
  readonly hi: number;
}

/** A line of the back, its instants on the front's clock. */
export interface BackLine extends Line {
  /** How far the anchor may be off. */
  readonly slack: number;
  /** The end as the order of the lines tells it, and how far that may be off. */
  readonly done: number;
  readonly open: number;
}

/** Whether the back's request began while the front's ran: `lo − tolerance ≤ anchor ≤ hi + tolerance`. */
export const isPossible = (front: FrontLine, back: BackLine, { tolerance }: Clock): boolean =>
  back.anchor + back.slack >= front.lo - tolerance &&
  back.anchor - back.slack <= front.hi + tolerance;

/**
 * How unlikely two lines are to be of one request, as a sum of negative logarithms. Times and sizes
 * count as Cauchy-like distances from what pairs usually differ by (`ln(1 + |x − middle| / width)`,
 * up to a most), so that one slow client is no proof against a pair; what disagrees costs a constant.
 */
export function costOf(front: FrontLine, back: BackLine, { usual, addresses }: Clock): number {
  const { took, bytes } = usual;
  const near = (distance: number, width: number): number =>
    Number.isNaN(distance) ? 0 : Math.min(p.timeCost, Math.log1p(Math.max(0, distance) / width));
  let cost = near(Math.abs(back.anchor - front.anchor) - back.slack, p.startWidth * 1000);
  cost += near(Math.abs(back.done - front.hi) - back.open, p.endWidth * 1000);
  const longer = front.took - back.took;
  cost += near(Math.abs(longer - took.middle), took.width);
  // The front waits for the back: it cannot have taken less time, but for rounding.
  cost += near(-longer - p.rounding * 1000, took.width);
  if (front.status === back.status) {
    const larger = Math.abs(front.bytes - back.bytes - bytes.middle);
    if (!Number.isNaN(larger)) cost += Math.min(p.sizeCost, Math.log1p(larger / bytes.width) / 2);
  } else if (!isRevalidation(front, back)) cost += p.statusCost;
  if (front.agent !== back.agent && !Number.isNaN(front.agent + back.agent)) cost += p.agentCost;
  if (addresses === "clients") {
    if (front.address !== back.address) cost += p.addressCost;
  } else if (addresses !== "any" && !addresses.has(back.address)) cost += p.addressCost;
  return cost;
}

/** The front asks whether its copy is still good, and answers with the copy. */
const isRevalidation = (front: FrontLine, back: BackLine): boolean =>
  back.status === 304 && front.status === 200;
