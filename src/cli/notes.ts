import { integer, percent } from "../outputs/numbers.js";
import { terminalText } from "../outputs/escape.js";
import type { Look } from "../outputs/look.js";
import { wrap } from "../outputs/reports/wrap.js";
import { localTime } from "../outputs/times.js";
import type { Session } from "./session.js";

/** What was read, and the range that was asked for, as lines under an answer. */
export function notes(session: Session, look: Look): string[] {
  const range = rangeNote(session, look);
  const lines = [accountingNote(session, look.locale), ...(range === undefined ? [] : [range])];
  return lines.flatMap((line) => wrap(line, look.width));
}

/** The range asked for, in full, and what the log covers where that is something else. */
export function rangeNote({ scope }: Session, { style }: Look): string | undefined {
  const { since, until } = scope.asked;
  if (since === undefined && until === undefined) return undefined;
  const show = (time: Date): string => localTime(time, scope.zone, "second");
  const from = since === undefined ? "" : `${show(since)} `;
  const to = until === undefined ? "" : ` ${show(until)}`;
  const range = `time range: ${from}..${to} ${scope.zone}`;
  if (scope.window !== undefined || scope.covers === undefined) return range;
  const { from: first, until: last } = scope.covers;
  return style.bold(`no lines in it; the log covers ${show(first)} .. ${show(last)}; ${range}`);
}

/** What was read, on every answer: `lines = parsed + rejected + blank`. */
export function accountingNote(
  { accounting, sources, formats: read }: Pick<Session, "accounting" | "sources" | "formats">,
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
