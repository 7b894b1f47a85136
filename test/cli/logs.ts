import { writeFileSync } from "node:fs";
import path from "node:path";
import { folder } from "./culprit.js";

export interface Hit {
  ip?: string;
  /** ISO time, with or without zone. */
  time?: string;
  method?: string;
  target?: string;
  status?: number;
  bytes?: number;
  agent?: string;
  referrer?: string;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A line as Apache writes it in the combined format. */
export function combined({
  ip = "203.0.113.7",
  time = "2026-11-05T10:00:00Z",
  method = "GET",
  target = "/",
  status = 200,
  bytes = 100,
  agent = "Mozilla/5.0 (X11; Linux x86_64)",
  referrer = "-",
}: Hit = {}): string {
  const at = new Date(time).toISOString();
  const clf = `${at.slice(8, 10)}/${MONTHS[Number(at.slice(5, 7)) - 1]}/${at.slice(0, 4)}:${at.slice(11, 19)} +0000`;
  return `${ip} - - [${clf}] "${method} ${target} HTTP/1.1" ${status} ${bytes} "${referrer}" "${agent}"`;
}

/** Writes a log into the test's folder and returns its path. */
export function log(name: string, lines: readonly (string | Hit)[] | Buffer): string {
  const file = path.join(folder, name);
  const text = Buffer.isBuffer(lines)
    ? lines
    : lines.map((line) => `${typeof line === "string" ? line : combined(line)}\n`).join("");
  writeFileSync(file, text);
  return file;
}

/** Numbers below a bound that are the same in every run. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
