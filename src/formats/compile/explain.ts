import { isLiteral, type Item, type Layout } from "../layout.js";
import { itemPattern, matchOf } from "./exact.js";

/** How much of an unreadable line is worth showing. */
const SHOWN = 60;

/**
 * Why a line is not of this layout: how far it was understood and what should have come next.
 * Rejects are rare, so this tries ever longer beginnings of the layout, longest first.
 */
export function explainMismatch(layout: Layout, line: string): string {
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
  const { items } = layout;
  for (let count = items.length; count > 0; count--) {
    const pattern = items
      .slice(0, count)
      .map((item) => itemPattern(item, layout))
      .join("");
    const match = matchOf(new RegExp(`^[ \\t]*${pattern}`, "s"), line);
    if (match !== null) return { at: match[0].length, next: items[count] };
  }
  return { at: 0, next: items[0] };
}

const isBlank = (item: Item): boolean => isLiteral(item) && item.literal.trim() === "";

function describe(item: Item): string {
  if (isLiteral(item)) return isBlank(item) ? "a space" : JSON.stringify(item.literal);
  const wants = item.kind.wants === "text" ? "" : ` (${item.kind.wants})`;
  return `${item.native}${item.quoted === true ? " in quotes" : ""}${wants}`;
}
