import { spawn, spawnSync, type ChildProcessByStdio, type StdioOptions } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { globSync } from "tinyglobby";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The program built from the sources as they are: `dist`, or a build kept beside the dependencies. */
export const bin: string = findBuild();

function findBuild(): string {
  const sources = globSync(["src/**/*.ts", "package.json", "tsconfig*.json"], { cwd: root });
  const newest = Math.max(...sources.map((file) => statSync(path.join(root, file)).mtimeMs));
  const stamp = statSync(path.join(root, "dist/.built"), { throwIfNoEntry: false });
  if (stamp !== undefined && stamp.mtimeMs >= newest) return path.join(root, "dist/bin.js");
  const cache = path.join(root, "node_modules/.cache/culprit");
  const kept = path.join(cache, `${Math.round(newest)}-${sources.length}`);
  if (!existsSync(kept)) build(cache, kept);
  return path.join(kept, "dist/bin.js");
}

/** Built aside and moved in whole, so that two test files may do it at once. */
function build(cache: string, kept: string): void {
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache)) removeOld(path.join(cache, old));
  const draft = mkdtempSync(path.join(cache, "draft-"));
  // Tests run it as another user, too.
  chmodSync(draft, 0o755);
  copyFileSync(path.join(root, "package.json"), path.join(draft, "package.json"));
  const outDir = path.join(draft, "dist");
  const tsc = path.join(root, "node_modules/.bin/tsc");
  // Types are checked elsewhere.
  const args = ["-p", "tsconfig.build.json", "--noEmitOnError", "false", "--outDir", outDir];
  const { stdout } = spawnSync(tsc, args, { cwd: root, encoding: "utf8" });
  if (!existsSync(path.join(outDir, "bin.js"))) throw new Error(`nothing was built: ${stdout}`);
  try {
    renameSync(draft, kept);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(kept)) throw error;
  }
}

function removeOld(place: string): void {
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats !== undefined && Date.now() - stats.mtimeMs > 3_600_000) {
    rmSync(place, { recursive: true, force: true });
  }
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

interface Options {
  cwd: string;
  env?: Record<string, string>;
  stdio?: StdioOptions;
  uid?: number;
}

/** Starts the built program as a process of its own. */
export function start(
  argv: readonly string[],
  { env = {}, stdio = ["ignore", "pipe", "pipe"], ...options }: Options,
) {
  const child = spawn(process.execPath, [bin, ...argv], {
    ...options,
    env: { PATH: process.env["PATH"], LANG: "en_US.UTF-8", ...env },
    stdio,
  }) as ChildProcessByStdio<Writable | null, Readable | null, Readable | null>;
  const parts = { out: "", err: "" };
  child.stdout?.on("data", (chunk: Buffer) => (parts.out += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (parts.err += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...parts }));
  });
  return { child, ended };
}
