import { PassThrough } from "node:stream";
import { run } from "../../src/cli/main.js";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs culprit in this process, as its program would. */
export async function culprit(args: readonly string[], now = "2026-11-06T00:00:00Z"): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const out = textOf(stdout);
  const err = textOf(stderr);
  const code = await run(args, {
    stdin,
    stdout,
    stderr,
    env: {},
    cwd: "/",
    now: () => new Date(now),
    signal: new AbortController().signal,
  });
  return { code, stdout: out(), stderr: err() };
}

function textOf(stream: PassThrough): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}
