import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { days, kinds, leaves, log } from "../test/generators/leaves.mjs";
import { culpritJson } from "./culprit.mjs";

/** Thresholds were chosen on the seeds before; these are the ones reported. */
const FIRST = Number(process.env["EVAL_FIRST"] ?? 41);
const SEEDS = Number(process.env["EVAL_SEEDS"] ?? 50);

/** Columns that hold text as it is, and are a dimension each. */
const COLUMNS = ["site", "host", "bucket", "operation", "cache_result"];

const GOALS = { S: 0.85, L: 0.95 };

/** What is told by default, and with `--causes`. */
const MOST = [5, 20];

export async function evaluate() {
  const folder = mkdtempSync(path.join(tmpdir(), "culprit-eval-"));
  try {
    const rows = [];
    for (const [name, kind] of Object.entries(kinds))
      rows.push(...(await rowsOf(name, kind, folder)));
    return [
      `Seeds ${FIRST} to ${FIRST + SEEDS - 1} of each set; "elements" is how many are true.`,
      "",
      "| set | `--causes` | elements | precision | recall | F1 | goal | CPU seconds a case, median | most |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
      ...rows,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} name
 * @param {import("../test/generators/leaves.mjs").Kind} kind
 * @param {string} folder
 */
async function rowsOf(name, kind, folder) {
  const all = MOST.map((causes) => ({ causes, wanted: 0, told: 0, right: 0 }));
  const seconds = [];
  const file = path.join(folder, "log");
  const columns = Object.keys(kind.dimensions).map((dimension, at) => [
    dimension,
    COLUMNS[at] ?? "",
  ]);
  const mapping = [["time", "time"], ["bytes", "bytes_sent"], ...columns];
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const made = leaves(kind, seed);
    writeFileSync(file, log(made));
    const before = process.cpuUsage();
    const found = await culpritJson([
      ...["compare", file, "--format", "jsonl", "--by", "bytes_sent"],
      ...["--causes", String(Math.max(...MOST))],
      ...mapping.flatMap(([from, to]) => ["--map", `${to}=${from}`]),
      ...["--baseline", days[0] ?? "", "--incident", days[1] ?? ""],
    ]);
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
    const wanted = new Set(made.causes.map((cause) => textOf(renamed(cause, columns))));
    /** @type {string[]} the largest first, so fewer are the first of them */
    const told = found.causes.map((/** @type {any} */ cause) => textOf(cause.conditions));
    for (const one of all) {
      const some = told.slice(0, one.causes);
      one.wanted += wanted.size;
      one.told += some.length;
      one.right += some.filter((cause) => wanted.has(cause)).length;
    }
    if (process.env["EVAL_VERBOSE"]) {
      const missed = [...wanted].filter((cause) => !told.includes(cause));
      const wrong = told.filter((cause) => !wanted.has(cause));
      if (missed.length + wrong.length > 0) console.log(name, seed, { missed, wrong });
    }
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  const [middle, most] = [sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0];
  const goal = GOALS[/** @type {"S" | "L"} */ (name)];
  return all.map(({ causes, wanted, told, right }) => {
    const parts = [right / Math.max(1, told), right / wanted, (2 * right) / (told + wanted)];
    const numbers = parts.map((part) => part.toFixed(3)).join(" | ");
    return `| ${name} | ${causes} | ${wanted} | ${numbers} | ${goal} | ${middle.toFixed(1)} | ${most.toFixed(1)} |`;
  });
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
