import type { Alert, AlertSeverity, Labels, Reason } from "./alert.js";
import { inhibitedBy } from "./inhibit.js";
import { afterTelling, type SeriesState, type Step } from "./machine.js";
import { enqueue, type ToTell } from "./outbox.js";
import { silenceOf } from "./silence.js";
import type { Silence, State } from "./state.js";

/** A series whose step was observed, with what its rule says of its alerts. */
export interface Decided {
  readonly key: string;
  readonly step: Step | { readonly state: SeriesState; readonly reason: "explained" };
  readonly severity: AlertSeverity;
  /** Labels of the rule, beside those of the series. */
  readonly labels: Labels;
  readonly channels: readonly string[];
  /** What is said beside the summary. */
  readonly annotations: Labels;
}

/** What was kept quiet, and why. */
export interface Quiet {
  readonly key: string;
  readonly why: string;
}

export interface Decision {
  readonly state: State;
  readonly events: readonly ToTell[];
  readonly quiet: readonly Quiet[];
}

/**
 * Decides who is told what: without what is silenced, and without what another alert explains. Only
 * what is told counts as told; what was kept quiet is told later if it still goes on then.
 */
export function decide(
  before: State,
  decided: readonly Decided[],
  silences: readonly Silence[],
  /** When it happened in the logs, and when it is decided. */
  { at, now }: { readonly at: Date; readonly now: Date },
  interval_ms: number,
): Decision {
  const series = { ...before.series };
  for (const { key, step } of decided) series[key] = step.state;
  const all = Object.values(series);
  const events: ToTell[] = [];
  const quiet: Quiet[] = [];
  for (const one of decided) {
    const { reason, state } = one.step;
    if (reason === undefined) continue;
    const alert = alertOf(one, reason);
    const why = isNews(reason) ? whyQuiet(one, alert, all, silences, now) : undefined;
    if (why !== undefined) {
      quiet.push({ key: one.key, why });
      continue;
    }
    if (isNews(reason)) series[one.key] = afterTelling(state, at);
    const { rule, labels } = state;
    for (const channel of one.channels) {
      events.push({ channel, rule, site: labels["site"] ?? "", alert });
    }
  }
  return { state: enqueue({ ...before, series }, events, now, interval_ms), events, quiet };
}

/** What was told is always told to be over, and by whom it was, also when it is silenced by then. */
const isNews = (reason: Reason): boolean => reason !== "resolved" && reason !== "explained";

function whyQuiet(
  one: Decided,
  alert: Alert,
  all: readonly SeriesState[],
  silences: readonly Silence[],
  now: Date,
): string | undefined {
  const silence = silenceOf(silences, alert.labels, now);
  if (silence !== undefined) return `silenced by ${silence.by} until ${silence.until}`;
  const other = inhibitedBy(one.step.state, all);
  return other === undefined ? undefined : `explained by ${other.rule}`;
}

function alertOf(one: Decided, reason: Reason): ToTell["alert"] {
  const { rule, labels, episode } = one.step.state;
  const isOver =
    reason === "resolved" ||
    (reason === "explained" && episode !== null && episode.resolved !== null);
  return {
    reason,
    status: isOver ? "resolved" : "firing",
    labels: { ...one.labels, ...labels, alertname: rule, severity: one.severity },
    annotations: { summary: episode?.summary ?? "", ...one.annotations },
    startsAt: episode?.onset ?? "",
    endsAt: isOver ? (episode?.last ?? null) : null,
    fingerprint: episode?.fingerprint ?? "",
  };
}
