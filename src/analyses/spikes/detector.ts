import { SPIKE } from "./parameters.js";
import { smoothed, Trailing } from "./sliding.js";
import {
  BandView,
  Calibration,
  changes,
  SeasonView,
  type Deviation,
  type Series,
} from "./views.js";

/** A step as its past sees it. */
export interface Judged {
  /** Against its season: what was expected, in the series' own scale, and how far away it is. */
  readonly season: Deviation;
  /** Against the last 7 days. */
  readonly band: Deviation;
  /** Mean of the five views, each in units of its own past extremes: from about 1 on out of line. */
  readonly vote: number;
  /** The season's deviation in units of its own past extremes. */
  readonly own: number;
  /** Steps of the past that are known. */
  readonly past: number;
}

/**
 * Every step against its past: the season and the 7-day band, both of the steps and of their mean over
 * an hour, and the change within an hour. Each view is counted in units of what its own last 14 days
 * stayed below, which makes series with heavy tails comparable with calm ones; a step is out of line
 * where the views agree.
 */
export function judge(series: Series): Judged[] {
  const { step, values, slots, weekend, chance } = series;
  const perDay = Math.max(1, Math.round(86_400 / step));
  const perSlot = Math.max(1, Math.round(3600 / step));
  const length = Math.max(1, Math.round(SPIKE.smooth_s / step));
  const hourly = smoothed(values, length);
  const steps = changes(values, length);
  const bands = [0, 1].map(() => new BandView(perDay, SPIKE.range, chance));
  const seasons = [0, 1].map(() => new SeasonView(perDay, perSlot, chance));
  const change = new BandView(perDay, SPIKE.change_range, chance);
  const calibrations = Array.from({ length: 5 }, () => new Calibration(perDay));
  const settled = new Calibration(perDay);
  let past = 0;
  return values.map((value, at) => {
    const slot = slots[at] ?? 0;
    const free = weekend[at] ?? false;
    const both = [value, hourly[at] ?? NaN];
    const seen = [
      ...both.map((one, view) => bands[view]?.see(one)),
      ...both.map((one, view) => seasons[view]?.see(one, slot, free)),
      change.see(steps[at] ?? NaN),
    ] as Deviation[];
    const votes = seen.map((deviation, view) => calibrations[view]?.vote(deviation) ?? 0);
    const vote = votes.reduce((sum, one) => sum + one, 0) / votes.length;
    const band = seen[0] as Deviation;
    const season = seasons[0]?.seeSettled(value, slot, free) as Deviation;
    const own = settled.vote(season);
    both.forEach((one, view) => {
      bands[view]?.learn(one);
      seasons[view]?.learn(one, slot, free);
    });
    change.learn(steps[at] ?? NaN);
    seen.forEach((deviation, view) => calibrations[view]?.learn(deviation));
    settled.learn(season);
    const judged = { season, band, vote, own, past };
    if (!Number.isNaN(value)) past += 1;
    return judged;
  });
}

/** The votes of steps that are worse than all of some time before; 0 of the others. */
export function records(votes: readonly number[], step: number): number[] {
  const length = Math.round((SPIKE.record_hours * 3600) / step);
  const before = new Trailing(Math.max(1, length));
  return votes.map((vote) => {
    const isRecord = before.size === 0 || vote > before.quantile(1);
    before.push(vote);
    return isRecord ? vote : 0;
  });
}
