import { DuckDBInstance } from "@duckdb/node-api";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { globSync } from "tinyglobby";
import { generate } from "./generate.mjs";
import { measure, medianOf } from "./measure.mjs";

/*
 * Measures the store: a log's way into it, beside what mawk needs for one question on the same log;
 * then a group-by over an hour and over all, beside a DuckDB table of the same rows.
 *
 *   node bench/store.mjs [--rows 5000000] [--weeks 1] [--runs 5] [--keep FOLDER]
 *
 * `--weeks 10` brings in as many logs of so many rows, the same requests a week later each: 50 million
 * rows. `--keep` makes log and store in a folder that stays, and uses what is there already.
 */

const { values: flags } = parseArgs({
  options: {
    rows: { type: "string", default: "5000000" },
    weeks: { type: "string", default: "1" },
    runs: { type: "string", default: "5" },
    keep: { type: "string" },
  },
});
const rows = Number(flags.rows);
const weeks = Number(flags.weeks);
const runs = Number(flags.runs);
const folder = flags.keep ?? mkdtempSync(path.join(tmpdir(), "culprit-bench-"));
const at = (/** @type {string} */ name) => path.join(folder, name);
const culprit = path.join(import.meta.dirname, "..", "dist", "bin.js");
const awk = path.join(import.meta.dirname, "awk", "three.awk");
const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);
const seconds = (/** @type {number} */ n) => `${n.toFixed(1)} s`;
const milliseconds = (/** @type {number} */ n) => `${n.toFixed(0)} ms`;
const mebibytes = (/** @type {number} */ n) => `${Math.round(n / 2 ** 20)} MiB`;

try {
  if (!existsSync(at("access.log"))) {
    say(`writing ${rows} lines`);
    generate(at("access.log"), { lines: rows });
  }
  const place = { cwd: folder, env: process.env };
  console.log(
    `load before: ${loadavg()[0]?.toFixed(1)}; log: ${mebibytes(statSync(at("access.log")).size)}\n`,
  );
  console.log("| what | wall | CPU | peak |\n|---|--:|--:|--:|");
  const line = (/** @type {string} */ what, /** @type {import("./measure.mjs").Usage} */ usage) =>
    console.log(
      `| ${what} | ${seconds(usage.wall)} | ${seconds(usage.user + usage.sys)} | ${mebibytes(usage.peak)} |`,
    );
  line(
    "mawk, three questions",
    medianOf([1, 2, 3].map(() => measure(`mawk -f ${awk} access.log`, place).usage)),
  );
  if (!existsSync(at("store"))) {
    const { usage } = measure(`node ${culprit} ingest access.log --store store`, place);
    line("culprit ingest, every column", usage);
    for (let week = 1; week < weeks; week++) {
      say(`week ${week + 1} of ${weeks}`);
      generate(at("later.log"), { lines: rows, week });
      const { usage: more } = measure(`node ${culprit} ingest later.log --store store`, place);
      if (week === weeks - 1) line(`the same of week ${weeks}`, more);
      rmSync(at("later.log"));
    }
  }
  const { usage } = measure(`node ${culprit} ingest access.log --store store`, place);
  line("the same again: nothing new", usage);
  line(
    "culprit store compact",
    measure(`node ${culprit} store compact --store store`, place).usage,
  );
  await questions();
} finally {
  if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

/** The same questions to the store's files and to a table, in one process each, warm. */
async function questions() {
  const files = globSync("requests/**/*.parquet", { cwd: at("store"), absolute: true });
  const bytes = files.reduce((sum, name) => sum + statSync(name).size, 0);
  const { storedRows } = await import(new URL("../dist/store/stored.js", import.meta.url).href);
  const relation = storedRows(files);
  const own = await DuckDBInstance.create(":memory:");
  const store = await own.connect();
  await store.run("SET preserve_insertion_order = false");
  if (!existsSync(at("rows.duckdb"))) {
    say("filling a DuckDB table with the same rows");
    const filling = await DuckDBInstance.create(at("rows.duckdb"));
    const connection = await filling.connect();
    await connection.run(`CREATE TABLE requests AS SELECT * FROM ${relation} ORDER BY time`);
    connection.closeSync();
    filling.closeSync();
  }
  const other = await DuckDBInstance.create(at("rows.duckdb"), { access_mode: "READ_ONLY" });
  const table = await other.connect();
  const [[count, middle]] = /** @type {[[unknown, unknown]]} */ (
    (
      await store.runAndReadAll(
        `SELECT count(*), CAST(date_trunc('hour', quantile_disc(time, 0.5)) AS VARCHAR) FROM ${relation}`,
      )
    ).getRows()
  );
  const hour = `WHERE time >= TIMESTAMP '${String(middle)}' AND time < TIMESTAMP '${String(middle)}' + INTERVAL 1 HOUR`;
  const begin = String(middle).replace(" ", "T");
  const end = new Date(Date.parse(`${begin}Z`) + 3_600_000).toISOString();
  const question = (/** @type {string} */ from, /** @type {string} */ where) =>
    `SELECT client_ip, count(*) AS requests, sum(bytes_sent) AS bytes FROM ${from} ${where}
     GROUP BY client_ip ORDER BY requests DESC LIMIT 20`;
  console.log(
    `\n${String(count)} rows in ${files.length} files; ${(bytes / Number(count)).toFixed(1)} bytes a row in the store, ` +
      `${(statSync(at("rows.duckdb")).size / Number(count)).toFixed(1)} in the DuckDB file\n`,
  );
  console.log(
    "| group by client | store | CPU | .duckdb table | CPU | | `culprit top`, whole | CPU | peak |\n" +
      "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
  );
  for (const [what, where, range] of /** @type {const} */ ([
    ["one hour", hour, `--since ${begin}Z --until ${end}`],
    ["all", "", ""],
  ])) {
    const ours = await timeOf(store, question(relation, where));
    const theirs = await timeOf(table, question("requests", where));
    const command = `node ${culprit} top client_ip --store store ${range}`;
    const whole = Array.from(
      { length: runs },
      () => measure(command, { cwd: folder, env: process.env }).usage,
    );
    const { wall, user, sys, peak } = medianOf(whole);
    const cells = [
      milliseconds(ours.wall),
      milliseconds(ours.cpu),
      milliseconds(theirs.wall),
      milliseconds(theirs.cpu),
      `${(ours.wall / theirs.wall).toFixed(2)} ×`,
      milliseconds(wall * 1000),
      milliseconds((user + sys) * 1000),
      mebibytes(peak),
    ];
    console.log(`| ${what} | ${cells.join(" | ")} |`);
  }
}

/** Medians of several runs, in milliseconds: of the clock, and of both cores. */
async function timeOf(
  /** @type {import("@duckdb/node-api").DuckDBConnection} */ connection,
  /** @type {string} */ sql,
) {
  /** @type {{ wall: number, cpu: number }[]} */
  const times = [];
  for (let run = 0; run < runs; run++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    await connection.runAndReadAll(sql);
    const { user, system } = process.cpuUsage(used);
    times.push({ wall: performance.now() - start, cpu: (user + system) / 1000 });
  }
  const median = (/** @type {"wall" | "cpu"} */ figure) =>
    times.map((time) => time[figure]).toSorted((a, b) => a - b)[runs >> 1] ?? NaN;
  return { wall: median("wall"), cpu: median("cpu") };
}
