/**
 * Every threshold of floods and timers. Sources: the measured separation of timers from people (mean
 * absolute deviation of gaps and spread of hourly counts), and `npm run eval`, docs/quality.md.
 */

/** What a timer is: something that calls at one pace. */
export const TIMER = {
  /** Calls and hours below which nothing can be said. */
  calls: 20,
  hours: 6,
  /** Half of the gaps lie within this part of the median gap … */
  spread: 0.35,
  /** … less where gaps are few: times 1 - few / sqrt(gaps). */
  few: 3,
  /** Variance of the hourly counts by their mean: 0 of a clock, 1 of chance, more of people. */
  fano: 0.5,
  /** Hours like the one before, as a part of all, for a client to be looked at. */
  even: 0.5,
  /** Calls within so many seconds belong to one tick. */
  tick: 5,
  /** The most clients that are looked at. */
  clients: 2000,
} as const;

/** What a change of a timer's rate is. */
export const CHANGE = {
  /** Times as many calls in an hour, or that part of them. */
  factor: 2,
  /** Standard deviations of chance that it is away from the usual count. */
  sigmas: 5,
  /** Hours of the usual rate, to know it. */
  hours: 6,
  /** Silent for so many of the usual gaps, and longer than ever before. */
  silence: 5,
} as const;

/** What a flood is: far more than the other clients, and than the client itself before. */
export const FLOOD = {
  /** Requests in a minute and in an hour that nobody would call a flood. */
  minute: 30,
  hour: 300,
  /** Times what this part of the other clients stays below at its busiest. */
  factor: 5,
  others: 0.9,
  /** With fewer other clients than this there is no usual. */
  crowd: 5,
  /** Times its own usual rate, when it was there before. */
  own: 5,
  /** A step belongs to the flood from this part of its busiest one on … */
  busy: 0.2,
  /** … and pauses of so many steps do not end it. */
  pause: 5,
  /** Minutes from which on a flood is sustained rather than sudden. */
  sustained: 180,
  /** From so many User-Agents on, an address may be many people behind one proxy. */
  agents: 20,
  /** The most clients that are looked at. */
  clients: 50,
} as const;
