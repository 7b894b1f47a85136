import { civilOf, instantOf } from "../calendar.js";
import type { Window } from "../scope.js";
import { parameters } from "./parameters.js";

/** With what the incident is compared. */
export interface Baseline {
  readonly windows: readonly Window[];
  /** How it was chosen. */
  readonly kind: "given" | "weekdays" | "days" | "before";
  /** Earlier equal windows that were left out, as they had an incident of their own. */
  readonly odd: readonly Window[];
}

export const lengthOf = ({ from, until }: Window): number => until.getTime() - from.getTime();

/** A window earlier by whole days of the zone's calendar, so that its clock shows the same hours. */
function earlier({ from, until }: Window, days: number, zone: string): Window {
  const back = (edge: Date): Date => {
    const civil = civilOf(edge, zone);
    return instantOf({ ...civil, day: civil.day - days }, zone);
  };
  return { from: back(from), until: back(until) };
}

/** Whether the log has (nearly) all of a window. */
function isCovered({ from, until }: Window, covers: Window): boolean {
  const room = parameters.uncovered * (until.getTime() - from.getTime());
  return (
    covers.from.getTime() - from.getTime() <= room &&
    until.getTime() - covers.until.getTime() <= room
  );
}

/** The window as far as the log covers it; as it is where nearly all of it is covered. */
export function clipped(window: Window, covers: Window): Window | undefined {
  if (isCovered(window, covers)) return window;
  const from = window.from > covers.from ? window.from : covers.from;
  const until = window.until < covers.until ? window.until : covers.until;
  return from < until ? { from, until } : undefined;
}

/**
 * The same hours of the weeks before, else of the days before, as many as the log has; else the part of
 * the log before the incident. Undefined where the log has nothing before.
 */
export function defaultBaseline(
  incident: Window,
  covers: Window,
  zone: string,
): Omit<Baseline, "odd"> | undefined {
  const days = Math.ceil(lengthOf(incident) / 86_400_000);
  for (const [kind, apart] of [
    ["weekdays", 7],
    ["days", 1],
  ] as const) {
    // So far back that no two of them share a row.
    const step = Math.max(1, Math.ceil(days / apart)) * apart;
    const windows = Array.from({ length: parameters.days }, (_, at) => (at + 1) * step)
      .map((back) => earlier(incident, back, zone))
      .filter((window) => isCovered(window, covers));
    if (windows.length > 0) return { kind, windows: windows.toReversed() };
  }
  if (covers.from >= incident.from) return undefined;
  return { kind: "before", windows: [{ from: covers.from, until: incident.from }] };
}
