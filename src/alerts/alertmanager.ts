import { groupKey, type Labels, type Notification } from "./alert.js";

/** Alertmanager's time for what has not ended. */
const NEVER = "0001-01-01T00:00:00Z";

/**
 * The body of Alertmanager's webhooks, version 4, so that whatever takes those takes these:
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. `id` is ours: it is the
 * same for every attempt to deliver the message.
 */
export function webhookBody(notification: Notification): object {
  const { id, channel, group, alerts } = notification;
  return {
    version: "4",
    id,
    groupKey: groupKey(notification),
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    receiver: channel,
    groupLabels: { alertname: group.rule, site: group.site },
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: "",
    alerts: alerts.map(({ status, labels, annotations, startsAt, endsAt, fingerprint }) => ({
      status,
      labels,
      annotations,
      startsAt,
      endsAt: endsAt ?? NEVER,
      generatorURL: "",
      fingerprint,
    })),
  };
}

/** What all have in common. */
const common = ([first = {}, ...others]: readonly Labels[]): Labels =>
  Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value)),
  );
