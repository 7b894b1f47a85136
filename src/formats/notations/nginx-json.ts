import { readable } from "../compile/escapes.js";
import { exactReader, type Cells, type ExactReader } from "../compile/exact.js";
import type { Step } from "../compile/json.js";
import { isLiteral, type Field, type Item, type Layout } from "../layout.js";

/** A value of the template object: one variable, or variables with text between them. */
export interface Leaf {
  readonly path: readonly Step[];
  readonly items: readonly Item[];
}

/**
 * Reads the lines of a log_format that writes JSON: as nginx writes them, by the layout, which also
 * takes what is no JSON (`"time":,` for a missing number); and as others rewrite them, by name.
 */
export function jsonTemplateReader(
  layout: Layout,
  items: readonly Item[],
  slots: readonly Field[],
): ExactReader {
  const written = exactReader([layout], slots);
  const leaves = templateLeaves(items);
  const readers = leaves.map((leaf) => leafReader(leaf, layout, slots));
  return (line) => {
    const match = written(line);
    if (match !== undefined || !line.includes("{")) return match;
    const object = parsed(line);
    if (object === undefined) return undefined;
    const cells: Cells = slots.map(() => null);
    leaves.forEach(({ path }, index) => readers[index]?.(textAt(object, path), cells));
    const fields = cells.filter((cell) => cell !== null).length;
    return fields === 0 ? undefined : { cells, layout: 0, fields };
  };
}

/** Is this notation the template of one JSON object? */
export const isJsonTemplate = (logFormat: string): boolean => /^\s*\{.*\}\s*$/s.test(logFormat);

type LeafReader = (value: string | undefined, cells: Cells) => void;

function leafReader({ items }: Leaf, layout: Layout, slots: readonly Field[]): LeafReader {
  const index = (native: string): number => slots.findIndex((slot) => slot.native === native);
  const [only] = items;
  if (items.length === 1 && only !== undefined && !isLiteral(only)) {
    const slot = index(only.native);
    return (value, cells) => {
      if (value !== undefined) cells[slot] = value;
    };
  }
  const read = exactReader([leafLayout(layout, items)], slots);
  return (value, cells) => {
    if (value === undefined) return;
    read(value)?.cells.forEach((cell, slot) => {
      if (cell !== null) cells[slot] = cell;
    });
  };
}

/** How variables with text between them stand in a value whose escapes are taken back already. */
export const leafLayout = (layout: Layout, items: readonly Item[]): Layout => ({
  ...layout,
  items,
  escaping: "none",
});

/** Stands for the variable of that number in the template while it is parsed. */
const MARK = /\uE000(\d+)\uE001/;

/** The values of the object that a template is; none where the template is no JSON. */
export function templateLeaves(items: readonly Item[]): Leaf[] {
  let inString = false;
  const template = items.map((item, index) => {
    const mark = `\uE000${index}\uE001`;
    if (!isLiteral(item)) return inString ? mark : `"${mark}"`;
    if ((item.literal.split('"').length - 1) % 2 === 1) inString = !inString;
    return item.literal;
  });
  const object = parsed(template.join(""));
  return object === undefined ? [] : [...walk(object, [], items)];
}

function* walk(value: unknown, path: Step[], items: readonly Item[]): Generator<Leaf> {
  if (typeof value === "string") {
    const parts = value.split(MARK).map((part, at): Item => {
      return at % 2 === 1 ? (items[Number(part)] as Item) : { literal: part };
    });
    const found = parts.filter((item) => !isLiteral(item) || item.literal !== "");
    if (found.some((item) => !isLiteral(item))) yield { path, items: found };
  } else if (Array.isArray(value)) {
    for (const [at, inner] of value.entries()) yield* walk(inner, [...path, at], items);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* walk(inner, [...path, name], items);
  }
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function textAt(object: object, path: readonly Step[]): string | undefined {
  let here: unknown = object;
  for (const step of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    // A list has no names, not even its length.
    if (Array.isArray(here) !== (typeof step === "number")) return undefined;
    here = (here as Record<Step, unknown>)[step];
  }
  if (here === null || here === undefined) return undefined;
  const text = typeof here === "string" ? readable(here, "none") : JSON.stringify(here);
  // No engine carries NUL safely.
  return text.replaceAll("\0", "\\x00");
}
