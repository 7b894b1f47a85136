import { integer, percent } from "../outputs/numbers.js";
import { terminalText } from "../outputs/escape.js";
import type { Session } from "./session.js";

/** What was read, on every answer: `lines = parsed + rejected + blank`. */
export function accountingNote(
  { accounting, sources, formats: read }: Session,
  locale = "en",
): string {
  const { lines, parsed, rejected, blank } = accounting;
  const formats = read.map(({ format }) => format).join(", ");
  const share =
    lines - blank > 0 && rejected > 0 ? ` (${percent(rejected / (lines - blank), locale)})` : "";
  return (
    `${sourceNote(sources)} (${formats}): ` +
    `${integer(lines, locale)} lines = ${integer(parsed, locale)} parsed + ` +
    `${integer(rejected, locale)} rejected${share} + ${integer(blank, locale)} blank`
  );
}

/** The sources in few words. */
export function sourceNote(names: readonly string[]): string {
  const [first = "nothing"] = names;
  const shown = terminalText(first);
  return names.length <= 1 ? shown : `${shown} and ${names.length - 1} more`;
}
