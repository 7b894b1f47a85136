import { realpath } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import type { Derivation } from "../formats/compile/record-sql.js";
import { createProgress } from "../outputs/progress.js";
import type { Input } from "../sources/input.js";
import { resolveInputs } from "../sources/resolve.js";
import { readLogs, type ReadResult } from "../store/read-logs.js";
import type { Workspace } from "../store/workspace.js";
import type { Choose } from "./choose-format.js";
import { Problem } from "../problems/problem.js";
import { warn } from "./engine.js";
import type { Io } from "./io.js";
import { s3Settings, type S3Flags } from "./s3-settings.js";

interface Sources {
  readonly db: DuckDb;
  readonly workspace: Workspace;
  readonly sources: readonly string[];
  readonly columns: readonly string[];
  readonly derivations: readonly Derivation[];
  readonly ordered: boolean;
  readonly flags: S3Flags & ResultFlags;
}

/** Files that results go to: none of them may be read. */
interface ResultFlags {
  readonly output?: string;
  readonly rejects?: string;
  readonly html?: string;
  readonly chart?: string;
}

/** Finds the sources' inputs and reads them into a lake, with progress on a terminal. */
export async function readSources(
  { sources, flags, ...options }: Sources,
  choose: Choose,
  io: Io,
): Promise<ReadResult & { inputs: readonly Input[] }> {
  const inputs = await findInputs(sources, flags, io);
  for (const file of [flags.output, flags.rejects, flags.html, flags.chart]) {
    if (file !== undefined) await refuseSource(path.resolve(io.cwd, file), inputs);
  }
  const sizes = inputs.map(({ bytes }) => bytes);
  const total = sizes.every((size) => size !== undefined)
    ? sizes.reduce((sum, size) => sum + size, 0)
    : undefined;
  return showing(total, io, async (progress) => {
    const result = await readLogs({ ...options, inputs, choose, signal: io.signal, ...progress });
    return { ...result, inputs };
  });
}

/** A result must not take the place of the log it comes from. */
async function refuseSource(result: string, inputs: readonly Input[]): Promise<void> {
  const target = await realpath(result).catch(() => undefined);
  if (target === undefined) return;
  for (const { name, path: source } of inputs) {
    if (source === undefined || (await realpath(source).catch(() => "")) !== target) continue;
    throw new Problem({
      code: "output-is-source",
      what: "The result would take the place of the log it comes from",
      where: name,
      help: "Write it to another file",
      exit: 2,
    });
  }
}

/** The inputs that sources given on the command line mean. */
export const findInputs = (sources: readonly string[], flags: S3Flags, io: Io): Promise<Input[]> =>
  resolveInputs(sources, {
    s3: s3Settings(flags, io),
    stdin: io.stdin as AsyncIterable<Buffer>,
    stdinIsTTY: io.stdin.isTTY === true,
    cwd: io.cwd,
    warn: (message) => warn(io, message),
  });

/** Runs work that reads, showing how far it is. */
export async function showing<T>(
  totalBytes: number | undefined,
  io: Io,
  work: (progress: { onBytes(count: number): void; onLines(count: number): void }) => Promise<T>,
): Promise<T> {
  const now = (): number => io.now().getTime();
  const progress = createProgress({ stream: io.stderr, env: io.env, now });
  let bytes = 0;
  let lines = 0;
  const show = (): void => progress.update({ bytes, totalBytes, lines, label: "reading" });
  try {
    return await work({
      onBytes: (count) => {
        bytes += count;
        show();
      },
      onLines: (count) => {
        lines += count;
        show();
      },
    });
  } finally {
    progress.finish();
  }
}
