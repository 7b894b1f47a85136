import type { Engine } from "../../engines/engine.js";
import { driftOf, middleOf, offsetAt, type Drift } from "./drift.js";
import type { Lines } from "./lines.js";
import { stitchParameters as p } from "./parameters.js";
import { samplesOf, type Samples } from "./samples.js";

/** How much the back's clock is ahead of the front's. Lengths are microseconds. */
export interface Clock extends Drift {
  /** False when the lines do not say: the clocks are then taken for equal. */
  readonly estimated: boolean;
  /** How far a pair may lie from the offset. */
  readonly tolerance: number;
  /** What pairs usually are like. */
  readonly usual: Usual;
  /** The addresses that the front has where it asks the back, or that its clients' are passed on. */
  readonly addresses: Addresses;
}

/**
 * What the back sees as the client: always one of a few addresses of the front, the client's own
 * address, or anything.
 */
export type Addresses = ReadonlySet<number> | "clients" | "any";

/** Middle and spread of how the two lines of a pair differ. */
export interface Usual {
  readonly took: Spread;
  readonly bytes: Spread;
}

export interface Spread {
  readonly middle: number;
  readonly width: number;
}

/** Compares the clocks by lines whose URL hardly occurs twice. */
export async function clockOf(db: Engine, lines: Lines): Promise<Clock> {
  const samples = await samplesOf(db, lines);
  const drift = driftOf(samples);
  if (drift === undefined) return unknown;
  const { at, delta, slack, took, bytes } = samples;
  const away = delta.map((value, place) => Math.abs(value - offsetAt(drift, at[place] as number)));
  const left = Array.from(away.keys()).filter(
    (place) => (away[place] as number) <= p.clockWindow * 1e6,
  );
  // What lies within the step of the back's times is no difference.
  const beyond = Float64Array.from(left, (place) =>
    Math.max(0, (away[place] as number) - (slack[place] as number)),
  ).toSorted();
  const most = beyond[Math.floor(p.toleranceQuantile * (beyond.length - 1))] ?? 0;
  const tolerance = Math.min(
    Math.max(p.toleranceTimes * most, p.leastTolerance * 1e6),
    p.mostTolerance * 1e6,
  );
  return {
    ...drift,
    estimated: true,
    tolerance,
    addresses: addressesOf(samples, left),
    usual: { took: spreadOf(took, left, 1000), bytes: spreadOf(bytes, left, 8) },
  };
}

const unknown: Clock = {
  estimated: false,
  offset: 0,
  tolerance: p.unknownTolerance * 1e6,
  slices: [],
  knots: [],
  addresses: "any",
  usual: {
    took: { middle: 0, width: 5000 },
    bytes: { middle: 300, width: 100 },
  },
};

/** How the addresses of both lines of a pair hang together. */
function addressesOf({ front, back }: Samples, pairs: readonly number[]): Addresses {
  const share = (of: number): number => of / pairs.length;
  let same = 0;
  const counts = new Map<number, number>();
  for (const place of pairs) {
    const address = back[place] as number;
    if (address === front[place]) same += 1;
    counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  const few = [...counts].filter(([, count]) => share(count) >= p.ownAddress);
  const theirs = few.reduce((sum, [, count]) => sum + count, 0);
  if (share(theirs) >= p.sameAddresses) return new Set(few.map(([address]) => address));
  return share(same) >= p.sameAddresses ? "clients" : "any";
}

function spreadOf(values: Float64Array, pairs: readonly number[], least: number): Spread {
  const known = Float64Array.from(pairs, (place) => values[place] as number).filter(
    (value) => !Number.isNaN(value),
  );
  const middle = middleOf(known);
  return {
    middle,
    width: Math.max(least, middleOf(known.map((value) => Math.abs(value - middle)))),
  };
}
