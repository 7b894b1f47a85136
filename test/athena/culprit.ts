import { PassThrough, Writable } from "node:stream";
import { run } from "../../src/cli/main.js";

/** What a run of culprit printed and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One row of a result. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs culprit in this process. */
export async function culprit(...argv: readonly string[]): Promise<Ran> {
  const stdout = new Collected();
  const stderr = new Collected();
  const code = await run(argv, {
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: {},
    cwd: process.cwd(),
    now: () => new Date(),
    signal: new AbortController().signal,
  });
  return { code, out: stdout.text, err: stderr.text };
}

/** The rows of `culprit sql`; throws with its message when it fails. */
export async function rowsOf(query: string, ...rest: readonly string[]): Promise<Row[]> {
  const { code, out, err } = await culprit("sql", query, ...rest, "--jsonl");
  if (code !== 0) throw new Error(err);
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}

class Collected extends Writable {
  readonly #parts: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#parts.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString("utf8");
  }
}
