import { readable } from "../compile/escapes.js";
import type { Cells, ExactReader } from "../compile/exact.js";
import {
  fieldsOf,
  isLiteral,
  tailEnds,
  type Escaping,
  type Field,
  type Item,
  type Layout,
} from "../layout.js";
import { nameTwins } from "./items.js";

/** A line of values with the same delimiter between each two. */
export function delimitedLayout(
  fields: readonly Field[],
  delimiter: string,
  escaping: Escaping,
): Layout {
  const items = fields.flatMap((field, index): Item[] =>
    index === 0 ? [field] : [{ literal: delimiter }, field],
  );
  return { items: nameTwins(items), escaping };
}

/**
 * Reads lines of delimited values. A space stands for any run of blanks, every other delimiter for
 * itself, so that values may be empty. With the escaping `doubled` a value may stand in quotes.
 */
export function delimitedReader(layouts: readonly Layout[], slots: readonly Field[]): ExactReader {
  const slotIndex = new Map(slots.map((slot, index) => [slot.native, index]));
  const readers = layouts.map((layout) => ({
    layout,
    counts: new Set(fieldCounts(layout)),
    targets: fieldsOf(layout).map(({ native, kind }) => ({
      slot: slotIndex.get(native) as number,
      shape: kind.shape,
    })),
  }));
  return (line) => {
    for (const [index, { layout, counts, targets }] of readers.entries()) {
      if (targets[0]?.shape?.test(firstWord(line)) === false) continue;
      const values = valuesOf(layout, line, counts);
      if (values === undefined || !counts.has(values.length)) continue;
      if (values.some((value, at) => targets[at]?.shape?.test(value) === false)) continue;
      const cells: Cells = slots.map(() => null);
      values.forEach((value, at) => {
        cells[targets[at]?.slot as number] = readable(value, layout.escaping);
      });
      return { cells, layout: index, fields: values.length };
    }
    return undefined;
  };
}

/** Why a line is not of this layout. */
export function explainDelimited(line: string, layout: Layout): string | undefined {
  const fields = fieldsOf(layout);
  const values = valuesOf(layout, line, new Set([fields.length, MANY]));
  if (values === undefined) return "a quote is not closed";
  if (values.length !== fields.length) {
    const count = values.length > MANY ? `more than ${MANY}` : values.length;
    return `the line has ${count} values and not ${fields.length}`;
  }
  const wrong = fields.findIndex(({ kind }, at) => kind.shape?.test(values[at] ?? "") === false);
  const field = fields[wrong];
  return field && `${field.native} is not ${field.kind.wants}: ${values[wrong]?.slice(0, 80)}`;
}

/** How far the values of a refused line are counted. */
const MANY = 999;

const fieldCounts = (layout: Layout): number[] =>
  tailEnds(layout).map((end) => fieldsOf({ ...layout, items: layout.items.slice(0, end) }).length);

const delimiterOf = (layout: Layout): string => layout.items.find(isLiteral)?.literal ?? " ";

function valuesOf(layout: Layout, line: string, counts: ReadonlySet<number>): string[] | undefined {
  const delimiter = delimiterOf(layout);
  // One more than any line of this layout has: enough to refuse a line without end.
  const limit = Math.max(...counts) + 1;
  const values = delimiter === " " ? blankDivided(line, limit) : line.split(delimiter, limit);
  if (layout.escaping !== "doubled" || !line.includes('"')) return values;
  // A writer that never quotes has as many words as fields, whatever quotes are in them.
  const plain = counts.has(values.length) ? values : undefined;
  if (plain !== undefined) return plain.map((value) => unquoted(value));
  return delimiter === " " ? quotedWords(line, limit) : values.map((value) => unquoted(value));
}

/** Lines of another log differ here already. */
const firstWord = (line: string): string => /^[ \t]*"?([^ \t"]*)/.exec(line)?.[1] ?? "";

/** Blanks around the line leave an empty part at either end. */
const blankDivided = (line: string, limit: number): string[] =>
  line.split(/[ \t]+/, limit + 2).filter((part) => part !== "");

function quotedWords(line: string, limit: number): string[] | undefined {
  const words: string[] = [];
  for (let at = nextWord(line, 0); at < line.length && words.length < limit;) {
    const end = line[at] === '"' ? closingQuote(line, at) : nextBlank(line, at);
    if (end === undefined) return undefined;
    words.push(unquoted(line.slice(at, end)));
    at = nextWord(line, end);
  }
  return words;
}

const isBlank = (char: string | undefined): boolean => char === " " || char === "\t";

function nextWord(line: string, from: number): number {
  let at = from;
  while (isBlank(line[at])) at++;
  return at;
}

function nextBlank(line: string, from: number): number {
  let at = from;
  while (at < line.length && !isBlank(line[at])) at++;
  return at;
}

/** Behind the quote that ends the value: the next single one before a blank or the line's end. */
function closingQuote(line: string, open: number): number | undefined {
  for (let at = line.indexOf('"', open + 1); at >= 0; at = line.indexOf('"', at + 1)) {
    if (line[at + 1] === '"') at++;
    else if (at + 1 === line.length || isBlank(line[at + 1])) return at + 1;
  }
  return undefined;
}

function unquoted(value: string): string {
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1).replaceAll('""', '"') : value;
}
