import { judge } from "../analyses/spikes/detector.js";
import { episodesOf } from "../analyses/spikes/episodes.js";
import { stepsOf, unscaled, type SpikeMeasure } from "../analyses/spikes/hours.js";
import { SPIKE } from "../analyses/spikes/parameters.js";
import type { Series } from "./track.js";

/** How a step compares with its own season. */
export interface Seasonal {
  /** From 1 on out of line. NaN: there are too few days to compare with. */
  readonly ratio: number;
  readonly expected: number;
  readonly kind: "spike" | "drop" | "silence" | "shift" | undefined;
}

const NOTHING: Seasonal = { ratio: NaN, expected: NaN, kind: undefined };

/**
 * A step against its season, as the spikes of a log that ends with it: the same detector, which here
 * never sees what comes after, and does not learn from steps that were no usual ones. `ratio` is the distance in units of the one that people are told of.
 */
export function seasonal(
  series: Series,
  at: number,
  measure: SpikeMeasure,
  zone: string,
  isUsual: (step: number) => boolean,
): Seasonal {
  const until = at + 1;
  const [part = []] = series.parts;
  const first = part.findIndex((value) => !Number.isNaN(value));
  if (first < 0 || first > at) return NOTHING;
  const buckets = part.slice(first, until).map((value, index) => ({
    from: new Date(series.from + (first + index) * series.step),
    requests: 0,
    bytes_sent: 0,
    errors: 0,
    [measure]: Number.isNaN(value) ? 0 : value,
  }));
  const window = {
    from: new Date(series.from + first * series.step),
    until: new Date(series.from + until * series.step),
  };
  const timeline = { step: series.step / 1000, buckets };
  const steps = stepsOf(timeline, measure, window, zone);
  const values = steps.series.values.map((value, index) =>
    Number.isNaN(part[first + index]) || (first + index < at && !isUsual(first + index))
      ? NaN
      : value,
  );
  const known = { ...steps, series: { ...steps.series, values } };
  const judged = judge(known.series).at(-1);
  const perDay = 86_400_000 / series.step;
  if (judged === undefined || judged.past < SPIKE.least_days * perDay) return NOTHING;
  const { expected, z } = judged.season;
  if (Number.isNaN(z)) return NOTHING;
  const found = episodesOf(known).find((episode) => episode.until >= buckets.length);
  const far = Math.abs(z) / SPIKE.sigmas;
  return {
    // Errors and bytes that fall are nothing to be told of.
    ratio: found === undefined ? Math.min(far, 0.99) : Math.max(1, far),
    expected: unscaled(measure, expected),
    kind: found?.kind,
  };
}
