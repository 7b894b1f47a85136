import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";

/** @typedef {{ wall: number, user: number, sys: number, peak: number }} Usage seconds and bytes */

/**
 * Runs a shell command as a whole process and reads what the kernel counted for it and its
 * children; peak is the largest of them.
 * @param {string} command
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {{ usage: Usage, stdout: string }}
 */
export function measure(command, { cwd, env }) {
  const report = path.join(cwd, "usage.txt");
  const format = ["%e", "%U", "%S", "%M"].join(" ");
  const result = spawnSync("time", ["-f", format, "-o", report, "sh", "-c", command], {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    throw new Error(`${command}\nended with ${String(result.status)}\n${result.stderr}`);
  }
  // Of a command that failed, `time` writes a sentence first.
  const numbers = readFileSync(report, "utf8").trim().split("\n").at(-1)?.split(" ").map(Number);
  rmSync(report);
  const [wall = NaN, user = NaN, sys = NaN, kilobytes = NaN] = numbers ?? [];
  return { usage: { wall, user, sys, peak: kilobytes * 1024 }, stdout: result.stdout };
}

/**
 * The median of each figure.
 * @param {readonly Usage[]} runs
 * @returns {Usage}
 */
export function medianOf(runs) {
  const median = (/** @type {keyof Usage} */ figure) => {
    const sorted = runs.map((run) => run[figure]).toSorted((a, b) => a - b);
    const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
    return middle.reduce((sum, value) => sum + value, 0) / middle.length;
  };
  return { wall: median("wall"), user: median("user"), sys: median("sys"), peak: median("peak") };
}
