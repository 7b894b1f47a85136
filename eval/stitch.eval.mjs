// Real Squid in front of real Apache: 20,000 requests, the truth by an id that both log and stitch does not see.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BACK_FORMAT, playThrough, score } from "../test/servers/squid-apache.mjs";

const PROGRAM = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

const RUNS = [
  { requests: 20_000, seed: 1, skew: 2, rate: 500 },
  { requests: 20_000, seed: 2, skew: -2, rate: 500 },
  { requests: 20_000, seed: 3, skew: 0.7, rate: 150 },
];

/** @returns {Promise<string>} a Markdown table */
export async function evaluate() {
  const rows = [];
  for (const run of RUNS) {
    const logs = await playThrough(run);
    try {
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
      rows.push([
        logs.frontIds.length,
        logs.backIds.length,
        `${run.skew} s`,
        `${run.rate}/s`,
        share(result.found),
        share(result.wrong),
        share(result.wrong_certain),
        share(result.ambiguous),
      ]);
    } finally {
      logs.remove();
    }
  }
  return [
    "| lines of Squid | of Apache | skew | rate | true pairs found | wrong | wrong and not called ambiguous | ambiguous |",
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
}
