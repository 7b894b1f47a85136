import { civilOf } from "../calendar.js";
import type { Window } from "../scope.js";
import type { Timeline } from "../timeline.js";
import { SPIKE } from "./parameters.js";
import type { Series } from "./views.js";

export const measuresOfSpikes = ["requests", "bytes_sent", "errors"] as const;
export type SpikeMeasure = (typeof measuresOfSpikes)[number];

/** A measure's steps, and the scale on which they are compared. */
export interface MeasuredSteps {
  readonly measure: SpikeMeasure;
  readonly timeline: Timeline;
  readonly counts: readonly number[];
  /** Steps that the log covers only in part: they may hold too much, never too little. */
  readonly partial: readonly boolean[];
  readonly series: Series;
}

/** Counts of chance vary alike on this scale (Anscombe); sizes by factors. */
export const scaled = (measure: SpikeMeasure, count: number): number =>
  measure === "bytes_sent" ? Math.log(1 + count) : 2 * Math.sqrt(count + 3 / 8);

/** What a value of that scale stands for. */
export const unscaled = (measure: SpikeMeasure, value: number): number =>
  Math.max(0, measure === "bytes_sent" ? Math.exp(value) - 1 : (value / 2) ** 2 - 3 / 8);

/** A step may lack so much of its ends and still count as whole. */
const LACKING = 120_000;

/** A timeline as series, a measure each, in the zone's own hours and weekdays. */
export function stepsOf(
  timeline: Timeline,
  measure: SpikeMeasure,
  window: Window,
  zone: string,
): MeasuredSteps {
  const { buckets, step } = timeline;
  const counts = buckets.map((bucket) => bucket[measure]);
  const partial = buckets.map(({ from }, at) => {
    const end = buckets[at + 1]?.from.getTime() ?? from.getTime() + step * 1000;
    const lacks = [window.from.getTime() - from.getTime(), end - window.until.getTime()];
    return lacks.some((ms) => ms > LACKING);
  });
  const clocks = buckets.map(({ from }) => civilOf(from, zone));
  const weekdays = clocks.map(({ year, month, day }) =>
    new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
  );
  return {
    measure,
    timeline,
    counts,
    partial,
    series: {
      step,
      values: counts.map((count, at) => (partial[at] === true ? NaN : scaled(measure, count))),
      slots: clocks.map(({ hour }) => hour),
      weekend: weekdays.map((day) => day === 0 || day === 6),
      chance: measure === "bytes_sent" ? SPIKE.bytes_chance : 1,
    },
  };
}
