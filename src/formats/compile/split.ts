import { literal } from "../../engines/sql.js";
import { isLiteral, type Field, type Item, type Layout } from "../layout.js";

/**
 * The fast reading of a layout: nested string splits, each level a stage of SELECTs.
 * A line is taken when every split has exactly the parts that the layout has. Since each
 * delimiter then stands where the layout puts it, there is only one way to read the line.
 */
export interface Split {
  /** `expression AS name` per level; a level only uses names of the levels before it. */
  readonly stages: readonly (readonly string[])[];
  /** All must hold; any of them may be NULL, which means no. */
  readonly conditions: readonly string[];
  /** The text of each field by native name. */
  readonly cells: ReadonlyMap<string, string>;
  /** Fields between fixed texts, such as `[%t]`: the text they were taken from. */
  readonly wrapped: ReadonlyMap<string, Wrapped>;
}

/** `text` is `prefix`, the field, `suffix`. */
export interface Wrapped {
  readonly text: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Those of the conditions that any value between prefix and suffix fulfils. */
  readonly implied: readonly string[];
}

/** Undefined when two fields touch, so that no delimiter can tell them apart. */
export function splitLayout(layout: Layout, line: string): Split | undefined {
  const splitter = new Splitter(layout.padded ?? 0);
  if (!splitter.split(layout.items, line, 0, { open: layout.openEnded === true })) return undefined;
  const conditions = [...plainOf(layout, line), ...splitter.conditions];
  const { stages, cells, wrapped } = splitter;
  return { stages, conditions, cells, wrapped };
}

/**
 * The line has nothing in it that would have to be taken back, and no tab where the layout has
 * spaces: to the exact reading both are blanks.
 */
function plainOf(layout: Layout, line: string): string[] {
  const escape = { backslash: "\\", bytes: "\\", doubled: '"', none: undefined }[layout.escaping];
  const tabbed = layout.items.some((item) => isLiteral(item) && item.literal.includes("\t"));
  const refused = [...(escape === undefined ? [] : [escape]), ...(tabbed ? [] : ["\t"])];
  return refused.map((char) => `NOT contains(${line}, ${literal(char)})`);
}

/** Part of a line between two delimiters: the items in it and the indexes of its pieces. */
interface Part {
  readonly items: Item[];
  readonly first: number;
  last: number;
}

/** What is known of a text before it is split. */
interface Known {
  /** Further pieces may follow the last one. */
  readonly open?: boolean;
  /** It is not empty. */
  readonly filled?: boolean;
}

class Splitter {
  readonly stages: string[][] = [];
  readonly conditions: string[] = [];
  readonly cells = new Map<string, string>();
  readonly wrapped = new Map<string, Wrapped>();
  #names = 0;

  constructor(readonly padded: number) {}

  split(items: readonly Item[], text: string, level: number, known: Known = {}): boolean {
    const [first] = items;
    if (first === undefined) {
      this.conditions.push(`${text} = ''`);
      return true;
    }
    if (items.every(isLiteral)) {
      const fixed = items.map(({ literal: words }) => words).join("");
      this.conditions.push(`${text} = ${literal(fixed)}`);
      return true;
    }
    if (hasQuotes(items)) return this.#divide(quoteParts(items), '"', text, level, known);
    for (const blank of ["\t", " "]) {
      if (items.some((item) => isLiteral(item) && item.literal.includes(blank))) {
        const parts = charParts(items, blank);
        let plain = text;
        for (let run = 0; run < this.padded; run++) plain = this.#name(fold(plain), level + run);
        return this.#divide(parts, blank, plain, level + this.padded, known);
      }
    }
    if (items.length === 1 && !isLiteral(first)) return this.#take(first, text, known);
    return this.#stripEnds(items, text, level);
  }

