// Real Squid in front of real Apache: 20,000 requests, the truth by an id that both log and stitch does not see. Then days of
// written lines between clocks that drift apart.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLOCKS, twoClocks } from "../test/generators/two-clocks.mjs";
import { BACK_FORMAT, playThrough, score } from "../test/servers/squid-apache.mjs";

const PROGRAM = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

const RUNS = [
  { requests: 20_000, seed: 1, skew: 2, rate: 500 },
  { requests: 20_000, seed: 2, skew: -2, rate: 500 },
  { requests: 20_000, seed: 3, skew: 0.7, rate: 150 },
];

/** Requests over five days. */
const SIZES = [500, 5000, 50_000];

/** @returns {Promise<string>} Markdown tables */
export async function evaluate() {
  return [...(await realServers()), "", ...driftingClocks()].join("\n");
}

async function realServers() {
  const rows = [];
  for (const run of RUNS) {
    const logs = await playThrough(run);
    try {
      const { share, ...result } = stitched(logs);
      rows.push([
        logs.frontIds.length,
        logs.backIds.length,
        `${run.skew} s`,
        `${run.rate}/s`,
        ...[result.found, result.wrong, result.wrong_certain, result.ambiguous].map(share),
      ]);
    } finally {
      logs.remove();
    }
  }
  return [
    "| lines of Squid | of Apache | skew | rate | true pairs found | wrong | wrong and not called ambiguous | ambiguous |",
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ];
}

function driftingClocks() {
  const rows = [];
  for (const [name, ahead] of Object.entries(CLOCKS)) {
    for (const requests of SIZES) {
      const folder = mkdtempSync(join(tmpdir(), "culprit-clocks-"));
      try {
        const logs = twoClocks({ requests, seed: requests, ahead });
        const [front, back] = [join(folder, "front.log"), join(folder, "back.log")];
        writeFileSync(front, logs.front);
        writeFileSync(back, logs.back);
        const { share, true_pairs, found, wrong } = stitched({ ...logs, folder, front, back });
        rows.push([name, requests, true_pairs, share(found), share(wrong)]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  }
  return [
    "| over five days the back's clock | requests | true pairs | found | wrong |",
    "| :-- | ---: | ---: | ---: | ---: |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ];
}

/** @param {{ folder: string, front: string, back: string, frontIds: string[], backIds: string[] }} logs */
function stitched(logs) {
  const joined = join(logs.folder, "joined.jsonl");
  const { status, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, "stitch", logs.front, logs.back, "--back-log-format", BACK_FORMAT, "-o", joined],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  const lines = readFileSync(joined, "utf8").trim().split("\n");
  const result = score(
    logs,
    lines.map((line) => JSON.parse(line)),
  );
  const share = (/** @type {number} */ part) =>
    `${((100 * part) / result.true_pairs).toFixed(3)} %`;
  return { ...result, share };
}
