import { stitchParameters as p } from "./parameters.js";

/** What `Samples` say of the clocks; ordered by `at`, microseconds. */
export interface Differences {
  readonly count: number;
  readonly at: Float64Array;
  readonly delta: Float64Array;
}

/** How much the back's clock is ahead at a moment of its own time. */
export interface Knot {
  readonly at: number;
  readonly offset: number;
}

/** A slice of time with an offset of its own. */
export interface Slice {
  /** The back's time, microseconds. */
  readonly from: number;
  readonly offset: number;
  /** Samples that agree on it. */
  readonly pairs: number;
}

export interface Drift {
  /** The offset on the whole. */
  readonly offset: number;
  /** One where the clocks keep step. */
  readonly slices: readonly Slice[];
  /** Between two knots the offset lies on a line, at two of one moment it jumps; none where the clocks keep step. */
  readonly knots: readonly Knot[];
}

/**
 * How the back's clock differs from the front's over time. In every slice of time the offset is the
 * middle of where most differences lie. From one slice to the next it moves along a line or jumps,
 * whichever the differences between their middles fit better. Undefined where they do not agree.
 */
export function driftOf(samples: Differences): Drift | undefined {
  const whole = agreed(samples.delta.toSorted());
  const slices = slicesOf(samples);
  if (slices === undefined) {
    if (whole === undefined) return undefined;
    const { offset } = whole;
    return { offset, slices: [{ from: first(samples), offset, pairs: whole.pairs }], knots: [] };
  }
  const offset = whole?.offset ?? middleOf(Float64Array.from(slices, (slice) => slice.offset));
  // The standard error of a median, from the median distance.
  const deviation = 1.4826 * 1.2533 * middleOf(Float64Array.from(slices, ({ spread }) => spread));
  const isSame = (slice: Sliced): boolean =>
    Math.abs(slice.offset - offset) <=
    Math.max(p.sameClock * 1000, (p.sameErrors * deviation) / Math.sqrt(slice.pairs));
  if (slices.every(isSame)) {
    const pairs = slices.reduce((sum, slice) => sum + slice.pairs, 0);
    return { offset, slices: [{ from: first(samples), offset, pairs }], knots: [] };
  }
  return {
    offset,
    slices: slices.map((slice) => ({
      from: samples.at[slice.begin] as number,
      offset: slice.offset,
      pairs: slice.pairs,
    })),
    knots: knotsOf(samples, slices),
  };
}

