import type { Labels } from "../alerts/alert.js";
import type { Observation, SeriesState } from "../alerts/machine.js";

/** A series of a rule: what can be observed of it. */
export interface Track {
  readonly labels: Labels;
  /** The steps to judge, in order, given what was judged before. */
  observations(before: SeriesState | undefined): readonly Observation[];
  /** The value of the last step that was judged, for people; undefined when nothing is known. */
  readonly current: Observation | undefined;
}

/** Sums of equally long steps; NaN where nothing is known. Each part is added up by itself. */
export interface Series {
  readonly labels: Labels;
  /** When the first step begins, and how long each is, in milliseconds. */
  readonly from: number;
  readonly step: number;
  /** One list, or two: what is counted, and of what it is a share. */
  readonly parts: readonly (readonly number[])[];
}
