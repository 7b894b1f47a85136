/** Every threshold of `budget`; sources: docs/quality.md, `npm run eval budget`. */
export const BUDGET = {
  /** A day is expected to be the mean of the same weekday in so many weeks before. */
  weeks: 4,
  /** With less history than this many days, all days so far are averaged. */
  least_days: 5,
  /** Past months needed for an interval; with fewer, the range of the last weeks is told instead. */
  least_months: 3,
  /** Past forecasts from so many days around the same day of the month are looked at. */
  around: 2,
  /** A month whose history was shorter than this when it was forecast says nothing. */
  least_history: 7,
  /** Half of the interval in deviations of past forecasts; widened until `inside` of the months fit. */
  width: 2,
  inside: 0.8,
  /** A normal quantile: what 80 % inside means as deviations. */
  z80: 1.2816,
  /** A day counts as a spike when an hour of it was one and the day has so much more than expected. */
  spike: 1.25,
  /** Clients that are named. */
  culprits: 10,
} as const;
