#!/usr/bin/env node
import { run } from "./cli/main.js";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    interrupted.abort();
    // A second signal ends the process at once.
    process.on(signal, () => process.exit(130));
  });
}
// A closed pipe is reported after the write, and nobody would hear what is said about it.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  setEnv: (name, value) => {
    process.env[name] = value;
  },
  cwd: process.cwd(),
  now: () => new Date(),
  signal: interrupted.signal,
});

// A source that is still being waited for would keep the process alive.
if (interrupted.signal.aborted) process.exit();
