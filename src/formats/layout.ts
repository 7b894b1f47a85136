import type { Kind } from "./kinds/kind.js";

/**
 * How a writer protects its delimiters inside a quoted value.
 * `backslash`: `\"`, `\\`, `\n`, `\xHH` (Apache, nginx, Tomcat, HAProxy);
 * `bytes`: the same, where `\u00HH` is one byte of UTF-8 and not a character (Tomcat);
 * `none`: nothing is protected (S3);
 * `doubled`: any value may stand in double quotes, where a quote is written twice (W3C).
 */
export type Escaping = "backslash" | "bytes" | "none" | "doubled";

/** One value of a line. */
export interface Field {
  /** The owner's own name: `%h`, `$remote_addr`, `cs-uri-stem`; unique within a layout. */
  readonly native: string;
  readonly kind: Kind;
  /** The value stands between double quotes. */
  readonly quoted?: boolean;
  /** What a quoted field may be without its quotes, as a pattern. */
  readonly bare?: string;
  /** How it is protected, where that is otherwise than in the rest of the line. */
  readonly escaping?: Escaping;
}

/**
 * Fixed text between values. A space stands for any run of spaces and tabs in the exact reading, a
 * tab only for itself.
 */
export interface Literal {
  readonly literal: string;
}

export type Item = Literal | Field;

export const isLiteral = (item: Item): item is Literal => "literal" in item;

/** One way a line can look: literals and fields in order. */
export interface Layout {
  readonly items: readonly Item[];
  readonly escaping: Escaping;
  /** Items from this index on may be missing, from the end: formats that grew over the years. */
  readonly optionalFrom?: number;
  /** The numbers of fields that lines of earlier years had; default: every one from there on. */
  readonly stops?: readonly number[];
  /** Unknown further fields at the end are accepted, for the years to come. */
  readonly openEnded?: boolean;
  /** The closing quote of the last value may be missing: writers cut long lines. */
  readonly cutEnd?: boolean;
  /** How many fields are padded with spaces (Squid's `%6tr`). */
  readonly padded?: number;
  /** A blank stands for itself alone, so that text between two may be empty. */
  readonly oneBlank?: boolean;
}

/**
 * A JSON object a line; each field is read from a path such as `request.headers.User-Agent[0]`.
 * What no field names, top-level, stays in `extra`.
 */
export interface JsonLayout {
  readonly json: readonly JsonField[];
  /** A line is refused when none of these paths is present … */
  readonly requires: readonly string[];
  /** … or one of these is missing. */
  readonly needs?: readonly string[];
}

export interface JsonField extends Field {
  /** Other names of the same thing: the first path that is present is taken. */
  readonly paths: readonly string[];
}

export const fieldsOf = (layout: Layout): Field[] =>
  layout.items.filter((item): item is Field => !isLiteral(item));

/** Moves the double quotes around a field from the literals beside it to the field itself. */
export function absorbQuotes(items: readonly Item[]): Item[] {
  const result: Item[] = items.map((item) => ({ ...item }));
  for (let index = 1; index < result.length - 1; index++) {
    const [before, item, after] = result.slice(index - 1, index + 2) as [Item, Item, Item];
    if (isLiteral(item) || !isLiteral(before) || !isLiteral(after)) continue;
    if (!before.literal.endsWith('"') || !after.literal.startsWith('"')) continue;
    result[index - 1] = { literal: before.literal.slice(0, -1) };
    result[index] = { ...item, quoted: true };
    result[index + 1] = { literal: after.literal.slice(1) };
  }
  return result.filter((item) => !isLiteral(item) || item.literal !== "");
}

/** Item counts at which a layout with an optional tail may stop, shortest first. */
export function tailEnds(layout: Layout): number[] {
  const from = layout.optionalFrom ?? layout.items.length;
  const ends: number[] = [];
  for (let end = from; end < layout.items.length; end++) {
    const last = layout.items[end - 1];
    if (last === undefined || isLiteral(last)) continue;
    const fields = layout.items.slice(0, end).filter((item) => !isLiteral(item)).length;
    if (layout.stops === undefined || layout.stops.includes(fields)) ends.push(end);
  }
  return [...ends, layout.items.length];
}

/** The layout as a line with this many fields has it: without its optional tail. */
export function withFields(layout: Layout, fields: number): Layout {
  const end = tailEnds(layout).find(
    (count) => fieldsOf({ ...layout, items: layout.items.slice(0, count) }).length >= fields,
  );
  const { optionalFrom: _, stops: __, openEnded, ...rest } = layout;
  const items = layout.items.slice(0, end);
  const open = openEnded === true && items.length === layout.items.length;
  return { ...rest, items, ...(open ? { openEnded } : {}) };
}
