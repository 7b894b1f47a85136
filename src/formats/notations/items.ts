import type { Kind } from "../kinds/kind.js";
import { isLiteral, type Field, type Item } from "../layout.js";

/** Adds fixed text to the items; neighbouring literals become one. */
export function pushLiteral(items: Item[], literal: string): void {
  if (literal === "") return;
  const last = items.at(-1);
  if (last !== undefined && isLiteral(last)) {
    items[items.length - 1] = { literal: last.literal + literal };
  } else {
    items.push({ literal });
  }
}

/** `\"`, `\\`, `\t` and `\n` as configuration files write them inside their quotes. */
export const configEscapes = (literal: string): string =>
  literal.replace(/\\(["'\\tn])/g, (_, char: string) =>
    char === "t" ? "\t" : char === "n" ? "\n" : char,
  );

/**
 * A value may stand twice in a line, but a layout names each field once: the later ones are read
 * and left out of the record.
 */
export function nameTwins(items: readonly Item[]): Item[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    if (isLiteral(item)) return item;
    const count = (seen.get(item.native) ?? 0) + 1;
    seen.set(item.native, count);
    if (count === 1) return item;
    const native = `${item.native}#${count}`;
    const kind: Kind = { ...item.kind, columns: { [`_${native}`]: (t: string) => t } };
    return { ...item, native, kind };
  });
}

/** Replaces a run of items by one; `match` says how many items from `index` on belong together. */
export function mergeRuns(
  items: readonly Item[],
  match: (index: number) => { length: number; merged: Item } | undefined,
): Item[] {
  const result: Item[] = [];
  for (let index = 0; index < items.length;) {
    const run = match(index);
    result.push(run?.merged ?? (items[index] as Item));
    index += run?.length ?? 1;
  }
  return result;
}

/**
 * Allows unquoted fields to be empty where a delimiter beside them is no blank: `x=$x;`.
 * Between two blanks an empty value could not be told from a longer run of blanks.
 */
export function allowEmpty(items: readonly Item[]): Item[] {
  return items.map((item, index): Item => {
    if (isLiteral(item) || item.quoted === true) return item;
    if (!besideDelimiter(items[index - 1], -1) && !besideDelimiter(items[index + 1], 0))
      return item;
    return withPattern(item, `(?:${item.kind.pattern})?`);
  });
}

const besideDelimiter = (item: Item | undefined, at: number): boolean =>
  item !== undefined && isLiteral(item) && !/[ \t]/.test(item.literal.at(at) as string);

/** Words in front of a slash hold none: `%b/%s`, `%Ss/%03>Hs`. */
export const endAtSlash = (items: readonly Item[]): Item[] =>
  items.map((item, index): Item => {
    const next = items[index + 1];
    const isWord = !isLiteral(item) && item.quoted !== true && item.kind.name === "text";
    if (!isWord || next === undefined || !isLiteral(next)) return item;
    return next.literal.startsWith("/") ? withPattern(item, "[^ \\t/]+") : item;
  });

export const withPattern = (field: Field, pattern: string): Field => ({
  ...field,
  kind: { ...field.kind, pattern },
});

/** Is this the field of that native name? */
export const isNative = (item: Item | undefined, native: string): boolean =>
  item !== undefined && !isLiteral(item) && item.native === native;
