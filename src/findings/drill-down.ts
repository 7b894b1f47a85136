import type { Cause, Comparison } from "../analyses/compare/compare.js";
import type { Metric } from "../analyses/compare/metric.js";
import type { Window } from "../analyses/scope.js";
import { shellWord } from "../outputs/escape.js";
import { isoTime } from "../outputs/values.js";

/** Fields by which a cause is looked into, and measures of `top` for those of `compare`. */
const FIELDS = ["client_ip", "path", "key", "host", "user_agent", "status"];
const MEASURES: Record<string, string> = {
  bytes_sent: "bytes_sent",
  errors: "errors",
  error_rate: "errors",
  duration_ms: "duration_ms",
};

/** The command that looks into a cause; `rest` are the sources and how they are read. */
export function drillDown(
  cause: Cause,
  { fields, total, baseline }: Comparison,
  { name }: Metric,
  incident: Window,
  rest: string,
): string {
  const open = FIELDS.filter((field) => fields.includes(field) && !(field in cause.conditions));
  const [before = incident] = baseline.windows.toReversed();
  const { from, until } = total.incident < total.expected ? before : incident;
  const words = [
    "culprit top",
    open.slice(0, 2).join(",") || "minute",
    `--by ${MEASURES[name] ?? "requests"}`,
    `--range ${isoTime(from)}..${isoTime(until)}`,
    ...cause.where.map((where) => `-w ${shellWord(where)}`),
    rest,
  ];
  return words.join(" ");
}
