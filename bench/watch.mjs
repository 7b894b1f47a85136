/*
 * `culprit watch` on a log that grows and is rotated: is every line in the store, does memory stay, how
 * far behind is it?
 *
 *   node bench/watch.mjs [--minutes 30] [--rate 20000] [--rotate 60]
 */
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    rate: { type: "string", default: "20000" },
    rotate: { type: "string", default: "60" },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const rotate = Number(values.rotate);
const bin = new URL("../dist/bin.js", import.meta.url).pathname;
const folder = mkdtempSync(path.join(tmpdir(), "culprit-bench-watch-"));
const log = path.join(folder, "access.log");
/** Lines before each file, by its inode. @type {Map<string, number>} */
const before = new Map();
let written = 0;
let rotations = 0;
let file = open();

function open() {
  const made = openSync(log, "w");
  before.set(String(statSync(log, { bigint: true }).ino), written);
  return made;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** @param {number} count */
function write(count) {
  const [date = "", time = ""] = new Date().toISOString().split(/[TZ.]/);
  const [year, month, day] = date.split("-");
  const stamp = `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
  let text = "";
  for (let at = 0; at < count; at++) {
    written += 1;
    text += `192.0.2.${written % 250} - - [${stamp}] "GET /line/${written} HTTP/1.1" 200 ${written % 9000} "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64; rv:132.0)"\n`;
  }
  writeSync(file, text);
}

writeFileSync(
  path.join(folder, "culprit.yaml"),
  "store: lake\nwatch: { follow: access.log }\nrules:\n  - { name: rate, measure: requests, window: 1m, above: 1e9, every: 1m }\n".replace(
    "1e9",
    "1000000000",
  ),
);
const child = spawn(process.execPath, [bin, "watch"], {
  cwd: folder,
  stdio: ["ignore", "ignore", "inherit"],
  env: { ...process.env, TMPDIR: folder },
});

/** MiB that the daemon holds. */
const memory = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024;

/** Lines that are safe in the store, as far as the newest file tells. */
function taken() {
  try {
    const state = JSON.parse(readFileSync(path.join(folder, "lake/alerts/follow.json"), "utf8"));
    const last = state.files[log].at(-1);
    return (before.get(last.ino) ?? 0) + last.lines;
  } catch {
    return 0;
  }
}

const begin = Date.now();
const end = begin + minutes * 60_000;
let rotated = begin;
/** @type {{ at: number, memory: number, lag: number }[]} */
const samples = [];
let sampled = begin;
while (Date.now() < end) {
  write(Math.max(0, Math.floor(((Date.now() - begin) / 1000) * rate) - written));
  const now = Date.now();
  if (now - rotated > rotate * 1000) {
    rotated = now;
    rotations += 1;
    renameSync(log, `${log}.${rotations}`);
    closeSync(file);
    file = open();
    if (rotations > 3) rmSync(`${log}.${rotations - 3}`);
  }
  if (now - sampled > 1000) {
    sampled = now;
    samples.push({ at: now - begin, memory: memory(), lag: (written - taken()) / rate });
  }
  await sleep(50);
}
// What was written is not lost when it is only late.
for (let waits = 0; taken() < written && waits < 120; waits++) await sleep(1000);
child.kill("SIGTERM");
await new Promise((resolve) => child.on("close", resolve));
const query = "SELECT count(*) AS rows, count(DISTINCT path) AS lines FROM requests";
const { stdout } = spawnSync(process.execPath, [bin, "sql", query, "--store", "lake", "--csv"], {
  cwd: folder,
  encoding: "utf8",
});
const [rows, lines] = (stdout.split("\n")[1] ?? "").split(",").map(Number);
rmSync(folder, { recursive: true, force: true });

/** @param {readonly number[]} list @param {number} part */
const quantile = (list, part) =>
  list.toSorted((a, b) => a - b)[Math.floor(part * (list.length - 1))] ?? NaN;
const lags = samples.map(({ lag }) => lag);
const third = Math.floor(samples.length / 3);
const means = [0, 1, 2].map((at) => {
  const part = samples.slice(at * third, (at + 1) * third);
  return part.reduce((sum, one) => sum + one.memory, 0) / part.length;
});
const latest = samples.toSorted((a, b) => b.lag - a.lag).slice(0, 5);
console.log(
  [
    `| ${minutes} minutes at ${rate} lines/s, ${rotations} rotations | |`,
    "| --- | --- |",
    `| lines written, rows, different lines in the store | ${written}, ${rows}, ${lines} |`,
    `| behind: median, 95 %, worst | ${[0.5, 0.95, 1].map((part) => `${quantile(lags, part).toFixed(1)} s`).join(", ")} |`,
    `| the worst, by time since the start | ${latest.map(({ at, lag }) => `${lag.toFixed(1)} s at ${(at / 60_000).toFixed(1)} min`).join(", ")} |`,
    `| memory: mean of each third, largest | ${means.map((mean) => `${mean.toFixed(0)} MiB`).join(", ")}; ${Math.max(...samples.map((one) => one.memory)).toFixed(0)} MiB |`,
  ].join("\n"),
);
process.exitCode = rows === written && lines === written ? 0 : 1;
