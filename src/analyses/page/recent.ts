import type { Scope } from "../scope.js";
import { timeline, type Timeline } from "../timeline.js";

/** Traffic before the log's last line, the shorter the finer. */
export interface Recent {
  readonly name: "hour" | "day";
  readonly series: Timeline;
}

const SPANS = [
  { name: "hour", seconds: 3600, step: 60 },
  { name: "day", seconds: 86_400, step: 600 },
] as const;

/** The last hour by minutes and the last day by ten of them; times before the log begins count nothing. */
export async function recent(scope: Scope): Promise<Recent[]> {
  const { window } = scope;
  if (window === undefined) return [];
  const found: Recent[] = [];
  for (const { name, seconds, step } of SPANS) {
    const until = new Date(Math.ceil(window.until.getTime() / step / 1000) * step * 1000);
    const from = new Date(until.getTime() - seconds * 1000);
    found.push({ name, series: await timeline(scope, scope.requests, { from, until }, step) });
  }
  return found;
}
