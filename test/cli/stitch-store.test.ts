import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CLOCKS, twoClocks } from "../generators/two-clocks.mjs";
import { BACK_FORMAT } from "../servers/squid-apache.mjs";
import { culprit, folder, jsonLines } from "./culprit.js";
import { log } from "./logs.js";

/* `culprit stitch` of two logs that are in a store already. */

const logs = twoClocks({ requests: 400, seed: 3, days: 1, ahead: CLOCKS["keeps step"] });
const linesOf = (text: string): string[] => text.trimEnd().split("\n");
const store = path.join(folder, "logs");
const DERIVE = ["--derive", "area=path~^/([a-z]+)"];
let front: string;
let back: string;

beforeAll(async () => {
  front = log("squid.log", linesOf(logs.front));
  back = log("apache.log", linesOf(logs.back));
  const ingests = [
    ["ingest", front, "--store", store, ...DERIVE],
    ["ingest", back, "--store", store, "--log-format", BACK_FORMAT, ...DERIVE],
  ];
  for (const argv of ingests) expect((await culprit(argv)).code).toBe(0);
});

const stitched = async (...argv: string[]): Promise<Record<string, unknown>> => {
  const { code, out, err } = await culprit(["stitch", ...argv, "--json"]);
  expect({ code, err: err.match(/error.*/) }).toEqual({ code: 0, err: null });
  return JSON.parse(out) as Record<string, unknown>;
};

test("says what stitching the files says", async () => {
  const files = await stitched(front, back, "--back-log-format", BACK_FORMAT);
  const stored = await stitched("--store", store);
  for (const part of ["match", "key", "clock", "clients", "cache_busting"]) {
    expect(stored[part]).toEqual(files[part]);
  }
  expect((stored["front"] as { accounting: object }).accounting).toMatchObject({
    parsed: logs.frontIds.length,
  });
});

test("writes the rows that the files give, with what was derived", async () => {
  const rows = async (...argv: string[]): Promise<unknown[]> => {
    const { out } = await culprit(["stitch", ...argv, "--jsonl"]);
    const all = jsonLines(out);
    return all
      .map(({ stitch, line, back_line, back_lag_ms, area, user_agent }) => ({
        ...{ stitch, line, back_line, back_lag_ms, area, user_agent },
      }))
      .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  };
  const files = await rows(front, back, "--back-log-format", BACK_FORMAT, ...DERIVE);
  expect(await rows("--store", store)).toEqual(files);
  for (const named of [
    ["--front-format", "squid", "--back-where", "user_agent=Mozilla*"],
    ["--front-format", "squid"],
    ["--back-format", "apache"],
    ["--front-where", "log_type=squid", "--back-where", "log_type=apache"],
  ]) {
    expect(await rows("--store", store, ...named)).toEqual(files);
  }
});

test("stitches the lines of a time range, and answers for a filter", async () => {
  const half = await stitched("--store", store, "--since", "2026-11-01T12:00");
  const { outcomes, rate } = half["match"] as { outcomes: { paired: number }; rate: number };
  expect(rate).toBeGreaterThan(0.98);
  expect(outcomes.paired).toBeGreaterThan(50);
  const hot = await stitched("--store", store, "--where", "path=/hot");
  const of = (hot["match"] as { outcomes: { paired: number } }).outcomes.paired;
  expect(of).toBeGreaterThan(0);
  expect(of).toBeLessThan(outcomes.paired);
});

test.each<[string, string[], RegExp]>([
  [
    "two sides of one format",
    ["--front-where", "status=200", "--front-format", "none"],
    /front's log/,
  ],
  ["a back that is not there", ["--back-format", "nlb"], /No line passes/],
  [
    "a filter beside files",
    ["a.log", "b.log", "--front-where", "status=200"],
    /Leave the logs out/,
  ],
  ["an engine beside files", ["a.log", "b.log", "--engine", "trino://x/y/z"], /Leave the logs out/],
  ["one log", ["a.log"], /the store has both/],
])("refuses %s", async (_, argv, says) => {
  const { code, err } = await culprit(["stitch", "--store", store, ...argv]);
  expect(code).toBe(2);
  expect(err).toMatch(says);
});
