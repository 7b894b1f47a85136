import { isLiteral, type Item, type Layout } from "../layout.js";
import { itemPattern, matchOf } from "./exact.js";
import { tooManyWays } from "./freedom.js";

/** How much of an unreadable line is worth showing. */
const SHOWN = 60;

/**
 * Why a line is not of this layout: how far it was understood and what should have come next.
 * Rejects are rare, so this tries ever longer beginnings of the layout.
 */
export function explainMismatch(layout: Layout, line: string): string {
  if (tooManyWays(layout)(line)) return "the line can be divided in too many ways";
  const { at, next } = understood(layout, line);
  const rest = line.slice(at, at + SHOWN);
  if (next === undefined) return `column ${at + 1}: text after the last field: ${rest}`;
  if (rest === "") {
    const missing = isBlank(next) ? (layout.items[layout.items.indexOf(next) + 1] ?? next) : next;
    return `the line ends where ${describe(missing)} should stand`;
  }
  return `column ${at + 1}: expected ${describe(next)} at: ${rest}`;
}

/** How many characters of the line are of this layout, and what should have come next. */
export function understood(layout: Layout, line: string): { at: number; next: Item | undefined } {
  let at = 0;
  for (const [index, item] of layout.items.entries()) {
    const match = matchOf(beginning(layout, index + 1), line);
    if (match === null) return { at, next: item };
    at = match[0].length;
  }
  return { at, next: undefined };
}

/** Compiled once: in a log of another format every line has to be explained. */
const beginnings = new WeakMap<Layout, Map<number, RegExp>>();

/** The first items of a layout as a regular expression. */
function beginning(layout: Layout, count: number): RegExp {
  const known = beginnings.get(layout) ?? new Map<number, RegExp>();
  beginnings.set(layout, known);
  const compiled = known.get(count);
  if (compiled !== undefined) return compiled;
  const items = layout.items.slice(0, count).map((item) => itemPattern(item, layout));
  const made = new RegExp(`^[ \\t]*${items.join("")}`, "s");
  known.set(count, made);
  return made;
}

const isBlank = (item: Item): boolean => isLiteral(item) && item.literal.trim() === "";

function describe(item: Item): string {
  if (isLiteral(item)) return isBlank(item) ? "a space" : JSON.stringify(item.literal);
  const wants = item.kind.wants === "text" ? "" : ` (${item.kind.wants})`;
  return `${item.native}${item.quoted === true ? " in quotes" : ""}${wants}`;
}
