/**
 * Every threshold of spikes; one set for every series. Sources: the methods compared on the Numenta
 * Anomaly Benchmark, and `npm run eval`, docs/quality.md.
 */
export const SPIKE = {
  /** Days that the usual of a season, the band and a series' own extremes come from. */
  season_days: 14,
  band_days: 7,
  calibration_days: 14,
  /** Days without which nothing is judged. */
  least_days: 2,
  /** Days from which on workdays and weekends have their own usual. */
  weekday_days: 7,
  /** A deviation counts in units of what its series stays below in this part of its past … */
  calibration: 0.995,
  /** … and never more than so many of them. */
  cap: 3,
  /** Mean vote of the five views from which on an hour is out of line. */
  vote: 0.95,
  /** The least scale of a deviation, as a part of the range from the 5th to the 95th percentile. */
  range: 0.05,
  change_range: 0.02,
  /** The same of bytes, as a logarithm: one large download makes an hour. */
  bytes_chance: 0.2,
  /** Seconds over which the second and the fifth view average. */
  smooth_s: 3600,
  /** Hours within which only a record is told again. */
  record_hours: 12,
  /** Scales from the season from which on people are told. */
  sigmas: 5,
  /** … if that is so many times the worst of its past, or the views agree. */
  own: 1.5,
  /** Two hours in a row need less: so many scales, and so many times the worst of their past. */
  pair: 3.7,
  pair_own: 1.1,
  /** Times the expected, or that part of it. */
  factor: 1.5,
  /** The same of a day that is compared with days of the other kind: so much do weekends differ. */
  other_kind: 3,
  /** Requests, or errors, in an hour of which nobody would speak. */
  least: 20,
  /** Neighbours belong to a spike from so many scales on … */
  edge: 2.5,
  /** … and so many calm steps end it. */
  calm_steps: 2,
  /** Steps of a spike that make it a shift of the level. */
  shift_steps: 12,
  /** An hour without a request, where so many were expected, is silence. */
  silence: 20,
} as const;

/** Logs too short for a season: far beyond all other hours. */
export const SHORT = {
  /** Hours that there must be. */
  hours: 12,
  /** Times what this part of the other hours stays below. */
  others: 0.95,
  factor: 3,
} as const;
