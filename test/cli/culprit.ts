import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll } from "vitest";
import { run } from "../../src/cli/main.js";
import type { ExitCode } from "../../src/problems/problem.js";

/** A folder for one test file's logs and results; gone at the end. */
export const folder = mkdtempSync(path.join(tmpdir(), "culprit-test-"));
/** Where runs keep their temporary files: empty before and after each. */
export const temporary = mkdtempSync(path.join(tmpdir(), "culprit-tmp-"));
afterAll(() => {
  for (const made of [folder, temporary]) rmSync(made, { recursive: true, force: true });
});

export interface Surroundings {
  stdin?: Buffer | string | Iterable<Buffer> | AsyncIterable<Buffer>;
  stdinIsTTY?: boolean;
  /** Columns of the terminal that stdout is; no terminal when absent. */
  terminal?: number;
  env?: Record<string, string>;
  cwd?: string;
  signal?: AbortSignal;
}

export interface Result {
  code: ExitCode;
  out: string;
  err: string;
  /** What the run left in the temporary folder. */
  left: string[];
}

/** Runs culprit in this process, with streams that are caught. */
export async function culprit(
  argv: readonly string[],
  surroundings: Surroundings = {},
): Promise<Result> {
  const { stdin = [], stdinIsTTY = false, terminal, env = {}, signal } = surroundings;
  const source = typeof stdin === "string" || Buffer.isBuffer(stdin) ? [stdin] : stdin;
  const stdout = new Caught();
  const stderr = new Caught();
  const code = await run(argv, {
    stdin: Object.assign(Readable.from(source, { objectMode: false }), { isTTY: stdinIsTTY }),
    stdout:
      terminal === undefined ? stdout : Object.assign(stdout, { isTTY: true, columns: terminal }),
    stderr,
    env: { TMPDIR: temporary, LANG: "en_US.UTF-8", ...env },
    cwd: surroundings.cwd ?? folder,
    now: () => new Date("2026-11-05T12:00:00Z"),
    signal: signal ?? new AbortController().signal,
  });
  return { code, out: stdout.text, err: stderr.text, left: readdirSync(temporary) };
}

class Caught extends Writable {
  readonly #parts: Buffer[] = [];

  get text(): string {
    return Buffer.concat(this.#parts).toString("utf8");
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#parts.push(chunk);
    done();
  }
}

/** The objects of JSON lines. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
