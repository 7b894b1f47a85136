import { caret } from "../outputs/caret.js";
import { Exit, Problem } from "../problems/problem.js";

/** Part of a text: what is read, and where it stands in the whole that a message shows. */
export interface Slice {
  readonly whole: string;
  readonly start: number;
  readonly text: string;
}

/** The part of a slice from one offset to another, without spaces around it. */
export function slice({ whole, start, text }: Slice, from: number, to = text.length): Slice {
  const part = text.slice(from, to);
  const trimmed = part.trimStart();
  return { whole, start: start + from + part.length - trimmed.length, text: trimmed.trimEnd() };
}

export const TIME_HELP =
  "write a time like 2024-10-05T01:00, 2024-10-05, yesterday, -1h or now-90m, " +
  "a range like 2024-10-05T01:00..02:00 or -2h..-1h";

/** The Problem for a time that cannot be read, with a pointer at the part that is wrong. */
export function badTime(
  { whole, start, text }: Slice,
  why: string,
  at = 0,
  length?: number,
): Problem {
  const from = start + at;
  return new Problem({
    code: "time-unreadable",
    what: `"${whole}" is not a time that culprit can read`,
    where: caret(whole, from, from + (length ?? text.length - at)),
    why,
    help: TIME_HELP,
    exit: Exit.usage,
  });
}
