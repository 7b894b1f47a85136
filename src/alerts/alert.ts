import { createHash } from "node:crypto";

export const alertSeverities = ["info", "warning", "critical"] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

/** Names and values that tell an alert from others; text from logs may stand in the values. */
export type Labels = Readonly<Record<string, string>>;

/** Something that is wrong since some time: what channels are told. Alertmanager's words. */
export interface Alert {
  readonly status: "firing" | "resolved";
  /** At least `alertname`, `site` and `severity`. */
  readonly labels: Labels;
  /** At least `summary`, a sentence; `description`, `explanation`, `excess` and `command` where known. */
  readonly annotations: Labels;
  /** ISO; the beginning of the first step that was out of line. */
  readonly startsAt: string;
  /** ISO; null while it fires. */
  readonly endsAt: string | null;
  readonly fingerprint: string;
}

/** Why a message is sent: something new, something worse, still the same, over, or names that came later. */
export type Reason = "firing" | "worse" | "repeat" | "resolved" | "explained";

/** One message to one channel: the alerts of one rule and site that changed at the same time. */
export interface Notification {
  /** The same for every attempt to deliver it, so that receivers can tell a repeated one. */
  readonly id: string;
  readonly channel: string;
  readonly group: { readonly rule: string; readonly site: string };
  readonly alerts: readonly (Alert & { readonly reason: Reason })[];
}

/** Alertmanager's text of a group; the same for all its messages. */
export const groupKey = ({ group }: Notification): string =>
  `{}:{alertname=${JSON.stringify(group.rule)}, site=${JSON.stringify(group.site)}}`;

/** Tells a series of a rule from all others, whatever its values. */
export const seriesKey = (rule: string, labels: Labels): string =>
  hash([rule, ...Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

/** Tells an episode from all others: the rule, the site, the series and when it began. */
export const fingerprintOf = (rule: string, labels: Labels, onset: string): string =>
  hash([seriesKey(rule, labels), onset]);

const hash = (parts: unknown): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
