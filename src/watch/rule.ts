import type { AlertSeverity, Labels } from "../alerts/alert.js";
import type { Policy } from "../alerts/machine.js";

/** When a value is out of line. */
export type Condition =
  | { readonly kind: "above" | "below"; readonly limit: number }
  /** So many times the mean of the 7 days before. */
  | { readonly kind: "times_average"; readonly times: number }
  /** So many times what is usual at this hour. */
  | { readonly kind: "times_baseline"; readonly times: number }
  /** Out of line with its own season, as `culprit spikes` judges. */
  | { readonly kind: "unusual" };

/** A metric of Amazon CloudWatch. */
export interface MetricPlace {
  readonly metric: string;
  readonly bucket: string;
  /** The request metrics' filter; found when absent. */
  readonly filter_id?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

export type Unit = "count" | "bytes" | "ms" | "share" | "seconds" | "money";

/** What is watched, and who is told. All lengths in milliseconds. */
export interface Rule {
  readonly name: string;
  readonly site: string;
  readonly severity: AlertSeverity;
  readonly labels: Labels;
  readonly channels: readonly string[];
  /** What is measured: a sum of the logs, an analysis, `silence`, or the name of a metric. */
  readonly measure: string;
  readonly unit: Unit;
  readonly metric?: MetricPlace;
  readonly sources: readonly string[];
  readonly where: readonly string[];
  /** A series for each value of this field. */
  readonly by: string | undefined;
  /** What is added up; a multiple of the step. */
  readonly window_ms: number;
  /** A value is judged at the end of each. */
  readonly step_ms: number;
  /** What arrives so much later still counts. */
  readonly delay_ms: number;
  readonly conditions: readonly Condition[];
  readonly match: "all" | "any";
  /** Of `scrapers`: the least band. */
  readonly band: "likely" | "strong";
  /** Of `budget`: the price file, unless it is culprit's own, and whose prices in it. */
  readonly prices?: string;
  readonly service?: string;
  readonly policy: Policy;
  /** When it is checked by `culprit watch`: a length, or a cron expression. */
  readonly every: number | string;
}

const DAY = 86_400_000;

/** How far back a rule has to look to judge a step. */
export function lookback(rule: Rule): number {
  const needs = rule.conditions.map(({ kind }) => {
    if (kind === "above" || kind === "below") return 0;
    return kind === "times_average" ? 7 * DAY : 15 * DAY;
  });
  return rule.window_ms + Math.max(0, ...needs);
}