/** The offset at a moment of the back's time; before the first and after the last knot it stays. */
export function offsetAt({ offset, knots }: Pick<Drift, "offset" | "knots">, at: number): number {
  let [low, high] = [0, knots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((knots[middle] as Knot).at <= at) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [knots[low - 1], knots[low]];
  if (before === undefined || after === undefined) return (before ?? after)?.offset ?? offset;
  return between(before, after, at);
}

const between = (before: Knot, after: Knot, at: number): number =>
  before.offset +
  ((after.offset - before.offset) * (at - before.at)) / Math.max(1, after.at - before.at);

interface Agreed {
  readonly offset: number;
  readonly pairs: number;
  /** Part of all that agree. */
  readonly share: number;
  /** Their median distance from it. */
  readonly spread: number;
}

interface Sliced extends Agreed {
  /** Its first sample, and that in its middle. */
  readonly begin: number;
  readonly middle: number;
}

const first = ({ at }: Differences): number => at[0] ?? 0;

/** As many slices as their samples bear: in half of them they agree. */
function slicesOf(samples: Differences): Sliced[] | undefined {
  const most = Math.min(p.slices, Math.floor(samples.count / p.sliceSamples));
  for (let count = most; count > 1; count >>= 1) {
    const slices = tracked(samples, count);
    if (2 * slices.length >= count) return slices;
  }
  return undefined;
}

/** The slices in which samples agree, each near the one before, from the surest on in both directions. */
function tracked(samples: Differences, count: number): Sliced[] {
  const bounds = Array.from({ length: count + 1 }, (_, at) =>
    Math.floor((at * samples.count) / count),
  );
  const sorted = Array.from({ length: count }, (_, at) =>
    samples.delta.slice(bounds[at], bounds[at + 1]).toSorted(),
  );
  const found = sorted.map((values) => agreed(values));
  let seed = 0;
  found.forEach((one, at) => {
    if ((one?.share ?? 0) > (found[seed]?.share ?? 0)) seed = at;
  });
  for (const step of [1, -1]) {
    let before = found[seed]?.offset ?? 0;
    for (let at = seed + step; at >= 0 && at < count; at += step) {
      const values = sorted[at] as Float64Array;
      const near = values.filter((value) => Math.abs(value - before) <= p.sliceStep * 1e6);
      found[at] = agreed(near, values.length);
      before = found[at]?.offset ?? before;
    }
  }
  return found.flatMap((one, at) => {
    const [begin, end] = [bounds[at] as number, bounds[at + 1] as number];
    return one === undefined ? [] : [{ ...one, begin, middle: (begin + end) >> 1 }];
  });
}

/** Where most values lie, if they agree; `sorted` ascending, `of` how many there were. */
function agreed(sorted: Float64Array, of = sorted.length): Agreed | undefined {
  const window = p.clockWindow * 1e6;
  const best = densest(sorted, window);
  const share = best.length / of;
  if (best.length < p.clockAgreeing) return undefined;
  if (share < p.clockShare) {
    const [low, high] = [best[0] as number, best.at(-1) as number];
    const others = sorted.filter((value) => value < low - window || value > high + window);
    if (best.length < 3 * densest(others, window).length) return undefined;
  }
  const offset = best[best.length >> 1] as number;
  const spread = middleOf(best.map((value) => Math.abs(value - offset)));
  return { offset, pairs: best.length, share, spread };
}

/** The most values within a window; `sorted` ascending. */
function densest(sorted: Float64Array, window: number): Float64Array {
  let [from, until] = [0, 0];
  for (let low = 0, high = 0; high < sorted.length; high++) {
    while ((sorted[high] as number) - (sorted[low] as number) > window) low++;
    if (high + 1 - low > until - from) [from, until] = [low, high + 1];
  }
  return sorted.subarray(from, until);
}

function knotsOf(samples: Differences, slices: readonly Sliced[]): Knot[] {
  const knots: Knot[] = [];
  let before: Sliced | undefined;
  for (const slice of slices) {
    if (before !== undefined) knots.push(...jumpOf(samples, before, slice));
    knots.push({ at: samples.at[slice.middle] as number, offset: slice.offset });
    before = slice;
  }
  return knots;
}

/** Two knots at one moment between the middles of two slices; none where a line fits as well. */
function jumpOf({ at, delta }: Differences, one: Sliced, other: Sliced): Knot[] {
  const [from, to] = [
    { at: at[one.middle] as number, offset: one.offset },
    { at: at[other.middle] as number, offset: other.offset },
  ];
  const misfit = (place: number, offset: number): number =>
    Math.min(p.clockWindow * 1e6, Math.abs((delta[place] as number) - offset));
  let [line, late] = [0, 0];
  for (let place = one.middle; place < other.middle; place++) {
    line += misfit(place, between(from, to, at[place] as number));
    late += misfit(place, to.offset);
  }
  // The jump comes earlier or later: what lies before it belongs to the first slice.
  let [least, jump] = [late, one.middle];
  for (let place = one.middle; place < other.middle; place++) {
    late += misfit(place, from.offset) - misfit(place, to.offset);
    if (late < least) [least, jump] = [late, place + 1];
  }
  if (least >= line) return [];
  const moment = ((at[Math.max(0, jump - 1)] as number) + (at[jump] as number)) / 2;
  return [
    { at: moment, offset: from.offset },
    { at: moment, offset: to.offset },
  ];
}

/** The median; 0 of nothing. */
export function middleOf(values: Float64Array): number {
  return values.toSorted()[values.length >> 1] ?? 0;
}
