/** What rules are judged with unless they say otherwise. */
export const WATCH = {
  /** Steps that are looked at again in later runs, because logs arrive late. */
  late_steps: 48,
  /** Part of a window of which something must be known to say that it is not out of line. */
  least_known: 0.5,
  /** A deviation of a season clears below this part of what people are told of: 2 of 5 scales. */
  clear_season: 0.4,
  /** What lasts so long is the new usual. */
  new_usual_ms: 7 * 86_400_000,
  /** How far something is beyond a limit of nothing. */
  endless: 1_000_000,
  /** Steps that a first run judges beside those that `for` needs. */
  first_steps: 4,
  /** Values of a field that a rule follows at the same time. */
  most_series: 50,
  /** Parts of a month's budget that are told when they are spent … */
  budget_marks: [0.5, 0.8, 1],
  /** … and how surely a forecast must be over it. */
  budget_chance: 0.8,
  /** Consumers that an alert names. */
  names: 3,
  /** Logs that hold at least this part of a metric explain it. */
  explained: 0.8,
} as const;
