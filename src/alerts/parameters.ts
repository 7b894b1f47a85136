/** How alerts behave unless a rule says otherwise. The names and the last four are Alertmanager's own. */
export const ALERT = {
  /** A value of so many times its limit needs no second look: it fires at once, whatever `for` says. */
  severe: 2,
  /** It clears below this part of its limit … */
  clear: 0.9,
  /** … and this part where the limit is a statistical one, which values cross more easily. */
  clear_unusual: 0.7,
  /** … for so many steps in a row. */
  calm_steps: 3,
  /** While it fires, and this long after, only what is so many times worse is told again at once. */
  worse: 1.25,
  record_ms: 24 * 3_600_000,
  /** Otherwise it is told again after this time, as long as it goes on. */
  repeat_ms: 4 * 3_600_000,
  /** Messages of one group to one channel are so far apart; what happens between them is in the next. */
  group_interval_ms: 5 * 60_000,
  /** An alert on a whole site explains those on a part that makes at least this share of it. */
  explains: 0.8,
} as const;

/** How messages are delivered. */
export const DELIVERY = {
  /** A channel that says nothing for this long has failed. */
  timeout_ms: 10_000,
  /** Wait after the first failure, and at most; doubled each time. */
  first_wait_ms: 30_000,
  longest_wait_ms: 3_600_000,
  /** Slack takes one message a second; nobody reads faster. */
  pause_ms: 1000,
  /** Messages to one channel in one run; the others wait for the next. */
  burst: 10,
  /** What was delivered is kept so long, for `alerts list`. */
  keep_ms: 7 * 86_400_000,
} as const;
