import { Problem } from "../problems/problem.js";
import { explainMismatch, understood } from "./compile/explain.js";
import { explainJson } from "./compile/json.js";
import { isJson, type Format, type TextFormat } from "./format.js";
import type { Layout } from "./layout.js";
import { looksLikeJson } from "./reading.js";

/** The Problem of a log that no format reads: what it is instead, or how far the nearest one came. */
export function unreadable(
  sample: readonly string[],
  name: string,
  formats: readonly Format[],
): Problem {
  const what = `No line of ${name} can be read`;
  const foreign = foreignKind(sample);
  if (foreign !== undefined) {
    return new Problem({
      code: "no-readable-line",
      what,
      where: name,
      why: `This is ${foreign}, not a log of lines`,
      help: "Give the text of the log, plain or as gzip or zstd",
      exit: 3,
    });
  }
  const index = sample.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  const at = Math.max(0, index);
  const line = sample[at] ?? "";
  const miss = looksLikeJson(sample) ? jsonMiss(line, formats) : nearestMiss(line, formats);
  return new Problem({
    code: "no-readable-line",
    what,
    where: `${name}:${at + 1}\n${pointed(line, miss.at)}`,
    why: miss.why,
    help: "Name the format with --format (culprit formats lists them), or give the writer's own format string with --log-format",
    exit: 3,
  });
}

interface Miss {
  /** How many characters of the line were understood. */
  readonly at: number;
  readonly why: string;
}

/** The text format that understands the longest beginning of the line. */
function nearestMiss(line: string, formats: readonly Format[]): Miss {
  let nearest: { format: TextFormat; layout: Layout; at: number } | undefined;
  for (const format of formats) {
    // What is read by its header alone has values that may be anything.
    if (isJson(format) || format.header !== undefined) continue;
    for (const layout of format.layouts) {
      const { at } = understood(layout, line.slice(0, LONGEST));
      if (at > (nearest?.at ?? 0)) nearest = { format, layout, at };
    }
  }
  if (nearest === undefined) return { at: 0, why: "No format begins as this line does" };
  const { format, layout, at } = nearest;
  const why = format.explain?.(line, layout) ?? explainMismatch(layout, line.slice(0, LONGEST));
  return { at, why: `The nearest format is ${format.name}: ${why}` };
}

/** Enough of a line to say what it is not. */
const LONGEST = 4096;

function jsonMiss(line: string, formats: readonly Format[]): Miss {
  const general = formats.findLast(isJson);
  const why = general === undefined ? "no format reads JSON" : explainJson(general.json)(line);
  const isObject = why.startsWith("the object");
  return {
    at: isObject ? line.length : 0,
    why: isObject ? "The lines are JSON, but no request is in them under a usual name" : why,
  };
}

/** Room for what was understood and for what was not. */
const BEFORE = 60;
const BEHIND = 40;

/** A part of the line with a pointer under the place where it was no longer understood. */
function pointed(line: string, at: number): string {
  const from = Math.max(0, at - BEFORE);
  const shown = line.slice(from, at + BEHIND).replaceAll(/\p{C}/gu, "·");
  const text = `${from > 0 ? "…" : ""}${shown}${at + BEHIND < line.length ? "…" : ""}`;
  return `${text}\n${" ".repeat(at - from + (from > 0 ? 1 : 0))}^ matched up to here`;
}

const magics: readonly (readonly [kind: string, beginning: RegExp])[] = [
  ["a Parquet file", /^PAR1/],
  ["a zip file", /^PK\u0003\u0004/],
  ["a bzip2 file", /^BZh[1-9]/],
  ["an xz file", /^.7zXZ\0/s],
  ["a 7z file", /^7z/],
  ["a gzip file", /^\u001f/],
  ["an ORC file", /^ORC/],
  ["an Avro file", /^Obj\u0001/],
  ["a PDF file", /^%PDF-/],
  ["a SQLite database", /^SQLite format 3/],
  ["a program", /^(?:\u007fELF|MZ)/],
  ["a picture", /^(?:.PNG|GIF8|.{1,4}JFIF)/s],
  ["XML", /^\s*<(?:\?xml|Event\b)/],
  ["an HTML page", /^\s*<(?:!DOCTYPE html|html)\b/i],
];

/** What the lines are instead of a log, where their beginning or their bytes tell it. */
function foreignKind(sample: readonly string[]): string | undefined {
  const beginning = sample.slice(0, 20).join("\n").slice(0, LONGEST);
  const magic = magics.find(([, pattern]) => pattern.test(beginning));
  if (magic !== undefined) return magic[0];
  const odd =
    beginning.match(/[\0-\b\u000E-\u001A\u001C-\u001F\uFFFD\u{EF00}-\u{EFFF}]/gu)?.length ?? 0;
  return odd > beginning.length / 10 ? "binary data" : undefined;
}
