import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, loadavg, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { differences } from "./answers.mjs";
import { contests, logs } from "./contenders.mjs";
import { generate } from "./generate.mjs";
import { measure, medianOf } from "./measure.mjs";
import { table } from "./table.mjs";

/*
 * Measures culprit beside its peers on one generated log and prints Markdown tables.
 *
 *   npm run bench -- [--lines 5000000] [--runs 3] [--only WORD] [--install] [--write]
 */

const bench = import.meta.dirname;
const root = path.dirname(bench);

const { values: flags } = parseArgs({
  options: {
    lines: { type: "string", default: "5000000" },
    runs: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    install: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const lines = Number(flags.lines);
const runs = Number(flags.runs);

const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);

const has = (/** @type {string} */ program) =>
  spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

/** The Debian packages of what is measured, and of what measures. */
const PROGRAMS = ["time", "gzip", "mawk", "gawk", "goaccess", "lnav"];

/** A shell command whose output is wanted. */
function output(/** @type {string} */ command) {
  return spawnSync("sh", ["-c", command], { encoding: "utf8" }).stdout.trim();
}

function install() {
  const missing = PROGRAMS.filter((program) => !has(program));
  if (missing.length === 0) return;
  say(`installing ${missing.join(", ")}`);
  const command = `apt-get update -qq && apt-get install -qq -y --no-install-recommends ${missing.join(" ")}`;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("sh", ["-c", command], { env, stdio: ["ignore", 2, 2] });
}

/** The logs, the scripts, and `culprit` as a command, in one folder. */
function prepare(/** @type {string} */ folder) {
  cpSync(path.join(bench, "awk"), path.join(folder, "awk"), { recursive: true });
  symlinkSync(path.join(bench, "floor.mjs"), path.join(folder, "floor.mjs"));
  const culprit = path.join(folder, "culprit");
  writeFileSync(culprit, `#!/bin/sh\nexec node '${path.join(root, "dist/bin.js")}' "$@"\n`);
  chmodSync(culprit, 0o755);
  say(`writing ${lines} lines`);
  const written = generate(path.join(folder, logs.all), { lines });
  output(
    `cd '${folder}' && head -n 1000000 ${logs.all} >${logs.million} && gzip -6 -k ${logs.all}`,
  );
  return written;
}

/**
 * One warm-up round, then the counted ones, every contender in turn.
 * @param {import("./contenders.mjs").Contest} contest
 * @param {string} folder
 * @param {number} slack
 */
function hold({ title, contenders }, folder, slack) {
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env["PATH"]}`,
    TMPDIR: folder,
    LC_ALL: "C",
  };
  const present = contenders.filter(({ needs }) => needs === undefined || has(needs));
  /** @type {Map<string, import("./measure.mjs").Usage[]>} */
  const usages = new Map(present.map(({ command }) => [command, []]));
  /** @type {string[]} */
  const wrong = [];
  for (let run = 0; run <= runs; run++) {
    /** @type {import("./answers.mjs").Answers[]} */
    const given = [];
    for (const { command, answers } of present) {
      const { usage, stdout } = measure(command, { cwd: folder, env });
      say(`${title} ${run}: ${usage.wall.toFixed(2)} s  ${command.slice(0, 80)}`);
      if (run > 0) usages.get(command)?.push(usage);
      const mine = answers(stdout);
      if (run === 0) wrong.push(...given.flatMap((other) => differences(other, mine, slack)));
      given.push(mine);
    }
  }
  const rows = present.map(({ command }) => ({
    command,
    usage: medianOf(usages.get(command) ?? []),
  }));
  const verdict =
    wrong.length === 0
      ? "All that answer the same question gave the same answer, within the malformed lines."
      : `**Answers differ:** ${wrong.slice(0, 5).join("; ")}`;
  return `### ${title}\n\n${table(rows)}\n\n${verdict}\n`;
}

/** What the figures depend on. */
function surroundings() {
  const duckdb = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).dependencies[
    "@duckdb/node-api"
  ];
  const debian = output("sed -n 's/^PRETTY_NAME=\"\\(.*\\)\"/\\1/p' /etc/os-release");
  const peers = PROGRAMS.slice(2)
    .filter(has)
    .map((name) => {
      const version = output(`dpkg-query -W -f '\${Version}' ${name}`);
      return `${name} ${version.replace(/^\d+:/, "")}`;
    });
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1);
  return (
    `${availableParallelism()} cores, ${memory} GiB, ${debian}, Node ${process.versions.node}, ` +
    `@duckdb/node-api ${duckdb}; ${peers.join(", ")}; load average at the start ${load}.`
  );
}

/** Puts the tables between the two marks of the page. */
function write(/** @type {string} */ text) {
  const page = path.join(bench, "README.md");
  const [begin, end] = ["<!-- results -->", "<!-- /results -->"];
  const [before = "", after = ""] = readFileSync(page, "utf8").split(
    new RegExp(`${begin}[^]*${end}`),
  );
  writeFileSync(page, `${before}${begin}\n\n${text}\n${end}${after}`);
}

if (flags.install) install();
if (!has("time"))
  throw new Error("the program `time` is missing: Debian's package time, or --install");
const folder = mkdtempSync(path.join(tmpdir(), "culprit-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
  process.on(signal, () => process.exit(130));
const where = surroundings();
const { bytes, escaped, malformed } = prepare(folder);
const formatter = new Intl.NumberFormat("en");
const number = (/** @type {number} */ value) => formatter.format(value);
const log =
  `${number(lines)} combined lines, ${(bytes / 1e9).toFixed(2)} GB, ` +
  `${number(escaped)} with escaped quotes, ${number(malformed)} malformed.`;
const held = contests
  .filter(({ title }) => title.toLowerCase().includes(flags.only.toLowerCase()))
  .map((contest) => hold(contest, folder, malformed));
const text = [`${log} Medians of ${runs} runs. ${where}`, ...held].join("\n\n");
console.log(text);
if (flags.write) write(text);
