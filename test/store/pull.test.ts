import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { culprit, type Ran } from "../s3/culprit.js";
import { deliveryKey, s3Line, s3Lines, truncatedGzip } from "../s3/lines.js";
import { startS3, type TestS3 } from "../s3/server.js";

let s3: TestS3;
let folder: string;
let store: string;
let bucket: string;
let count = 0;

beforeAll(async () => {
  s3 = await startS3();
  folder = await mkdtemp(path.join(tmpdir(), "culprit-pull-"));
});

afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  s3.proxy.reset();
  count += 1;
  store = path.join(folder, `store-${count}`);
  bucket = `logs-${count}`;
  s3.createBucket(bucket);
});

interface Pulled {
  readonly code: number;
  readonly stderr: string;
  readonly objects: number;
  readonly known: number;
  readonly lines: number;
  readonly parsed: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly failed: { readonly name: string; readonly code: string }[];
  readonly plan: {
    readonly listed: number;
    readonly fresh: number;
    skipped: Record<string, number>;
  };
  readonly deletion?: { readonly deleted: number; readonly failed: readonly unknown[] };
}

const run = (...args: string[]): Promise<Ran> =>
  culprit([...args, "--store", store, "--endpoint", s3.endpoint]);

/** Pulls the test's bucket and returns what the command said of it. */
async function pull(...flags: string[]): Promise<Pulled> {
  const { code, stdout, stderr } = await run("pull", `s3://${bucket}/`, "--json", ...flags);
  expect(stdout, stderr).not.toBe("");
  return { code, stderr, ...JSON.parse(stdout) };
}

async function rowsInStore(): Promise<{ rows: number; requests: number }> {
  const sql = "SELECT count(*) AS rows, count(DISTINCT request_id) AS requests FROM requests";
  const { stdout, stderr } = await culprit(["sql", sql, "--store", store, "--json"]);
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout).rows[0];
}

/** Fails the first requests for an object, then lets them pass. */
function failFirst(part: string, times: number, fault: { status: number; code: string }): void {
  let left = times;
  s3.proxy.fault = ({ kind, path: asked }) =>
    kind === "get" && asked.includes(part) && left-- > 0 ? fault : undefined;
}

describe("what is new", () => {
  test("2,000 objects over several pages, each read once, then nothing twice", async () => {
    const objects = 2000;
    const bodies = Array.from(
      { length: objects },
      (_, n) => [deliveryKey(n * 7), s3Lines(n * 10, 10)] as const,
    );
    await s3.putAll(bucket, new Map(bodies));
    const first = await pull();
    expect(first).toMatchObject({ code: 0, objects, lines: 20_000, parsed: 20_000, failed: [] });
    expect(s3.proxy.count("get")).toBe(objects);
    expect(s3.proxy.count("list")).toBe(2);
    expect(await rowsInStore()).toEqual({ rows: 20_000, requests: 20_000 });
    s3.proxy.reset();
    const second = await pull();
    expect(second).toMatchObject({ code: 0, objects: 0, known: objects, lines: 0 });
    expect(s3.proxy.count("get")).toBe(0);
  });
});
