import type { Observation } from "../../alerts/machine.js";
import { terminalText } from "../escape.js";
import type { Look } from "../look.js";
import { wrap } from "./wrap.js";

/** What a rule says of a series now. */
export interface CheckLine {
  readonly rule: string;
  readonly state: "firing" | "pending" | "ok" | "unknown";
  readonly severity: "info" | "warning" | "critical";
  /** A sentence: the value and what it is compared with, or why nothing is known. */
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly observation: Observation | undefined;
  readonly since: string | null;
}

const INDENT = 2;

/** A line for each series. */
export function checkText(lines: readonly CheckLine[], { width, style }: Look): string[] {
  const paint = {
    firing: style.red,
    pending: style.yellow,
    ok: style.green,
    unknown: style.yellow,
  };
  return lines.flatMap(({ state, rule, summary, since }) => {
    const begun = since === null ? "" : `, since ${since.slice(0, 16).replace("T", " ")} UTC`;
    const text = wrap(terminalText(`${state} ${rule}: ${summary}${begun}`), width, INDENT);
    return text.map((line, at) => (at === 0 ? paint[state](line.trimStart()) : line));
  });
}

const order = ["firing", "unknown", "pending", "ok"] as const;

/** Those that matter most first. */
export const inOrder = (lines: readonly CheckLine[]): CheckLine[] =>
  lines.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));

/** Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; https://nagios-plugins.org/doc/guidelines.html. */
export function nagios(lines: readonly CheckLine[]): { code: 0 | 1 | 2 | 3; line: string } {
  const firing = lines.filter(({ state }) => state === "firing");
  const isCritical = firing.some(({ severity }) => severity === "critical");
  const isUnknown = lines.length === 0 || lines.some(({ state }) => state === "unknown");
  const isWarning = firing.some(({ severity }) => severity === "warning");
  const code = isCritical ? 2 : isWarning ? 1 : isUnknown ? 3 : 0;
  const [first] = inOrder(lines);
  const many = lines.length > 1 ? ` (${lines.length} series, ${firing.length} firing)` : "";
  const words = first === undefined ? "no rule was checked" : `${first.rule}: ${first.summary}`;
  const data = lines.flatMap(perfData).join(" ");
  const text = plain(`CULPRIT ${NAMES[code]} - ${words}${many}`);
  return { code, line: data === "" ? text : `${text} | ${data}` };
}

const NAMES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

/** A bar would begin the figures, and a line feed end the line. */
const plain = (text: string): string => terminalText(text).replaceAll("|", "/");

/** The figure of a series as `'label'=value`; its quote may not stand in the label, nor may =. */
function perfData({ rule, labels, observation }: CheckLine): string[] {
  if (observation === undefined || Number.isNaN(observation.value)) return [];
  const own = Object.entries(labels).flatMap(([name, value]) => (name === "site" ? [] : value));
  const label = plain([rule, ...own].join(" ")).replaceAll(/['=]/g, "_");
  return [`'${label}'=${observation.value}`];
}
