import type { Notification } from "./alert.js";
import type { SeriesState } from "./machine.js";

/** A message that was decided on: kept until its channel has taken it. */
export interface Entry {
  readonly notification: Notification;
  readonly decided: string;
  /** Not to be sent before this time, ISO. */
  readonly after: string;
  readonly attempts: number;
  readonly status: "waiting" | "delivered" | "refused";
  /** When it was delivered or refused, ISO. */
  readonly ended: string | null;
  /** Why the last attempt failed; never holds a secret. */
  readonly reason: string | null;
}

/** All that alerts remember between two runs. */
export interface State {
  readonly version: 1;
  readonly series: Readonly<Record<string, SeriesState>>;
  readonly outbox: readonly Entry[];
}

export const EMPTY: State = { version: 1, series: {}, outbox: [] };

/** Nobody is told of alerts whose labels match, until it ends. */
export interface Silence {
  readonly id: string;
  /** Names of labels and values; `*` stands for any text. All must match. */
  readonly matchers: Readonly<Record<string, string>>;
  /** ISO. */
  readonly until: string;
  readonly by: string;
  readonly comment: string;
  readonly created: string;
}

/** How long a series that was out of line is remembered after that. */
const REMEMBERED_MS = 15 * 86_400_000;

/**
 * Without series of single clients, paths and the like that are calm: there is no end to them. What a
 * rule knows of its whole site stays.
 */
export function withoutCalm(state: State, now: Date): State {
  const kept = Object.entries(state.series).filter(([, { labels, phase, over }]) => {
    const isWhole = Object.keys(labels).every((name) => name === "site");
    const last = over.at(-1);
    const isFresh = last !== undefined && now.getTime() - Date.parse(last) < REMEMBERED_MS;
    return isWhole || phase !== "inactive" || isFresh;
  });
  return { ...state, series: Object.fromEntries(kept) };
}
