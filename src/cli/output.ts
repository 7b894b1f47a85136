import { accessSync, constants, createWriteStream, existsSync, statSync } from "node:fs";
import path from "node:path";
import { finished } from "node:stream/promises";
import { createStyle, wantsColor, type ColorFlag } from "../outputs/color.js";
import type { Look } from "../outputs/look.js";
import { localeOf } from "../outputs/numbers.js";
import { writeRows, type RowFormat, type RowSet } from "../outputs/rows.js";
import { streamSink, type Sink } from "../outputs/sink.js";
import type { Value } from "../outputs/values.js";
import { jsonText } from "../outputs/values.js";
import { Problem } from "../problems/problem.js";
import { writeWhole } from "../store/whole-file.js";
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

/** The same for commands that have no rows to write. */
export function documentOrText(flags: OutputFlags): "json" | "text" {
  const shape = shapeOf(flags);
  if (shape === "json" || shape === "text") return shape;
  throw badFlag("-o", flags.output ?? "", "This command writes text or JSON: .txt or .json");
}

/** Lines never get wider than this unless COLUMNS says so: longer ones are hard to read. */
const WIDEST = 120;

/** Nothing can be said in less. */
const NARROWEST = 40;

/** How text looks on this terminal, or in a file or pipe. */
export function lookOf(flags: OutputFlags, io: Io): Look {
  const { env, stdout } = io;
  const toFile = flags.output !== undefined;
  const isTTY = !toFile && stdout.isTTY === true;
  const asked = Number(env["COLUMNS"]);
  const own = isTTY ? Math.min(stdout.columns ?? 100, WIDEST) : 100;
  const charset = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "UTF-8";
  return {
    width: flags.wide === true ? Infinity : asked >= NARROWEST ? asked : Math.max(own, NARROWEST),
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
  const name = flags.output;
  await writeWhole(path.resolve(io.cwd, name), async (draft) => {
    const stream = createWriteStream(draft);
    try {
      await write(streamSink(stream, name));
      stream.end();
      await finished(stream);
    } finally {
      stream.destroy();
    }
  });
}

/** Refuses a place that cannot be written to before anything is read. */
export function checkPlace(flag: string, file: string, io: Io): void {
  const target = path.resolve(io.cwd, file);
  const stats = statSync(target, { throwIfNoEntry: false });
  const folder = path.dirname(target);
  if (stats?.isDirectory() === true) throw badPlace(flag, file, "It is a folder");
  if (!existsSync(folder)) throw badPlace(flag, file, `There is no folder ${folder}`);
  try {
    accessSync(stats === undefined || stats.isFile() ? folder : target, constants.W_OK);
  } catch (error) {
    throw badPlace(flag, file, error instanceof Error ? error.message : String(error));
  }
}

const badPlace = (flag: string, file: string, why: string): Problem =>
  new Problem({
    code: "output-place",
    what: "The result cannot be written to this place",
    where: `${flag} ${file}`,
    why,
    help: "Name a file in a folder that exists and may be written to",
    exit: 2,
  });

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
