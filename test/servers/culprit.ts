import { dirname } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { run } from "../../src/cli/main.js";

/** One object of `culprit parse --jsonl`. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs `culprit parse FILE --jsonl` with further flags; throws with its message when it fails. */
export async function parseLog(file: string, flags: readonly string[]): Promise<Row[]> {
  const stdout = new Collected();
  const stderr = new Collected();
  const code = await run(["parse", file, "--jsonl", ...flags], {
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: { TMPDIR: dirname(file) },
    cwd: process.cwd(),
    now: () => new Date(),
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(`culprit parse ended with ${code}: ${stderr.text}`);
  return stdout.text
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
