import { judge, records, type Judged } from "./detector.js";
import { scaled, unscaled, type MeasuredSteps } from "./hours.js";
import { SHORT, SPIKE } from "./parameters.js";
import { Sorted } from "./sliding.js";
import type { Series } from "./views.js";

/** Steps in a row that are out of line; `from` and `until` are places, half-open. */
export interface Episode {
  readonly kind: "spike" | "drop" | "silence" | "shift";
  readonly from: number;
  readonly until: number;
  /** The step that is farthest away. */
  readonly peak: number;
  readonly value: number;
  /** Its usual; NaN where the log is too short for one. */
  readonly expected: number;
  /** In scales of its season. */
  readonly z: number;
  readonly vote: number;
  /** In units of what its past stays below in all but the worst hours. */
  readonly own: number;
  /** Mean and deviation of 7 days, the band that people know, as counts. */
  readonly band: { readonly mean: number; readonly low: number; readonly high: number } | null;
  /** Days that it is compared with, before it or, early in the log, after it. */
  readonly days: number;
  readonly compared: "before" | "after" | "others";
}

/** A step as the side with the longer past sees it. */
interface Seen extends Judged {
  readonly side: "before" | "after";
}

/** The episodes of a measure, in order. */
export function episodesOf(steps: MeasuredSteps): Episode[] {
  const seen = bothWays(steps.series);
  const perDay = 86_400 / steps.series.step;
  const known = seen.filter(({ past }) => past >= SPIKE.least_days * perDay);
  if (known.length < seen.length / 2) return shortLog(steps);
  const told = records(
    seen.map(({ vote }) => vote),
    steps.series.step,
  );
  const found: Episode[] = [];
  for (let at = 0; at < seen.length; at++) {
    if (!isOut(steps, seen, told, at, perDay)) continue;
    const sign = Math.sign(deviationAt(steps, seen, at));
    const [from, until] = spread(steps, seen, at, sign);
    const last = found.at(-1);
    if (last !== undefined && from < last.until) {
      at = Math.max(at, last.until - 1);
      continue;
    }
    found.push(episode(steps, seen, from, until, sign));
    at = until - 1;
  }
  return found;
}

/** Early steps have no past: the log is read backwards for them, so that what follows is the past. */
function bothWays(series: Series): Seen[] {
  const before = judge(series);
  const turned = <T>(list: readonly T[]): T[] => list.toReversed();
  const after = judge({
    ...series,
    values: turned(series.values),
    slots: turned(series.slots),
    weekend: turned(series.weekend),
  }).toReversed();
  const enough = (SPIKE.band_days * 86_400) / series.step;
  return before.map((judged, at): Seen => {
    const other = after[at] ?? judged;
    return judged.past >= enough || judged.past >= other.past
      ? { ...judged, side: "before" }
      : { ...other, side: "after" };
  });
}

/** In scales of the season; a step that is covered in part counts as it is. */
function deviationAt(steps: MeasuredSteps, seen: readonly Seen[], at: number): number {
  const season = seen[at]?.season;
  if (season === undefined || Number.isNaN(season.expected)) return 0;
  const value = scaled(steps.measure, steps.counts[at] ?? 0);
  const z = (value - season.expected) / season.scale;
  return steps.partial[at] === true ? Math.max(0, z) : z;
}

