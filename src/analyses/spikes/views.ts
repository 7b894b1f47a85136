import { SPIKE } from "./parameters.js";
import { smoothed, Trailing } from "./sliding.js";

/** A series in which steps can be out of line. Steps are equally long and in order. */
export interface Series {
  /** Seconds of a step. */
  readonly step: number;
  /** A scale on which ordinary steps vary alike; NaN where nothing is known. */
  readonly values: readonly number[];
  /** What a step has in common with those to compare it with: the hour of its day. */
  readonly slots: readonly number[];
  /** Whether the step's day is of the weekend. */
  readonly weekend: readonly boolean[];
  /** The least scale of a deviation: 1 of counts on a square-root scale, which vary so by chance. */
  readonly chance: number;
}

/** A step seen against its past. */
export interface Deviation {
  /** In scales; signed. NaN where nothing can be said. */
  readonly z: number;
  readonly expected: number;
  readonly scale: number;
  /** Most of the days that it is compared with are workdays where it is of one, else of the weekend. */
  readonly alike: boolean;
}

const NOTHING: Deviation = { z: NaN, expected: NaN, scale: NaN, alike: true };

/** Smaller scales are rounding. */
const TINY = 1e-9;

/** Against the mean and deviation of the last 7 days: the band that people know from dashboards. */
export class BandView {
  readonly #band: Trailing;
  readonly #range: Trailing;

  constructor(
    perDay: number,
    readonly floor: number,
    readonly chance: number,
  ) {
    this.#band = new Trailing(SPIKE.band_days * perDay);
    this.#range = new Trailing(SPIKE.season_days * perDay);
  }

  see(value: number): Deviation {
    if (this.#band.size < 3) return NOTHING;
    const expected = this.#band.mean;
    const range = this.#range.quantile(0.95) - this.#range.quantile(0.05);
    const scale = Math.max(this.#band.deviation, this.floor * range, this.chance, TINY);
    return { z: (value - expected) / scale, expected, scale, alike: true };
  }

  learn(value: number): void {
    this.#band.push(value);
    this.#range.push(value);
  }
}

/** Against the median of the same hour of the last days, in median absolute deviations. */
export class SeasonView {
  readonly #slots = new Map<string, Trailing>();
  readonly #day: Trailing;
  readonly #away: Trailing;
  readonly #settled: Trailing;
  readonly #range: Trailing;
  #seen = 0;

  constructor(
    readonly perDay: number,
    readonly perSlot: number,
    readonly chance: number,
  ) {
    this.#day = new Trailing(perDay);
    this.#away = new Trailing(SPIKE.season_days * perDay);
    this.#settled = new Trailing(SPIKE.season_days * perDay);
    this.#range = new Trailing(SPIKE.season_days * perDay);
  }

  /** There is a usual for every hour: days enough have been seen. */
  get isSettled(): boolean {
    return this.#seen >= SPIKE.least_days * this.perDay;
  }

  /** Workdays and weekends have their own usual. */
  get #isSplit(): boolean {
    return this.#seen >= SPIKE.weekday_days * this.perDay;
  }

  see(value: number, slot: number, weekend: boolean): Deviation {
    return this.#against(this.#away, value, slot, weekend);
  }

  /** The same in the scale of the settled days only, as people are told. */
  seeSettled(value: number, slot: number, weekend: boolean): Deviation {
    return this.isSettled ? this.#against(this.#settled, value, slot, weekend) : NOTHING;
  }

  #against(away: Trailing, value: number, slot: number, weekend: boolean): Deviation {
    const expected = this.#expected(slot, weekend, value);
    const range = this.#range.quantile(0.95) - this.#range.quantile(0.05);
    const spread = away.size === 0 ? 0 : 1.4826 * away.quantile(0.5);
    const scale = Math.max(spread, SPIKE.range * range, this.chance, TINY);
    if (Number.isNaN(expected) || this.#seen < 3) return NOTHING;
    const alike = 2 * this.#slot(`${slot} ${weekend}`).size > this.#slot(`${slot}`).size;
    return {
      ...{ z: (value - expected) / scale, expected, scale },
      alike: alike || this.#isSplit,
    };
  }

  learn(value: number, slot: number, weekend: boolean): void {
    const expected = this.#expected(slot, weekend);
    this.#away.push(Math.abs(value - expected));
    this.#settled.push(this.isSettled ? Math.abs(value - expected) : NaN);
    this.#range.push(value);
    this.#day.push(value);
    this.#slot(`${slot}`).push(value);
    this.#slot(`${slot} ${weekend}`).push(value);
    this.#seen += 1;
  }

  /** Of two days there is no median: whichever is nearer, so that one odd day accuses no other. */
  #expected(slot: number, weekend: boolean, value?: number): number {
    if (!this.isSettled) return this.#day.quantile(0.5);
    const known = this.#slot(this.#isSplit ? `${slot} ${weekend}` : `${slot}`);
    if (value === undefined || known.size !== 2) return known.quantile(0.5);
    const [low, high] = [known.quantile(0), known.quantile(1)];
    return Math.abs(value - low) <= Math.abs(value - high) ? low : high;
  }

  #slot(key: string): Trailing {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const made = new Trailing(SPIKE.season_days * this.perSlot);
    this.#slots.set(key, made);
    return made;
  }
}

/** A deviation in units of the series' own past extremes, up to a cap. */
export class Calibration {
  readonly #past: Trailing;

  constructor(perDay: number) {
    this.#past = new Trailing(SPIKE.calibration_days * perDay);
  }

  vote({ z }: Deviation): number {
    if (Number.isNaN(z) || this.#past.size === 0) return 0;
    const own = Math.max(1, this.#past.quantile(SPIKE.calibration));
    return Math.min(SPIKE.cap, Math.abs(z) / own);
  }

  learn({ z }: Deviation): void {
    this.#past.push(Math.abs(z));
  }
}

/** The difference between the mean of the last hour and the one before. */
export function changes(values: readonly number[], length: number): number[] {
  const means = smoothed(values, length);
  return means.map((mean, at) => (at < 2 * length ? 0 : mean - (means[at - length] ?? NaN)));
}
