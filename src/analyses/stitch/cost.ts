import type { Usual } from "./clock.js";
import { stitchParameters as p } from "./parameters.js";

/** A line of the front behind which one is expected; instants and lengths in microseconds, NaN is none. */
export interface FrontLine {
  readonly id: number;
  readonly anchor: number;
  /** The request ran from here … */
  readonly lo: number;
  /** … to here. */
  readonly hi: number;
  readonly took: number;
  readonly status: number;
  readonly bytes: number;
  readonly agent: number;
}

/** A line of the back, its instants on the front's clock. */
export interface BackLine {
  readonly id: number;
  readonly anchor: number;
  readonly slack: number;
  readonly took: number;
  readonly status: number;
  readonly bytes: number;
  readonly agent: number;
}

/** Whether the back's request began while the front's ran: `lo − tolerance ≤ anchor ≤ hi + tolerance`. */
export const isPossible = (front: FrontLine, back: BackLine, tolerance: number): boolean =>
  back.anchor + back.slack >= front.lo - tolerance &&
  back.anchor - back.slack <= front.hi + tolerance;

/**
 * How unlikely two lines are to be of one request, as a sum of negative logarithms. Times and sizes
 * count as Cauchy-like distances from what pairs usually differ by (`ln(1 + |x − middle| / width)`),
 * so that one slow client is no proof against a pair; what disagrees costs a constant.
 */
export function costOf(front: FrontLine, back: BackLine, usual: Usual): number {
  const { start, took, bytes } = usual;
  let cost = Math.log1p(
    Math.max(0, Math.abs(back.anchor - front.anchor - start.middle) - back.slack) / start.width,
  );
  const longer = front.took - back.took - took.middle;
  // The front waits for the back: it cannot have taken less time.
  if (!Number.isNaN(longer)) cost += Math.log1p(Math.abs(longer) / took.width);
  if (front.status !== back.status && !isRevalidation(front, back)) cost += p.statusCost;
  else if (front.status === back.status) {
    const larger = front.bytes - back.bytes - bytes.middle;
    if (!Number.isNaN(larger)) {
      cost += Math.min(p.sizeCost, Math.log1p(Math.abs(larger) / bytes.width) / 2);
    }
  }
  if (front.agent !== back.agent && !Number.isNaN(front.agent) && !Number.isNaN(back.agent)) {
    cost += p.agentCost;
  }
  return cost;
}

/** The front asks whether its copy is still good, and answers with the copy. */
const isRevalidation = (front: FrontLine, back: BackLine): boolean =>
  back.status === 304 && front.status === 200;
