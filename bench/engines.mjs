import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { measure, medianOf } from "./measure.mjs";

/*
 * Measures the same commands on the embedded engine and on one elsewhere, over the same store, and
 * compares their answers. The store is registered there already: docs/engines.md.
 *
 *   node bench/engines.mjs --store FOLDER --engine trino://me@host:8080/lake/logs [--runs 3]
 */

const { values: flags } = parseArgs({
  options: {
    store: { type: "string" },
    engine: { type: "string" },
    runs: { type: "string", default: "3" },
  },
});
const { store, engine } = flags;
if (store === undefined || engine === undefined) throw new Error("--store and --engine are needed");

const commands = [
  "top client_ip --jsonl",
  "top client_ip --by bytes_sent --jsonl",
  "top client_ip,path --jsonl",
  "top status_class,hour --jsonl",
  "activity -w status=5xx --jsonl",
  "report --json",
];
const culprit = path.join(import.meta.dirname, "..", "dist", "bin.js");
const folder = mkdtempSync(path.join(tmpdir(), "culprit-bench-"));
const place = { cwd: folder, env: process.env };
const seconds = (/** @type {number} */ n) => `${n.toFixed(1)} s`;

/**
 * What an answer says beside the place it was read from: numbers alone, without their last digits.
 * @param {string} text
 */
const figures = (text) =>
  [...text.matchAll(/"(requests|bytes_sent|errors|clients)":(\d+)/g)].map(([, , n]) => n).join(" ");

/** @param {string} command */
function contest(command) {
  const base = `node ${culprit} ${command} --store '${path.resolve(store ?? "")}'`;
  const [here = [], there = []] = [base, `${base} --engine '${engine}'`].map((line) =>
    Array.from({ length: Number(flags.runs) }, () => measure(line, place)),
  );
  const same = figures(here[0]?.stdout ?? "") === figures(there[0]?.stdout ?? "");
  const wall = (/** @type {typeof here} */ runs) => medianOf(runs.map(({ usage }) => usage)).wall;
  return `| \`${command}\` | ${seconds(wall(here))} | ${seconds(wall(there))} | ${same ? "same" : "DIFFERENT"} |`;
}

try {
  console.log(`load before: ${loadavg()[0]?.toFixed(1)}\n`);
  console.log("| command | DuckDB | the engine | answers |\n|---|--:|--:|---|");
  for (const command of commands) console.log(contest(command));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