function isOut(
  steps: MeasuredSteps,
  seen: readonly Seen[],
  told: readonly number[],
  at: number,
  perDay: number,
): boolean {
  const { measure, counts, partial } = steps;
  const judged = seen[at];
  if (judged === undefined || judged.past < SPIKE.least_days * perDay) return false;
  const count = counts[at] ?? 0;
  const expected = unscaled(measure, judged.season.expected);
  if (count === 0 && partial[at] !== true && measure === "requests" && expected >= SPIKE.silence) {
    return true;
  }
  const z = deviationAt(steps, seen, at);
  const isPair = [at - 1, at + 1].some(
    (next) =>
      Math.sign(z) * deviationAt(steps, seen, next) >= SPIKE.pair &&
      Math.min(judged.own, seen[next]?.own ?? 0) >= SPIKE.pair_own,
  );
  if (Math.abs(z) < (isPair ? SPIKE.pair : SPIKE.sigmas)) return false;
  if (z < 0 && measure !== "requests") return false;
  if (measure !== "bytes_sent" && Math.max(count, expected) < SPIKE.least) return false;
  const factor = z > 0 ? (count + 1) / (expected + 1) : (expected + 1) / (count + 1);
  if (factor < (judged.season.alike ? SPIKE.factor : SPIKE.other_kind)) return false;
  return partial[at] === true || isPair || judged.own >= SPIKE.own || (told[at] ?? 0) >= SPIKE.vote;
}

/** The neighbours that are out of line in the same direction; a few calm steps do not end it. */
function spread(
  steps: MeasuredSteps,
  seen: readonly Seen[],
  at: number,
  sign: number,
): [from: number, until: number] {
  const walk = (by: 1 | -1): number => {
    let last = at;
    for (let next = at + by; next >= 0 && next < seen.length; next += by) {
      if (sign * deviationAt(steps, seen, next) >= SPIKE.edge) last = next;
      else if (Math.abs(next - last) > SPIKE.calm_steps) break;
    }
    return last;
  };
  return [walk(-1), walk(1) + 1];
}

function episode(
  steps: MeasuredSteps,
  seen: readonly Seen[],
  from: number,
  until: number,
  sign: number,
): Episode {
  const { measure, counts, series } = steps;
  let peak = from;
  for (let at = from; at < until; at++) {
    if (sign * deviationAt(steps, seen, at) > sign * deviationAt(steps, seen, peak)) peak = at;
  }
  const judged = seen[peak] as Seen;
  const { expected, scale } = judged.band;
  const value = counts[peak] ?? 0;
  const isSilence = sign < 0 && counts.slice(from, until).every((count) => count === 0);
  const isShift = until - from >= SPIKE.shift_steps && series.step < 86_400;
  return {
    kind: isSilence ? "silence" : isShift ? "shift" : sign > 0 ? "spike" : "drop",
    from,
    until,
    peak,
    value,
    expected: unscaled(measure, judged.season.expected),
    z: deviationAt(steps, seen, peak),
    vote: judged.vote,
    own: judged.own,
    band: Number.isNaN(expected)
      ? null
      : {
          mean: unscaled(measure, expected),
          low: unscaled(measure, expected - 2 * scale),
          high: unscaled(measure, expected + 2 * scale),
        },
    days: Math.floor(judged.past / (86_400 / series.step)),
    compared: judged.side,
  };
}

/** Without days to compare with: hours far beyond nearly all others. Only too much can be told. */
function shortLog({ measure, counts }: MeasuredSteps): Episode[] {
  if (counts.length < SHORT.hours || measure === "bytes_sent") return [];
  const peak = counts.reduce((best, count, at) => (count > (counts[best] ?? 0) ? at : best), 0);
  const value = counts[peak] ?? 0;
  if (value < SPIKE.least) return [];
  const isHigh = (at: number): boolean => (counts[at] ?? 0) >= value / SHORT.factor;
  let [from, until] = [peak, peak + 1];
  while (isHigh(from - 1)) from -= 1;
  while (isHigh(until)) until += 1;
  const others = new Sorted();
  counts.forEach((count, at) => {
    if (at < from || at >= until) others.add(count);
  });
  const expected = others.quantile(SHORT.others);
  const far = scaled(measure, value) - scaled(measure, expected);
  const isFar = value >= SHORT.factor * expected && far >= SPIKE.sigmas;
  if (!isFar || others.size < SHORT.hours) return [];
  return [
    {
      kind: "spike",
      from,
      until,
      peak,
      value,
      expected,
      z: far,
      vote: NaN,
      own: NaN,
      band: null,
      days: 0,
      compared: "others",
    },
  ];
}
