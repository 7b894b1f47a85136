import type { Format } from "../formats/format.js";
import { readingOf, type Reading } from "../formats/reading.js";
import type { Input } from "../sources/input.js";
import { Problem } from "../problems/problem.js";
import { badFlag, parseMapping } from "./parse-flags.js";

export interface FormatFlags {
  readonly format?: string;
  readonly logFormat?: string;
  readonly dialect?: string;
  readonly dateFormat?: string;
  readonly timeFormat?: string;
  readonly map?: readonly string[];
}

export type Choose = (lines: readonly string[], input: Input, like: Reading | undefined) => Reading;

/** Lines that decide which layout of a known format an input has. */
const SAMPLE = 50;
/** Share of an input's first lines that the reading of the input before must understand. */
const SAME = 0.95;

/** What happens to a log of which no line is understood: a Problem, or rejects like any others. */
export type Unreadable = "refuse" | "keep";

/** How the format of each input is chosen: as the flags say, or by its first lines. */
export async function chooser(
  flags: FormatFlags,
  unreadable: Unreadable,
  note: (text: string) => void,
): Promise<Choose> {
  const named = await namedFormat(flags, note);
  if (named !== undefined) {
    return (lines) => readingOf(named, lines.slice(0, SAMPLE));
  }
  const { detectFormat } = await import("../formats/detect.js");
  const { combined } = await import("../formats/combined.js");
  const detect = (lines: readonly string[], name: string): { reading: Reading; reason: string } => {
    try {
      return detectFormat(lines, name);
    } catch (error) {
      if (unreadable === "refuse" || !(error instanceof Problem)) throw error;
      return { reading: readingOf(combined, lines), reason: error.message };
    }
  };
  const said = new Set<string>();
  return (lines, input, like) => {
    if (like !== undefined) {
      const again = readingOf(like.format, lines.slice(0, SAMPLE));
      if (again.fit >= SAME || lines.length === 0) return again;
    }
    const { reading, reason } = detect(lines, input.name);
    if (lines.length > 0 && !said.has(reading.format.name)) note(reason);
    said.add(reading.format.name);
    return reading;
  };
}

async function namedFormat(
  flags: FormatFlags,
  note: (text: string) => void,
): Promise<Format | undefined> {
  if (flags.logFormat !== undefined) {
    if (flags.format !== undefined) {
      throw new Problem({
        code: "bad-flag",
        what: "--format and --log-format name two formats",
        help: "Use one of them",
        exit: 2,
      });
    }
    const { formatFromNotation } = await import("../formats/log-format.js");
    return formatFromNotation(flags.logFormat, flags, note);
  }
  for (const [flag, value] of Object.entries({
    "--dialect": flags.dialect,
    "--date-format": flags.dateFormat,
    "--time-format": flags.timeFormat,
  })) {
    if (value !== undefined) throw badFlag(flag, value, "It says how to read --log-format");
  }
  const name = flags.format ?? (flags.map === undefined ? undefined : "jsonl");
  if (name === undefined) return undefined;
  if (flags.map !== undefined && name.toLowerCase() !== "jsonl") {
    throw badFlag("--map", flags.map.join(" "), `It says how to read jsonl, not ${name}`);
  }
  if (name.toLowerCase() === "jsonl") {
    const { jsonlFormat } = await import("../formats/jsonl.js");
    return jsonlFormat(parseMapping(flags.map ?? []));
  }
  const { findFormat, formats } = await import("../formats/registry.js");
  const format = findFormat(name);
  if (format !== undefined) return format;
  const { nearest } = await import("../outputs/nearest.js");
  const guess = nearest(
    name,
    formats.flatMap((known) => [known.name, ...known.aliases]),
  );
  throw new Problem({
    code: "unknown-format",
    what: `There is no format ${name}`,
    why: guess === undefined ? "It is neither a name nor an alias" : `Did you mean ${guess}?`,
    help: "culprit formats lists them; --log-format takes the writer's own format string",
    exit: 2,
  });
}
