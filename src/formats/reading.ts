import { exactReader, slotsOf, type ExactReader } from "./compile/exact.js";
import { jsonParser, textParser, type Parser, type ParserOptions } from "./compile/parser.js";
import { isJson, type Format, type TextFormat } from "./format.js";
import type { Layout } from "./layout.js";

/** One way to read a log: a format, the layout most of its lines have, and how well it fits. */
export interface Reading {
  readonly format: Format;
  /** Identifies equal readings, so that their inputs are read together. */
  readonly key: string;
  /** Share of the sampled lines that are understood, 0 to 1; 0 when there were none. */
  readonly fit: number;
  parser(options: Omit<ParserOptions, "logType" | "comment">): Parser;
}

/** How a format reads these first lines of a log. */
export function readingOf(format: Format, lines: readonly string[]): Reading {
  if (isJson(format)) {
    const known = lines.filter((line) => line.trim() !== "");
    const parsed = known.filter((line) => isObjectWith(line, format.json.requires));
    return {
      format,
      key: format.name,
      fit: share(parsed.length, known.length),
      parser: (options) => jsonParser(format.json, { ...options, logType: format.name }),
    };
  }
  const header = format.header && lines.map(format.header).find((layout) => layout !== undefined);
  return textReading(format, header === undefined ? format.layouts : [header], lines);
}

function textReading(
  format: TextFormat,
  layouts: readonly Layout[],
  lines: readonly string[],
): Reading {
  const exact = readerOf(format, layouts);
  const known = lines.filter((line) => line.trim() !== "" && !isComment(format, line));
  const counts = new Map<string, { layout: number; fields: number; count: number }>();
  for (const line of known) {
    const match = exact(line);
    if (match === undefined) continue;
    const key = `${match.layout}/${match.fields}`;
    const seen = counts.get(key) ?? { layout: match.layout, fields: match.fields, count: 0 };
    counts.set(key, { ...seen, count: seen.count + 1 });
  }
  const shapes = [...counts.values()].sort((a, b) => b.count - a.count);
  const primary = shapes[0] ?? { layout: 0, fields: Number.MAX_SAFE_INTEGER };
  const parsed = shapes.reduce((sum, { count }) => sum + count, 0);
  const natives = layouts.map(({ items }) =>
    items.map((item) => ("native" in item ? item.native : "")),
  );
  return {
    format,
    key: JSON.stringify([format.name, natives, primary.layout, primary.fields]),
    fit: share(parsed, known.length),
    parser: (options) =>
      textParser(
        layouts,
        primary,
        {
          ...options,
          logType: format.name,
          ...(format.comment === undefined ? {} : { comment: format.comment }),
        },
        exact,
      ),
  };
}

/** Compiling twenty regular expressions costs milliseconds: once per format is enough. */
const readers = new WeakMap<readonly Layout[], ExactReader>();

function readerOf(format: TextFormat, layouts: readonly Layout[]): ExactReader {
  const known = readers.get(layouts);
  if (known !== undefined) return known;
  const slots = slotsOf(layouts);
  const reader = format.exact?.(slots) ?? exactReader(layouts, slots);
  readers.set(layouts, reader);
  return reader;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const isComment = (format: TextFormat, line: string): boolean =>
  format.comment !== undefined && line.startsWith(format.comment);

function isObjectWith(line: string, requires: readonly string[]): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return requires.some((path) => at(value, path) != null);
  } catch {
    return false;
  }
}

/** The value at `a.b[0]`, undefined where a step is missing. */
function at(value: unknown, path: string): unknown {
  let here = value;
  for (const step of path.split(/[.[\]]+/).filter((name) => name !== "")) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}