  #take(field: Field, text: string, { filled = false }: Known = {}): boolean {
    this.cells.set(field.native, text);
    if (!filled && !matchesEmpty(field)) this.conditions.push(`${text} <> ''`);
    if (field.kind.ascii === true) this.conditions.push(`strlen(${text}) = length(${text})`);
    return true;
  }

  #name(expression: string, level: number): string {
    const name = `s${++this.#names}`;
    (this.stages[level] ??= []).push(`${expression} AS ${name}`);
    return name;
  }

  #divide(
    parts: Part[],
    delimiter: string,
    text: string,
    level: number,
    { open = false }: Known = {},
  ): boolean {
    const pieces = this.#name(`string_split(${text}, ${literal(delimiter)})`, level);
    const count = (parts.at(-1) as Part).last;
    const isOpen = open && delimiter !== '"';
    this.conditions.push(`len(${pieces}) ${isOpen ? ">=" : "="} ${count}`);
    // Two spaces are one delimiter and not an empty value, as in the exact reading.
    if (delimiter === " ") this.conditions.push(`NOT contains(${text}, '  ')`);
    return parts.every(({ items, first, last }, index) => {
      const isLast = index === parts.length - 1;
      // Where no two spaces stand together, a piece between others is not empty.
      const filled = delimiter === " " && index > 0 && !isLast;
      const known = { open: open && !isOpen && isLast, filled };
      if (first === last) return this.split(items, `${pieces}[${first}]`, level + 1, known);
      const span = this.#name(joined(pieces, first, last, delimiter), level + 1);
      return this.split(items, span, level + 2, known);
    });
  }

  /** `[%t]`, `id=%u;`: checks and removes the fixed text around, then divides what is left. */
  #stripEnds(items: readonly Item[], text: string, level: number): boolean {
    const inner = [...items];
    const prefix = takeLiteral(inner, "shift");
    const suffix = takeLiteral(inner, "pop");
    if (prefix !== "") this.conditions.push(`starts_with(${text}, ${literal(prefix)})`);
    if (suffix !== "") this.conditions.push(`ends_with(${text}, ${literal(suffix)})`);
    if (inner.length === 0) {
      this.conditions.push(`${text} = ${literal(prefix + suffix)}`);
      return true;
    }
    const length = prefix.length + suffix.length;
    const rest =
      length === 0
        ? text
        : this.#name(`substr(${text}, ${prefix.length + 1}, length(${text}) - ${length})`, level);
    const next = length === 0 ? level : level + 1;
    const [only] = inner;
    if (inner.length === 1 && only !== undefined && !isLiteral(only)) {
      const before = this.conditions.length;
      this.#take(only, rest);
      const implied = this.conditions.slice(before);
      this.wrapped.set(only.native, { text, prefix, suffix, implied });
      return true;
    }
    const divider = inner.find(isLiteral);
    if (divider === undefined) return false;
    const char = divider.literal[0] as string;
    return this.#divide(charParts(inner, char), char, rest, next);
  }
}

/** Between its delimiters the value may be missing. */
const matchesEmpty = ({ kind }: Field): boolean =>
  new RegExp(`^(?:${kind.pattern})$`, "s").test("");

const hasQuotes = (items: readonly Item[]): boolean =>
  items.some((item) => (isLiteral(item) ? item.literal.includes('"') : item.quoted === true));

/** Several pieces as they stood in the text; NULL when there are not so many. */
function joined(pieces: string, first: number, last: number, delimiter: string): string {
  const all = Array.from({ length: last - first + 1 }, (_, index) => `${pieces}[${first + index}]`);
  return all.join(` || ${literal(delimiter)} || `);
}

/** The first run of spaces as one; a line that then still has another is not taken. */
const fold = (text: string): string =>
  `CASE WHEN contains(${text}, '  ') THEN left(${text}, strpos(${text}, '  ')) || ltrim(substr(${text}, strpos(${text}, '  ')), ' ') ELSE ${text} END`;

function takeLiteral(items: Item[], end: "shift" | "pop"): string {
  const item = end === "shift" ? items[0] : items.at(-1);
  if (item === undefined || !isLiteral(item)) return "";
  items[end]();
  return item.literal;
}

/** Divides at double quotes: outside, inside, outside … */
function quoteParts(items: readonly Item[]): Part[] {
  const parts: Part[] = [{ items: [], first: 1, last: 1 }];
  for (const item of items) {
    if (isLiteral(item)) {
      appendDivided(parts, item.literal, '"');
    } else if (item.quoted === true) {
      openPart(parts).items.push({ native: item.native, kind: { ...item.kind, pattern: ".*" } });
      openPart(parts);
    } else {
      (parts.at(-1) as Part).items.push(item);
    }
  }
  return parts;
}

/** Divides at each `char` of the literals; a field that contains spaces spans several pieces. */
function charParts(items: readonly Item[], char: string): Part[] {
  const parts: Part[] = [{ items: [], first: 1, last: 1 }];
  for (const item of items) {
    if (isLiteral(item)) {
      appendDivided(parts, item.literal, char);
    } else {
      const part = parts.at(-1) as Part;
      part.items.push(item);
      if (char === " ") part.last += item.kind.spaces;
    }
  }
  return parts;
}

function appendDivided(parts: Part[], text: string, char: string): void {
  text.split(char).forEach((piece, index) => {
    const part = index === 0 ? (parts.at(-1) as Part) : openPart(parts);
    if (piece !== "") part.items.push({ literal: piece });
  });
}

function openPart(parts: Part[]): Part {
  const next = (parts.at(-1) as Part).last + 1;
  const part = { items: [], first: next, last: next };
  parts.push(part);
  return part;
}
