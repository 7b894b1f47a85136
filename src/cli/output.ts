import { createWriteStream } from "node:fs";
import path from "node:path";
import { finished } from "node:stream/promises";
import { createStyle, wantsColor, type ColorFlag } from "../outputs/color.js";
import type { Look } from "../outputs/look.js";
import { localeOf } from "../outputs/numbers.js";
import { writeRows, type RowFormat, type RowSet } from "../outputs/rows.js";
import { streamSink, type Sink } from "../outputs/sink.js";
import type { Value } from "../outputs/values.js";
import { jsonText } from "../outputs/values.js";
import { badFlag } from "./parse-flags.js";
import type { Io } from "./io.js";

/** The flags that say how a result is written. */
export interface OutputFlags {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly csv?: boolean;
  readonly output?: string;
  readonly color: ColorFlag;
  readonly ascii?: boolean;
  readonly wide?: boolean;
}

export type Shape = "text" | RowFormat | "parquet";

const extensions: Record<string, Shape> = {
  ".json": "json",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".csv": "csv",
  ".parquet": "parquet",
  ".md": "markdown",
  ".txt": "text",
};

/** How the result is asked for: by flag, by the file's extension, else as text for people. */
export function shapeOf(flags: OutputFlags): Shape {
  const asked = (["json", "jsonl", "csv"] as const).filter((name) => flags[name] === true);
  if (asked.length > 1) {
    throw badFlag(`--${asked[0]}`, `--${asked[1]}`, "Only one form can be written at a time");
  }
  if (asked[0] !== undefined) return asked[0];
  if (flags.output === undefined) return "text";
  const shape = extensions[path.extname(flags.output).toLowerCase()];
  if (shape === undefined) {
    throw badFlag(
      "-o",
      flags.output,
      `The extension is none of ${Object.keys(extensions).join(" ")}`,
    );
  }
  return shape;
}

/** Lines never get wider than this by default: longer ones are hard to read. */
const WIDEST = 120;

/** How text looks on this terminal, or in a file or pipe. */
export function lookOf(flags: OutputFlags, io: Io): Look {
  const { env, stdout } = io;
  const toFile = flags.output !== undefined;
  const isTTY = !toFile && stdout.isTTY === true;
  const columns = Number(env["COLUMNS"]) || stdout.columns;
  const charset = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "UTF-8";
  return {
    width: flags.wide === true ? Infinity : isTTY ? Math.min(columns ?? 100, WIDEST) : 100,
    style: createStyle(wantsColor({ flag: flags.color, env, isTTY })),
    ascii: flags.ascii === true || !/utf-?8/i.test(charset),
    locale: localeOf(env),
  };
}

/** Opens the place the result goes to, hands it out, and waits until all is written. */
export async function withSink(
  flags: OutputFlags,
  io: Io,
  write: (sink: Sink) => Promise<unknown>,
): Promise<void> {
  if (flags.output === undefined) {
    await write(streamSink(io.stdout));
    return;
  }
  const stream = createWriteStream(path.resolve(io.cwd, flags.output));
  await write(streamSink(stream, flags.output));
  stream.end();
  await finished(stream);
}

/** Writes a row set in the shape that was asked for. */
export async function writeSet(
  shape: RowFormat,
  set: RowSet,
  flags: OutputFlags,
  io: Io,
  document: Readonly<Record<string, Value>> = {},
): Promise<void> {
  const terminal = flags.output === undefined && io.stdout.isTTY === true;
  await withSink(flags, io, (sink) =>
    writeRows(shape, set, sink, { document: { schema_version: 1, ...document }, terminal }),
  );
}

/** Writes one JSON document. */
export async function writeDocument(value: Value, flags: OutputFlags, io: Io): Promise<void> {
  await withSink(flags, io, (sink) => sink.write(`${jsonText(value, 2)}\n`));
}

/** Writes lines of text. */
export async function writeText(
  lines: readonly string[],
  flags: OutputFlags,
  io: Io,
): Promise<void> {
  await withSink(flags, io, (sink) => sink.write(lines.map((line) => `${line}\n`).join("")));
}
