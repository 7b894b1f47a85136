import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough, Readable } from "node:stream";
import { run } from "../dist/index.js";
import { balancerLog, holders } from "../test/generators/balancer.mjs";
import { incident, incidents, isNamed, json, World } from "../test/generators/incidents.mjs";

const SEEDS = Number(process.env["EVAL_SEEDS"] ?? 20);
const folder = mkdtempSync(path.join(tmpdir(), "culprit-eval-"));

/**
 * @param {string} text
 * @param {readonly string[]} args
 */
async function compare(text, args) {
  const log = path.join(folder, "log");
  writeFileSync(log, text);
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  let [out, err] = ["", ""];
  stdout.on("data", (/** @type {Buffer} */ part) => (out += part.toString()));
  stderr.on("data", (/** @type {Buffer} */ part) => (err += part.toString()));
  const code = await run(["compare", log, "--json", ...args], {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: { TMPDIR: folder },
    cwd: folder,
    now: () => new Date(),
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

const share = (/** @type {number} */ part, /** @type {number} */ of) =>
  `${((100 * part) / of).toFixed(1)} %`;

export async function evaluate() {
  try {
    return [await incidentTable(), await calmTable(), await balancerTable()].join("\n\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function incidentTable() {
  const rows = [];
  const all = { runs: 0, first: 0, five: 0, wanted: 0, found: 0, told: 0 };
  for (const [name, { by = "requests" }] of Object.entries(incidents)) {
    const one = { runs: 0, first: 0, five: 0, wanted: 0, found: 0, told: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { requests, causes } = incident(name, seed);
      const found = await compare(json(requests), ["--by", by, "--incident", "2026-11-04"]);
      // A part that moved against the whole is told, too.
      const told = [...found.causes, ...(found.opposite === null ? [] : [found.opposite])];
      const isOf = causes.map((cause) => told.findIndex((part) => isNamed(part, cause)));
      one.runs += 1;
      one.first += Number(isOf.includes(0));
      one.five += Number(isOf.every((at) => at >= 0));
      one.wanted += causes.length;
      one.found += isOf.filter((at) => at >= 0).length;
      one.told += found.causes.length;
      if (process.env["EVAL_VERBOSE"] && (!isOf.includes(0) || isOf.some((at) => at < 0))) {
        console.log(
          name,
          seed,
          JSON.stringify(causes),
          found.paragraph,
          JSON.stringify(
            found.causes.map((/** @type {any} */ c) => [c.conditions, c.also_known_as]),
          ),
        );
      }
    }
    for (const key of /** @type {(keyof typeof one)[]} */ (Object.keys(one))) all[key] += one[key];
    rows.push(line(name, by, one));
  }
  return [
    `Incidents in a generated log of three days of about 3,000 requests, ${SEEDS} seeds each; size 8 to 48 % of a day. "First" is the share of logs whose first cause is one of the true ones by name or by other name, condition for condition; "all within five" the share in which each true cause is among those told, or is the part told to have moved against the whole, as a folder's outage on a busier day; the last column how many causes are told for each true one.`,
    "",
    "| incident | by | first | all within five | told for each true one |",
    "| --- | --- | ---: | ---: | ---: |",
    ...rows,
    line("**all**", "", all),
  ].join("\n");
}

const line = (
  /** @type {string} */ name,
  /** @type {string} */ by,
  /** @type {{ runs: number, first: number, five: number, wanted: number, told: number }} */ one,
) =>
  `| ${name} | ${by} | ${share(one.first, one.runs)} | ${share(one.five, one.runs)} | ${(one.told / one.wanted).toFixed(2)} |`;

async function calmTable() {
  const rows = [];
  for (const [by, perDay] of [
    ...["requests", "bytes_sent", "errors", "error_rate", "duration_ms"].map((name) => [
      name,
      3000,
    ]),
    // Of which some six fail.
    ...["requests", "errors", "error_rate"].map((name) => [name, 100]),
  ]) {
    for (const days of [2, 4, 9]) {
      let calm = 0;
      let accused = 0;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const world = new World(seed + 1000, { days, perDay: Number(perDay) });
        const last = new Date(Date.UTC(2026, 10, 1 + days)).toISOString().slice(0, 10);
        const found = await compare(json(world.ordinary()), [
          "--by",
          String(by),
          "--incident",
          last,
        ]);
        calm += Number(found.verdict === "calm");
        accused += Number(found.causes.length > 0);
        if (process.env["EVAL_VERBOSE"] && found.verdict !== "calm")
          console.log(by, perDay, days, seed, found.paragraph);
      }
      rows.push(
        `| ${by} | ${perDay} | ${days} | ${share(calm, SEEDS)} | ${share(accused, SEEDS)} |`,
      );
    }
  }
  return [
    `Ordinary days, nothing injected, ${SEEDS} seeds each:`,
    "",
    "| by | requests a day | days in the log | nothing unusual | a cause is named |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

async function balancerTable() {
  let right = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const found = await compare(balancerLog(seed), [
      ...["--baseline", "2026-04-07", "--incident", "2026-04-08", "--by", "connections"],
    ]);
    const [first] = found.causes;
    const values = (/** @type {string} */ field) =>
      first?.typical.find((/** @type {{ field: string }} */ one) => one.field === field)
        ?.values ?? [first?.conditions[field]];
    right += Number(
      Math.abs(found.total.factor - 3) < 0.15 &&
        found.clients.incident < found.clients.baseline &&
        first?.conditions.duration === "5 min or longer" &&
        String(values("target_port")) === "443" &&
        String(values("host")) === "app.example.com" &&
        holders.every((client) => values("client_ip").includes(client)) &&
        values("client_ip").length === holders.length,
    );
  }
  return `Four clients that hold connections of a load balancer: three times the connections, fewer clients, port, domain, duration and exactly the four clients all told: ${share(right, SEEDS)} of ${SEEDS} seeds.`;
}
