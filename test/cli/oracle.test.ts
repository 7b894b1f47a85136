import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { culprit, jsonLines } from "./culprit.js";

/** Whole logs, each with figures beside it that two independent readers agreed on. */
const corpus = path.resolve("../shared/corpus");
const oracles = existsSync(corpus)
  ? globSync("*/*.oracle.json", { cwd: corpus, absolute: true })
  : [];

type Ranked = readonly (readonly [value: string, count: number])[];

interface Oracle {
  lines: number;
  unparsed: number;
  unique_hosts: number;
  bytes: number;
  first: string;
  last: string;
  status: Record<string, number>;
  methods: Record<string, number>;
  top_targets: Ranked;
  top_hosts: Ranked;
  top_user_agents: Ranked;
}

const logs = oracles
  .map((file) => ({
    name: path.relative(corpus, file).replace(".oracle.json", ""),
    log: file.replace(".oracle.json", ""),
    oracle: JSON.parse(readFileSync(file, "utf8")) as Oracle,
  }))
  .filter(({ oracle }) => "top_targets" in oracle);

/** Values and their requests, most first, from `culprit top`. */
async function top(field: string, log: string): Promise<Map<string, number>> {
  const { out } = await culprit(["top", field, log, "-n", "100000", "--jsonl"]);
  return new Map(
    jsonLines(out).map((row) => [String(row[field] ?? "-"), row["requests"] as number]),
  );
}

/** Where several values have the same count, any of them may stand in the list. */
function expectRanked(found: ReadonlyMap<string, number>, wanted: Ranked): void {
  const counts = [...found].filter(([value]) => value !== "-").map(([, count]) => count);
  expect(counts.slice(0, wanted.length)).toEqual(wanted.map(([, count]) => count));
  for (const [value, count] of wanted) expect([value, found.get(value)]).toEqual([value, count]);
}

const KNOWN = new Set(
  "GET HEAD POST PUT DELETE OPTIONS CONNECT TRACE PATCH PROPFIND SEARCH".split(" "),
);

describe.skipIf(logs.length === 0)("the corpus (skipped where ../shared/corpus is absent)", () => {
  test.each(logs)("$name", async ({ log, oracle }) => {
    const { code, out } = await culprit(["report", log, "--json"]);
    expect(code).toBe(0);
    const { accounting, totals } = JSON.parse(out) as Record<string, Record<string, unknown>>;
    expect(accounting).toMatchObject({ lines: oracle.lines, rejected: oracle.unparsed });
    expect(totals).toMatchObject({ clients: oracle.unique_hosts, bytes_sent: oracle.bytes });
    const iso = (text: unknown): string => new Date(String(text)).toISOString();
    expect([iso(totals?.["first"]), iso(totals?.["last"])]).toEqual([
      iso(oracle.first),
      iso(oracle.last),
    ]);
    expect(Object.fromEntries(await top("status", log))).toEqual(oracle.status);
    const methods: Record<string, number> = {};
    for (const [method, count] of await top("method", log)) {
      const name = KNOWN.has(method) ? method : "OTHER";
      methods[name] = (methods[name] ?? 0) + count;
    }
    expect(methods).toEqual(oracle.methods);
    expectRanked(await top("request_target", log), oracle.top_targets);
    expectRanked(await top("client_ip", log), oracle.top_hosts);
    expectRanked(await top("user_agent", log), oracle.top_user_agents);
  });
});

test.skipIf(logs.length > 0)("the corpus is absent: whole logs were not compared", () => {});
