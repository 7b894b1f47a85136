import stringWidth from "string-width";
import { terminalText } from "./escape.js";

/**
 * A text with a pointer under a part of it, for the `where` of a Problem: two lines, free of control
 * characters, the second as wide as the first on a terminal. Offsets are UTF-16, `end` excluded.
 *
 * `caret("status=abc", 7, 10)` → `status=abc\n       ^^^`
 */
export function caret(text: string, start: number, end = start + 1): string {
  const before = stringWidth(terminalText(text.slice(0, start)));
  const under = stringWidth(terminalText(text.slice(start, end)));
  return `${terminalText(text)}\n${" ".repeat(before)}${"^".repeat(Math.max(1, under))}`;
}
