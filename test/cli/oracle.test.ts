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

type Rows = { rows: Record<string, unknown>[] };
type Counts = ReadonlyMap<string, number>;

/** Values of a field and their requests; `-` stands for those without one. */
function counts(field: string, rows: Rows["rows"], total: number): Counts {
  const found = new Map<string, number>();
  for (const row of rows) {
    const value = whole(row[field] ?? "-");
    found.set(value, (found.get(value) ?? 0) + (row["requests"] as number));
  }
  const known = [...found.values()].reduce((sum, count) => sum + count, 0);
  return known < total ? found.set("-", total - known) : found;
}

/** Bytes that are not UTF-8 stand as `\xHH`; the figures have what a decoder makes of them. */
function whole(value: unknown): string {
  const bytes = String(value).replaceAll(/\\x([89A-F][0-9A-F])/g, (_, hex: string) => `\0${hex}`);
  const parts = bytes.split(/\0([89A-F][0-9A-F])/);
  return Buffer.concat(
    parts.map((part, at) => Buffer.from(part, at % 2 === 1 ? "hex" : "utf8")),
  ).toString();
}

async function top(fields: string, log: string): Promise<Rows["rows"]> {
  const { out } = await culprit(["top", fields, log, "-n", "100000", "--jsonl"]);
  return jsonLines(out);
}

/** Where several values have the same count, any of them may stand in the list. */
function expectRanked(found: Counts, wanted: Ranked): void {
  const most = [...found.values()].toSorted((a, b) => b - a).slice(0, wanted.length);
  expect(most).toEqual(wanted.map(([, count]) => count));
  for (const [value, count] of wanted) expect([value, found.get(value)]).toEqual([value, count]);
}

const METHODS = new Set(
  "GET HEAD POST PUT DELETE OPTIONS CONNECT TRACE PATCH PROPFIND SEARCH".split(" "),
);

/** The second word of a TLS or RDP greeting, which is no target of a request. */
const NO_TARGET = "mstshash=Domain";

describe.skipIf(logs.length === 0)("the corpus (skipped where ../shared/corpus is absent)", () => {
  test.each(logs)("$name", async ({ log, oracle }) => {
    const { code, out } = await culprit(["report", log, "--json", "-n", "100000"]);
    expect(code).toBe(0);
    const report = JSON.parse(out) as Record<string, Record<string, unknown> & Rows>;
    const { accounting, totals, consumers, methods, user_agents: agents } = report;
    expect(accounting).toMatchObject({ lines: oracle.lines, rejected: oracle.unparsed });
    expect(totals).toMatchObject({ clients: oracle.unique_hosts, bytes_sent: oracle.bytes });
    const iso = (text: unknown): string => new Date(String(text)).toISOString();
    const times = [totals?.["first"], totals?.["last"]].map(iso);
    expect(times).toEqual([oracle.first, oracle.last].map(iso));
    const total = totals?.["requests"] as number;
    const rows = await top("status,method,request_target", log);
    expect(Object.fromEntries(counts("status", rows, total))).toEqual(oracle.status);
    const named: Record<string, number> = {};
    for (const [method, count] of counts("method", methods?.rows ?? [], total)) {
      const name = METHODS.has(method) ? method : "OTHER";
      named[name] = (named[name] ?? 0) + count;
    }
    expect(named).toEqual(oracle.methods);
    const targets = rows.filter(({ method }) => method !== null);
    const wanted = oracle.top_targets.filter(([value]) => value !== NO_TARGET);
    expectRanked(counts("request_target", targets, 0), wanted);
    const clients = (consumers as Record<string, Rows>)["by_requests"]?.rows ?? [];
    expectRanked(counts("client_ip", clients, total), oracle.top_hosts);
    expectRanked(counts("user_agent", agents?.rows ?? [], total), oracle.top_user_agents);
  });
});

test.skipIf(logs.length > 0)("the corpus is absent: whole logs were not compared", () => {});
