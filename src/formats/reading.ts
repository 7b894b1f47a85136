import { exactReader, slotsOf, type ExactReader } from "./compile/exact.js";
import { isObjectOf } from "./compile/json.js";
import { jsonParser } from "./compile/json-parser.js";
import type { Parser, ParserOptions } from "./compile/parser.js";
import { textParser } from "./compile/text-parser.js";
import { isJson, type Format, type TextFormat } from "./format.js";
import type { JsonLayout, Layout } from "./layout.js";

/** One way to read a log: a format, the layout most of its lines have, and how well it fits. */
export interface Reading {
  readonly format: Format;
  /** Identifies equal readings, so that their inputs are read together. */
  readonly key: string;
  /** Share of the sampled lines that are understood, 0 to 1; 0 when there were none. */
  readonly fit: number;
  /** Share of them that look as the format's name says, and not as a relative of it. */
  readonly own: number;
  /** Share of them that are only understood by accepting fields that nobody has described. */
  readonly guessed: number;
  parser(options: Omit<ParserOptions, "logType" | "comment">): Parser;
}

/** How a format reads these first lines of a log. */
export function readingOf(format: Format, lines: readonly string[]): Reading {
  if (isJson(format)) return jsonReading(format, format.json, lines);
  if (format.asJson !== undefined && looksLikeJson(lines)) {
    return jsonReading(format, format.asJson, lines);
  }
  const headers = lines.map((line) => format.header?.(line));
  const first = headers.findIndex((header) => header !== undefined);
  if (first < 0) return textReading(format, format.layouts, lines);
  const next = headers.findIndex((header, index) => index > first && header !== undefined);
  const under = lines.slice(first, next < 0 ? lines.length : next);
  return textReading(format, headers[first] as readonly Layout[], under);
}

function jsonReading(format: Format, layout: JsonLayout, lines: readonly string[]): Reading {
  const known = lines.filter(isFilled);
  const parsed = known.filter((line) => isObjectOf(layout, line));
  const fit = share(parsed.length, known.length);
  return {
    format,
    key: `${format.name} json`,
    fit,
    own: fit,
    guessed: 0,
    parser: (options) => jsonParser(layout, { ...options, logType: format.name }),
  };
}

function textReading(
  format: TextFormat,
  layouts: readonly Layout[],
  lines: readonly string[],
): Reading {
  const exact = readerOf(format, layouts);
  const known = lines.filter((line) => isFilled(line) && !isComment(format, line));
  const counts = new Map<string, { layout: number; fields: number; count: number }>();
  for (const line of known) {
    const match = exact(line);
    if (match === undefined) continue;
    const key = `${match.layout}/${match.fields}`;
    const seen = counts.get(key) ?? { layout: match.layout, fields: match.fields, count: 0 };
    counts.set(key, { ...seen, count: seen.count + 1 });
  }
  const shapes = [...counts.values()].toSorted((a, b) => b.count - a.count);
  const primary = shapes[0] ?? { layout: 0, fields: Number.MAX_SAFE_INTEGER };
  const total = (of: typeof shapes): number => of.reduce((sum, { count }) => sum + count, 0);
  const isHeader = layouts !== format.layouts;
  const own = isHeader ? layouts.length : (format.own ?? layouts.length);
  const described = isHeader ? layouts.length : layouts.length - (format.guesses ?? 0);
  const natives = layouts.map(({ items }) =>
    items.map((item) => ("native" in item ? item.native : "")),
  );
  return {
    format,
    key: JSON.stringify([format.name, natives, primary.layout, primary.fields]),
    fit: share(total(shapes), known.length),
    own: share(total(shapes.filter(({ layout }) => layout < own)), known.length),
    guessed: share(total(shapes.filter(({ layout }) => layout >= described)), known.length),
    parser: (options) =>
      textParser(
        layouts,
        primary,
        {
          ...options,
          logType: format.name,
          ...(format.comment === undefined ? {} : { comment: format.comment }),
        },
        {
          exact: readerOf(format, layouts, primary.layout),
          explain: format.explain,
          portable: format.reads?.portable,
          ordered: orderedFrom(layouts, primary.layout),
        },
      ),
  };
}

/** Compiling twenty regular expressions costs milliseconds: once per format is enough. */
const readers = new WeakMap<readonly Layout[], Map<number, ExactReader>>();

/** Reads by all layouts, by the one that most lines have first: some lines fit several. */
function readerOf(format: TextFormat, layouts: readonly Layout[], first = 0): ExactReader {
  const known = readers.get(layouts) ?? new Map<number, ExactReader>();
  readers.set(layouts, known);
  const slots = slotsOf(layouts);
  const reader =
    known.get(first) ??
    format.reads?.exact(layouts, slots) ??
    exactReader(orderedFrom(layouts, first), slots);
  known.set(first, reader);
  return reader;
}

const orderedFrom = (layouts: readonly Layout[], first: number): readonly Layout[] => [
  layouts[first] as Layout,
  ...layouts.filter((_, index) => index !== first),
];

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Whether most of the lines begin as a JSON object does. */
export function looksLikeJson(lines: readonly string[]): boolean {
  const known = lines.filter(isFilled);
  return 2 * known.filter((line) => /^\s*\{/.test(line)).length > known.length;
}

const isFilled = (line: string): boolean => line.trim() !== "";

const isComment = (format: TextFormat, line: string): boolean =>
  format.comment !== undefined && line.startsWith(format.comment);
