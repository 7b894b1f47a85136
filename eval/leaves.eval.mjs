import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { days, kinds, leaves, log } from "../test/generators/leaves.mjs";
import { culpritJson } from "./culprit.mjs";

/** Thresholds were chosen on the seeds before; these are the ones reported. */
const FIRST = Number(process.env["EVAL_FIRST"] ?? 41);
const SEEDS = Number(process.env["EVAL_SEEDS"] ?? 110);

/** Columns that hold text as it is, and are a dimension each. */
const COLUMNS = ["site", "host", "bucket", "operation", "cache_result"];

export async function evaluate() {
  const folder = mkdtempSync(path.join(tmpdir(), "culprit-eval-"));
  try {
    const rows = [];
    for (const [name, kind] of Object.entries(kinds)) {
      for (const causes of [5, 20]) rows.push(await row(folder, name, kind, causes));
    }
    return [
      "| set | `--causes` | elements | precision | recall | F1 | goal | seconds a case, median | most |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
      ...rows,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const GOALS = { S: 0.85, L: 0.95 };

/**
 * @param {string} folder
 * @param {string} name
 * @param {import("../test/generators/leaves.mjs").Kind} kind
 * @param {number} causes
 */
async function row(folder, name, kind, causes) {
  const all = { wanted: 0, told: 0, right: 0 };
  const seconds = [];
  const file = path.join(folder, "log");
  const names = Object.keys(kind.dimensions);
  const columns = names.map((dimension, at) => [dimension, COLUMNS[at] ?? ""]);
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const made = leaves(kind, seed);
    writeFileSync(file, log(made));
    const mapping = [["time", "time"], ["bytes", "bytes_sent"], ...columns];
    const begun = performance.now();
    const found = await culpritJson([
      ...["compare", file, "--format", "jsonl", "--by", "bytes_sent", "--causes", String(causes)],
      ...mapping.flatMap(([from, to]) => ["--map", `${to}=${from}`]),
      ...["--baseline", days[0] ?? "", "--incident", days[1] ?? ""],
    ]);
    seconds.push((performance.now() - begun) / 1000);
    const wanted = new Set(made.causes.map((cause) => textOf(renamed(cause, columns))));
    /** @type {string[]} */
    const told = found.causes.map((/** @type {any} */ cause) => textOf(cause.conditions));
    const right = told.filter((cause) => wanted.has(cause)).length;
    all.wanted += wanted.size;
    all.told += told.length;
    all.right += right;
    if (process.env["EVAL_VERBOSE"] && (right < wanted.size || right < told.length)) {
      const missed = [...wanted].filter((cause) => !told.includes(cause));
      console.log(name, seed, { missed, wrong: told.filter((cause) => !wanted.has(cause)) });
    }
  }
  const [precision, recall] = [all.right / Math.max(1, all.told), all.right / all.wanted];
  const f1 = (2 * all.right) / (all.told + all.wanted);
  const sorted = seconds.toSorted((a, b) => a - b);
  const [middle, most] = [sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0];
  const goal = GOALS[/** @type {"S" | "L"} */ (name)];
  const numbers = [precision, recall, f1].map((part) => part.toFixed(3));
  return `| ${name} | ${causes} | ${all.wanted} | ${numbers.join(" | ")} | ${goal} | ${middle.toFixed(1)} | ${most.toFixed(1)} |`;
}

/**
 * Conditions on the columns that the dimensions stand in.
 * @param {Readonly<Record<string, string>>} cause
 * @param {readonly string[][]} columns
 */
const renamed = (cause, columns) =>
  Object.fromEntries(
    columns.flatMap(([dimension = "", column]) =>
      dimension in cause ? [[column, cause[dimension]]] : [],
    ),
  );

/** The same for the same conditions, in whatever order. */
const textOf = (/** @type {Readonly<Record<string, string>>} */ conditions) =>
  JSON.stringify(
    conditions,
    Object.keys(conditions).toSorted((a, b) => (a < b ? -1 : 1)),
  );
