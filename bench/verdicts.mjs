import { DuckDBInstance } from "@duckdb/node-api";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { writeDay } from "./crowd.mjs";
import { measure, medianOf } from "./measure.mjs";

/*
 * Measures the verdicts on stores of 1 and 10 million rows, and of more where asked.
 *
 *   node bench/verdicts.mjs [--rows 1000000,10000000,50000000] [--runs 1] [--keep FOLDER] [--write]
 *
 * A store begins with a fortnight of at most two million lines of a shop (crowd.mjs), ingested. Larger
 * ones hold copies of that fortnight's files, each copy two weeks later and with other people.
 * `--keep` makes the stores in a folder that stays, and uses what is there already.
 */

const { values: flags } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000,10000000" },
    runs: { type: "string", default: "1" },
    memory: { type: "string", default: "1200MB" },
    keep: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const DAYS = 14;
const DAY = 86_400_000;
const BASE = 2_000_000;
const folder = path.resolve(flags.keep ?? mkdtempSync(path.join(tmpdir(), "culprit-verdicts-")));
const program = path.join(import.meta.dirname, "..", "dist", "bin.js");
const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);
const place = { cwd: folder, env: process.env };

/** @param {number} rows */
async function storeOf(rows) {
  const name = `store-${rows}`;
  if (existsSync(path.join(folder, name))) return name;
  const base = Math.min(rows, BASE);
  if (base < rows) {
    const first = await storeOf(base);
    say(`copying ${base} rows up to ${rows}`);
    cpSync(path.join(folder, first), path.join(folder, name), { recursive: true });
    await multiply(path.join(folder, name), Math.round(rows / base));
    return name;
  }
  const log = path.join(folder, "day.log");
  for (let day = 0; day < DAYS; day++) {
    say(`day ${day + 1} of ${DAYS}, ${rows} rows`);
    const lines = Math.floor(rows / DAYS);
    writeDay(log, { lines, day, people: Math.floor(rows / 12) });
    measure(`node ${program} ingest day.log --format combined --store ${name}`, place);
  }
  rmSync(log);
  return name;
}

/**
 * Adds copies of a store's files, with the entries of its ledger.
 * @param {string} store
 * @param {number} times
 */
async function multiply(store, times) {
  const ledger = path.join(store, "ledger");
  const names = readdirSync(ledger)
    .filter((name) => /^\d+\.json$/.test(name))
    .toSorted();
  const commits = names.map((name) => JSON.parse(readFileSync(path.join(ledger, name), "utf8")));
  const db = await (await DuckDBInstance.create(":memory:")).connect();
  let number = names.length;
  for (let copy = 1; copy < times; copy++) {
    const later = (/** @type {string} */ time) =>
      new Date(Date.parse(time) + copy * DAYS * DAY).toISOString();
    for (const commit of commits) {
      const added = [];
      for (const file of commit.added) {
        const day = later(`${file.day}T00:00:00Z`).slice(0, 10);
        const to = file.path.replace(file.day, day).replace(/(\.parquet)$/, `-${copy}$1`);
        mkdirSync(path.dirname(path.join(store, to)), { recursive: true });
        const other = (/** @type {string} */ column) =>
          `regexp_replace(${column}, '^20[.]', '${20 + copy}.') AS ${column}`;
        await db.run(`COPY (SELECT * REPLACE (time + INTERVAL ${copy * DAYS} DAY AS time,
            epoch_s + ${(copy * DAYS * DAY) / 1000} AS epoch_s,
            ${other("client_ip")}, ${other("client_net")})
          FROM read_parquet('${path.join(store, file.path)}', hive_partitioning = false))
          TO '${path.join(store, to)}' (FORMAT parquet, COMPRESSION zstd)`);
        added.push({ ...file, path: to, day, from: later(file.from), until: later(file.until) });
      }
      number += 1;
      const text = JSON.stringify({ ...commit, change: `copy-${number}`, added, objects: [] });
      writeFileSync(path.join(ledger, `${String(number).padStart(12, "0")}.json`), text);
    }
  }
  db.closeSync();
}

/** @param {number} days after the first day */
const date = (days) => new Date(Date.UTC(2026, 10, 2) + days * DAY).toISOString().slice(0, 10);

/**
 * What is asked of a store that covers so many days.
 * @param {number} days
 */
const commands = (days) => [
  ["compare, three hours", `compare --incident ${date(days - 2)}T10..${date(days - 2)}T13`],
  [
    "compare, the second half",
    `compare --baseline ${date(0)}..${date(days / 2)} --incident ${date(days / 2)}..${date(days)}`,
  ],
  ["scrapers", "scrapers"],
  ["spikes", "spikes"],
  ["floods", "floods"],
];

try {
  if (flags.keep !== undefined) mkdirSync(folder, { recursive: true });
  const lines = [
    "| rows | command | wall s | CPU s | peak MiB |",
    "| --: | :-- | --: | --: | --: |",
  ];
  const load = loadavg()[0]?.toFixed(1) ?? "";
  for (const rows of flags.rows.split(",").map(Number)) {
    const store = await storeOf(rows);
    const days = DAYS * Math.ceil(rows / BASE);
    for (const [what, command] of commands(days)) {
      const runs = Array.from(
        { length: Number(flags.runs) },
        () =>
          measure(`node ${program} ${command} --store ${store} --memory ${flags.memory}`, place)
            .usage,
      );
      const { wall, user, sys, peak } = medianOf(runs);
      const figures = [wall.toFixed(1), (user + sys).toFixed(1), Math.round(peak / 2 ** 20)];
      const line = `| ${rows.toLocaleString("en")} | ${what} | ${figures.join(" | ")} |`;
      say(line);
      lines.push(line);
    }
  }
  const table = `${lines.join("\n")}\n\n\`--memory ${flags.memory}\`; load average at the start ${load}.`;
  console.log(table);
  if (flags.write) await write(table);
} finally {
  if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

/** @param {string} table */
async function write(table) {
  const page = path.join(import.meta.dirname, "README.md");
  const [begin, end] = ["<!-- verdicts -->", "<!-- /verdicts -->"];
  const text = readFileSync(page, "utf8");
  const [before = "", rest = ""] = text.split(begin);
  const [, after] = rest.split(end);
  if (after === undefined) throw new Error(`${page} has no ${begin} … ${end}`);
  const next = `${before}${begin}\n\n${table}\n\n${end}${after}`;
  writeFileSync(page, await format(next, { parser: "markdown", printWidth: 100 }));
}
