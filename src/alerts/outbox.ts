import { randomUUID } from "node:crypto";
import type { Alert, Notification, Reason } from "./alert.js";
import { DELIVERY } from "./parameters.js";
import type { Entry, State } from "./state.js";

/** Something to tell on a channel. */
export interface ToTell {
  readonly channel: string;
  readonly rule: string;
  readonly site: string;
  readonly alert: Alert & { readonly reason: Reason };
}

type Told = ToTell["alert"];

/**
 * Puts what is to be told into messages, one for each channel, rule and site. What still waits for
 * that group goes into the same message, and of an alert only its newest words: however long a channel
 * is away, it gets one message a group when it is back.
 */
export function enqueue(
  state: State,
  events: readonly ToTell[],
  now: Date,
  interval_ms: number,
): State {
  const outbox = [...state.outbox];
  for (const [key, group] of groupsOf(events)) {
    const [first] = group;
    if (first === undefined) continue;
    const waiting = outbox.findIndex(
      (entry) => entry.status === "waiting" && keyOf(entry.notification) === key,
    );
    const alerts = group.map(({ alert }) => alert);
    const before = outbox[waiting];
    if (before !== undefined) outbox[waiting] = joined(before, alerts);
    else outbox.push(entryOf(first, alerts, now, afterLast(outbox, key, now, interval_ms)));
  }
  return { ...state, outbox };
}

const keyOf = ({ channel, group }: Notification): string =>
  JSON.stringify([channel, group.rule, group.site]);

function groupsOf(events: readonly ToTell[]): Map<string, ToTell[]> {
  const groups = new Map<string, ToTell[]>();
  for (const event of events) {
    const key = JSON.stringify([event.channel, event.rule, event.site]);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return groups;
}

/** Alerts that a message keeps while its channel is away. */
const KEPT = 100;

/** The message says something else now: to a receiver that drops repeated ones it is another. */
function joined(entry: Entry, alerts: readonly Told[]): Entry {
  const fresh = new Set(alerts.map(({ fingerprint }) => fingerprint));
  const kept = entry.notification.alerts.filter(({ fingerprint }) => !fresh.has(fingerprint));
  const all = [...kept, ...alerts].slice(-KEPT);
  return { ...entry, notification: { ...entry.notification, id: randomUUID(), alerts: all } };
}

const entryOf = (
  { channel, rule, site }: ToTell,
  alerts: readonly Told[],
  now: Date,
  after: Date,
): Entry => ({
  notification: { id: randomUUID(), channel, group: { rule, site }, alerts },
  decided: now.toISOString(),
  after: after.toISOString(),
  attempts: 0,
  status: "waiting",
  ended: null,
  reason: null,
});

/** Now, or when the interval since the group's last message is over. */
function afterLast(outbox: readonly Entry[], key: string, now: Date, interval_ms: number): Date {
  const last = outbox
    .filter((entry) => entry.status === "delivered" && keyOf(entry.notification) === key)
    .map(({ ended }) => Date.parse(ended ?? ""))
    .reduce((latest, time) => Math.max(latest, time), -Infinity);
  return new Date(Math.max(now.getTime(), last + interval_ms));
}

/** How a channel answered. */
export type Delivery =
  | { readonly outcome: "delivered" }
  /** Worth another attempt, not before `after_ms` when the channel asks for patience. */
  | { readonly outcome: "retry"; readonly reason: string; readonly after_ms?: number }
  /** No attempt will ever succeed. */
  | { readonly outcome: "refused"; readonly reason: string };

export interface DeliverOptions {
  send(notification: Notification): Promise<Delivery>;
  /** Makes the state durable; called after every attempt. */
  save(state: State): Promise<void>;
  now(): Date;
  /** Waits between two messages to one channel. */
  pause(ms: number): Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Sends what waits, the oldest first, each as often as it takes and no oftener: what became of it is
 * durable before the next one is sent. A channel that fails is left in peace until its wait is over.
 */
export async function deliver(state: State, options: DeliverOptions): Promise<State> {
  let current = forgotten(state, options.now());
  const sent = new Map<string, number>();
  const resting = new Set<string>();
  for (const { notification } of current.outbox) {
    const entry = current.outbox.find((one) => one.notification.id === notification.id);
    const { channel } = notification;
    const count = sent.get(channel) ?? 0;
    const isDue = entry?.status === "waiting" && Date.parse(entry.after) <= options.now().getTime();
    if (!isDue || resting.has(channel) || count >= DELIVERY.burst) continue;
    if (options.signal?.aborted === true) break;
    if (count > 0) await options.pause(DELIVERY.pause_ms);
    sent.set(channel, count + 1);
    const delivery = await options.send(entry.notification);
    if (delivery.outcome === "retry") resting.add(channel);
    const next = answered(entry, delivery, options.now());
    const outbox = current.outbox.map((one) => (one === entry ? next : one));
    current = { ...current, outbox };
    await options.save(current);
  }
  return current;
}

function answered(entry: Entry, delivery: Delivery, now: Date): Entry {
  const attempts = entry.attempts + 1;
  if (delivery.outcome === "retry") {
    const grown = DELIVERY.first_wait_ms * 2 ** Math.min(attempts - 1, 20);
    const wait = delivery.after_ms ?? Math.min(grown, DELIVERY.longest_wait_ms);
    const after = new Date(now.getTime() + wait).toISOString();
    return { ...entry, attempts, after, reason: delivery.reason };
  }
  const reason = delivery.outcome === "refused" ? delivery.reason : null;
  return { ...entry, attempts, status: delivery.outcome, ended: now.toISOString(), reason };
}

/** Without what was delivered long ago; what was refused stays as long. */
function forgotten(state: State, now: Date): State {
  const outbox = state.outbox.filter(
    ({ ended }) => ended === null || now.getTime() - Date.parse(ended) < DELIVERY.keep_ms,
  );
  return { ...state, outbox };
}
