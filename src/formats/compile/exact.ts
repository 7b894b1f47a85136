import { fieldsOf, isLiteral, tailEnds, type Field, type Item, type Layout } from "../layout.js";
import { readable } from "./escapes.js";
import { tooManyWays } from "./freedom.js";

/** A value per slot of the format, in slot order; null where the line has none. */
export type Cells = (string | null)[];

export interface Match {
  readonly cells: Cells;
  /** Which of the layouts it was. */
  readonly layout: number;
  /** How many fields the line held; layouts grew over the years. */
  readonly fields: number;
}

/** Reads one line exactly; undefined when it is of none of the layouts. */
export type ExactReader = (line: string) => Match | undefined;

/** The places of a format's fields: the union over its layouts, by native name. */
export function slotsOf(layouts: readonly Layout[]): Field[] {
  const slots = new Map<string, Field>();
  for (const field of layouts.flatMap(fieldsOf)) {
    if (!slots.has(field.native)) slots.set(field.native, field);
  }
  return [...slots.values()];
}

/** Compiles layouts, tried in order, to a reader that fills the given slots. */
export function exactReader(layouts: readonly Layout[], slots: readonly Field[]): ExactReader {
  const slotIndex = new Map(slots.map((slot, index) => [slot.native, index]));
  const readers = layouts.map((layout) => ({
    layout,
    match: matcher(layout),
    targets: fieldsOf(layout).map((field) => ({
      field,
      slot: slotIndex.get(field.native) as number,
    })),
  }));
  return (line) => {
    // Once for all layouts: each would have to look at a megabyte of blanks again.
    const text = line.replace(/^[ \t]+/, "");
    for (const [index, { layout, match: matches, targets }] of readers.entries()) {
      const match = matches(text);
      if (match === null) continue;
      const values = targets
        .map(({ field, slot }, group) => ({ field, slot, value: match[group + 1] }))
        .filter((cell): cell is typeof cell & { value: string } => cell.value !== undefined);
      if (values.some(({ field, value }) => field.kind.ascii === true && !isAscii(value))) continue;
      const cells: Cells = slots.map(() => null);
      for (const { field, slot, value } of values) {
        cells[slot] = readable(unquoted(field, value, layout), field.escaping ?? layout.escaping);
      }
      return { cells, layout: index, fields: values.length };
    }
    return undefined;
  };
}

/** Items that tell a log of another format before a large expression is compiled for it. */
const FIRST = 4;

/** Matches whole lines; the whole expression is only made when a line begins as the layout does. */
function matcher(layout: Layout): (line: string) => RegExpExecArray | null {
  const first = layout.items.slice(0, Math.min(FIRST, layout.optionalFrom ?? FIRST));
  const beginning = new RegExp(
    `^[ \\t]*${first.map((item) => itemPattern(item, layout)).join("")}`,
    "s",
  );
  const isTooOpen = tooManyWays(layout);
  let whole: RegExp | undefined;
  return (line) => {
    if (isTooOpen(line)) return null;
    if (whole === undefined && matchOf(beginning, line) === null) return null;
    whole ??= new RegExp(`^[ \\t]*${layoutPattern(layout)}[ \\t]*$`, "s");
    return matchOf(whole, line);
  };
}

/** A line of many megabytes can be more than the regular expression engine's stack holds. */
export function matchOf(pattern: RegExp, line: string): RegExpExecArray | null {
  try {
    return pattern.exec(line);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

function unquoted(field: Field, value: string, layout: Layout): string {
  if (field.quoted !== true || !value.startsWith('"')) return value;
  if (layout.cutEnd !== true) return value.slice(1, -1);
  // A line that was cut has no closing quote; an escaped quote at its end is none.
  const closed = /[^\\](?:\\\\)*"$/s.test(value);
  return value.slice(1, closed ? -1 : undefined);
}

/** The whole layout as one regular expression, a group a field, the optional tail nested. */
export function layoutPattern(layout: Layout): string {
  const ends = tailEnds(layout);
  const between = (from: number, to: number): string =>
    layout.items
      .slice(from, to)
      .map((item) => itemPattern(item, layout))
      .join("");
  const tail = ends.slice(1).map((end, index) => `(?:${between(ends[index] as number, end)}`);
  const open = layout.openEnded === true ? "(?:[ \\t].*)?" : "";
  return between(0, ends[0] as number) + tail.join("") + open + ")?".repeat(tail.length);
}

export function itemPattern(item: Item, layout: Layout): string {
  const oneBlank = layout.oneBlank === true;
  if (isLiteral(item)) return oneBlank ? escaped(item.literal) : literalPattern(item.literal);
  if (item.quoted !== true) {
    const { pattern, wants } = item.kind;
    return oneBlank && wants === "text" ? `((?:${pattern})?)` : `(${pattern})`;
  }
  const quoted = layout.escaping === "backslash" ? '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"' : '"[^"]*"';
  const cut = layout.cutEnd === true && item === layout.items.at(-1);
  const ways = [quoted, ...(cut ? [`${quoted.slice(0, -1)}$`] : []), item.bare ?? []];
  return `(${ways.flat().join("|")})`;
}

/** A space in the notation stands for any run of blanks in the line, a tab for one tab. */
const literalPattern = (literal: string): string =>
  literal
    .split(/[ \t]* [ \t]*/)
    .map(escaped)
    .join("[ \\t]+");

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
