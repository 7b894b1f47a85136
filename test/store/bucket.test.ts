import { randomBytes } from "node:crypto";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { S3 } from "../../src/sources/s3-client.js";
import { BucketObjects } from "../../src/store/bucket-objects.js";
import { Bucket } from "../../src/store/bucket.js";
import { Change, recover } from "../../src/store/change.js";
import { noTotals, readLedger, type Commit } from "../../src/store/ledger.js";
import { culprit, type Result } from "../cli/culprit.js";
import { deliveryKey, s3Lines as deliveredLines } from "../s3/lines.js";
import type { Fault, Seen } from "../s3/proxy.js";
import { makeBucketStore, type BucketStore } from "./kinds.js";
import { combinedLines, s3Lines, squidLines, temporaryFolder, write } from "./stores.js";

interface Scene extends BucketStore {
  readonly folder: string;
  readonly run: (command: string, ...args: string[]) => Promise<Result>;
  /** Has requests fail that the test chooses. */
  readonly fault: (choose: (seen: Seen) => Fault | undefined | Promise<Fault | undefined>) => void;
  /** What was fetched of the store's data since the last `reset`. */
  readonly fetched: () => string[];
}

async function scene(): Promise<Scene> {
  const folder = temporaryFolder();
  const store = await makeBucketStore(folder);
  const { proxy } = store.s3;
  proxy.reset();
  onTestFinished(() => proxy.reset());
  return {
    ...store,
    folder,
    run: (command, ...args) => culprit([command, ...store.args, ...args], { cwd: folder }),
    fault: (choose) => (proxy.fault = choose),
    fetched: () =>
      proxy.seen
        .filter(({ kind, path: key }) => kind === "get" && key.includes("/requests/"))
        .map(({ path: key }) => key),
  };
}

/** A store with four days of three formats, a file for each. */
async function filled(): Promise<Scene> {
  const at = await scene();
  write(at.folder, "1.log", combinedLines({ count: 40, days: 4 }));
  write(at.folder, "2.log", squidLines({ count: 40, days: 4 }));
  write(at.folder, "3.log", s3Lines({ count: 40, days: 4 }));
  const { code, err } = await at.run("ingest", "1.log", "2.log", "3.log");
  expect(code, err).toBe(0);
  at.s3.proxy.reset();
  return at;
}

const rowsOf = ({ out, err }: Result): unknown => {
  expect(out, err).not.toBe("");
  return (JSON.parse(out) as { rows: unknown }).rows;
};

describe("a question fetches", () => {
  const count = ["sql", "SELECT count(*) AS n FROM requests", "--json"] as const;
  test.each([
    { what: "all files without a time", flags: [], rows: 120, files: 12 },
    { what: "the days of the time range", flags: ["--since", "2026-11-04"], rows: 30, files: 3 },
    {
      what: "the days between two times",
      flags: ["--range", "2026-11-02..2026-11-03"],
      rows: 30,
      files: 3,
    },
    { what: "the last day, counted back from the last row", flags: ["--since", "-12h"], files: 3 },
    { what: "the files of the format", flags: ["--format", "squid"], rows: 40, files: 4 },
    {
      what: "both at once",
      flags: ["--format", "squid", "--until", "2026-11-02"],
      rows: 10,
      files: 1,
    },
    { what: "nothing outside of all times", flags: ["--since", "2027-01-01"], rows: 0, files: 0 },
  ])("$what, once", async ({ flags, rows, files }) => {
    const { run, fetched, s3, cache } = await filled();
    // As on another machine than the one that ingested.
    const other = ["--cache", `${cache}-of-a-reader`];
    const first = rowsOf(await run(...count, ...flags, ...other));
    if (rows !== undefined) expect(first).toEqual([{ n: rows }]);
    expect(new Set(fetched()).size).toBe(files);
    expect(fetched()).toHaveLength(files);
    s3.proxy.reset();
    expect(rowsOf(await run(...count, ...flags, ...other))).toEqual(first);
    expect(fetched()).toEqual([]);
  });

  test("what a compaction has made, and not what it replaced", async () => {
    const { run, fetched, s3, folder, cache } = await filled();
    write(folder, "4.log", combinedLines({ count: 40, days: 4, from: 40 }));
    await run("ingest", "4.log");
    await run("store", "compact");
    s3.proxy.reset();
    const other = ["--cache", `${cache}-of-a-reader`];
    expect(rowsOf(await run(...count, "--format", "combined", ...other))).toEqual([{ n: 80 }]);
    expect(fetched()).toHaveLength(4);
  });
});

test("the cache stays within its size, and answers stay right", async () => {
  const { run, folder } = await filled();
  const cache = path.join(folder, "small");
  const flags = ["--cache", cache, "--cache-size", "20KB", "--json"];
  for (const day of ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"]) {
    const sql = "SELECT count(*) AS n FROM requests";
    const result = await run("sql", sql, "--since", day, "--until", `${day}T23:59:59`, ...flags);
    expect(rowsOf(result)).toEqual([{ n: 30 }]);
    const sizes = readdirSync(cache, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(path.join(entry.parentPath, entry.name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20 * 1024);
  }
});

test("a file that is gone from the bucket, and in no cache, is named", async () => {
  const { run, place, remove } = await filled();
  const [{ name } = { name: "" }] = await place.list("requests");
  await remove(name);
  const { code, err } = await run("report", "--cache", "another-cache");
  expect([code, err]).toEqual([3, expect.stringContaining("A file of the store is missing")]);
  expect(err).toContain(name);
});

test("pull from a bucket into a store in the same bucket leaves the store's own files alone", async () => {
  const { s3, bucket, run } = await scene();
  await s3.put(bucket, deliveryKey(1, "logs/"), deliveredLines(1, 5));
  await s3.put(bucket, deliveryKey(2, "logs/"), deliveredLines(10, 5));
  const pull = async (): Promise<unknown> => {
    const { out, err } = await run("pull", `s3://${bucket}/`, "--json");
    expect(out, err).not.toBe("");
    return JSON.parse(out);
  };
  expect(await pull()).toMatchObject({ objects: 2, lines: 10, failed: [] });
  await s3.put(bucket, deliveryKey(3, "logs/"), deliveredLines(20, 5));
  const own = { skipped: { "of the store itself": expect.any(Number) } };
  expect(await pull()).toMatchObject({ objects: 1, known: 2, lines: 5, failed: [], plan: own });
  expect(await pull()).toMatchObject({ objects: 0, known: 3, lines: 0, failed: [] });
  const deleting = await run("pull", `s3://${bucket}/logs/`, "--delete-after", "--json");
  expect(JSON.parse(deleting.out)).toMatchObject({ deletion: { deleted: 3, failed: [] } });
  const sql = "SELECT count(*) AS n, count(DISTINCT request_id) AS ids FROM requests";
  expect(rowsOf(await run("sql", sql, "--json"))).toEqual([{ n: 15, ids: 15 }]);
});

test("the place comes from CULPRIT_STORE and from the configuration too", async () => {
  const { s3, bucket, folder, cache } = await filled();
  const url = `s3://${bucket}/some/store/`;
  const args = ["sql", "SELECT count(*) AS n FROM requests", "--json", "--cache", cache];
  const env = { CULPRIT_STORE: url, AWS_ENDPOINT_URL_S3: s3.endpoint };
  expect(rowsOf(await culprit(args, { cwd: folder, env }))).toEqual([{ n: 120 }]);
  const config = write(
    folder,
    "culprit.yaml",
    `store:\n  url: ${url}\n  region: eu-west-1\n  endpoint: ${s3.endpoint}\n`,
  );
  const configured = await culprit([...args, "--config", config], { cwd: folder });
  expect(rowsOf(configured)).toEqual([{ n: 120 }]);
});

describe("large files", () => {
  test("are sent in parts and come back as they were", async () => {
    const { s3, bucket, folder } = await scene();
    const file = path.join(folder, "large");
    const bytes = randomBytes(37 * 2 ** 20 + 11);
    writeFileSync(file, bytes);
    const objects = new BucketObjects(await S3.open({ endpoint: s3.endpoint }, "test"), bucket);
    await objects.upload("large", file);
    // One to begin with, five parts, one to end.
    expect(s3.proxy.count("put")).toBe(7);
    expect((await s3.get(bucket, "large")).equals(bytes)).toBe(true);
  });
});

describe("writers", () => {
  const commit: Commit = {
    version: 1,
    at: new Date(0).toISOString(),
    action: "ingest",
    added: [],
    objects: [],
    rejects: [],
    removed: [],
    totals: noTotals,
    formats: {},
  };
  const LEDGER_1 = "ledger/000000000001.json";

  test("one that was slow cannot commit after the next has cleared up its files", async () => {
    const { place, folder, fault } = await scene();
    const state = await readLedger(place);
    const name = "requests/log_type=s3/day=2026-11-01/a.parquet";
    let goOn = (): void => {};
    const stalled = new Promise<void>((reached) => {
      fault(async ({ kind, path: key }) => {
        if (kind !== "put" || !key.endsWith(LEDGER_1)) return undefined;
        fault(() => undefined);
        reached();
        await new Promise<void>((resolve) => (goOn = resolve));
        return undefined;
      });
    });
    const staged = path.join(folder, "staged");
    writeFileSync(staged, "rows");
    const slow = Change.run(place, (change) =>
      change.commit(state, commit, [{ staged, path: name }]),
    );
    const outcome = slow.catch((error: unknown) => error);
    await stalled;
    const found = await recover(place, await readLedger(place), new Date());
    expect(found.commit).toBe(1);
    expect(await place.list("requests")).toEqual([]);
    goOn();
    expect(await outcome).toMatchObject({ code: "store-changed" });
    expect(await place.list("_staging")).toEqual([]);
    expect(JSON.parse((await place.read(LEDGER_1)) ?? "")).toMatchObject({ action: "recover" });
  });

  test("one whose answer got lost knows its own commit again", async () => {
    const { place, fault } = await scene();
    let lost = 0;
    fault(({ kind, path: key }) =>
      kind === "put" && key.endsWith(LEDGER_1) && lost++ === 0 ? { cutAfter: 0 } : undefined,
    );
    const state = await readLedger(place);
    const after = await Change.run(place, (change) => change.commit(state, commit, []));
    expect(lost).toBeGreaterThan(1);
    expect(after.commit).toBe(1);
    expect((await readLedger(place)).commit).toBe(1);
  });

  const holder = { version: 1, id: "x", host: "elsewhere", process: 4711 };
  test.each([
    { what: "a lease of another machine holds", until: 60_000, busy: true },
    { what: "a lease that has run out is taken over", until: -1000, busy: false },
    { what: "what is no lease holds nobody up", text: "not a lease", busy: false },
  ])("$what", async ({ until = 0, text, busy }) => {
    const { place, write: put, run, folder } = await scene();
    const lease = { ...holder, until: new Date(Date.now() + until).toISOString() };
    await put("writer.lease", Buffer.from(text ?? JSON.stringify(lease)));
    write(folder, "a.log", combinedLines({ count: 5 }));
    const { code, err } = await run("ingest", "a.log");
    expect(code, err).toBe(busy ? 3 : 0);
    if (busy) {
      expect(err).toContain("Another culprit is writing to the store (process 4711 on elsewhere)");
      expect(err).toContain("in 60 seconds");
    }
    expect((await readLedger(place)).commit).toBe(busy ? 0 : 1);
  });

  test("a server that does not look at conditions is refused before anything is written", async () => {
    const { place, s3, run, folder } = await scene();
    s3.proxy.conditions = false;
    write(folder, "a.log", combinedLines({ count: 5 }));
    const { code, err } = await run("ingest", "a.log");
    expect([code, err]).toEqual([2, expect.stringContaining("must not be overwritten")]);
    expect(await place.list("requests")).toEqual([]);
  });
});

test("an ingest that is interrupted leaves nothing behind and lets the next one in", async () => {
  const { place, folder, fault, args } = await scene();
  write(folder, "a.log", combinedLines({ count: 40, days: 4 }));
  const interrupted = new AbortController();
  fault(({ kind, path: key }) => {
    if (kind === "put" && key.includes("/requests/")) interrupted.abort();
    return undefined;
  });
  const ingest = ["ingest", "a.log", ...args];
  const first = await culprit(ingest, { cwd: folder, signal: interrupted.signal });
  expect(first).toMatchObject({ code: 130, left: [] });
  expect(await place.list("requests")).toEqual([]);
  expect(await place.list("_staging")).toEqual([]);
  fault(() => undefined);
  const second = await culprit(ingest, { cwd: folder });
  expect(second.code, second.err).toBe(0);
  expect(await place.list("requests")).toHaveLength(4);
});

describe("what goes wrong is told with its mend", () => {
  const denied = { status: 403, code: "AccessDenied" };
  test.each<{
    what: string;
    args: string[];
    fault: (seen: Seen) => Fault | undefined;
    says: string[];
  }>([
    {
      what: "no right to list",
      args: ["report"],
      fault: ({ kind }) => (kind === "list" ? denied : undefined),
      says: ["AWS refuses s3:ListBucket", "allow s3:ListBucket on arn:aws:s3:::"],
    },
    {
      what: "no right to read",
      args: ["report", "--cache", "another-cache"],
      fault: ({ kind, path: key }) =>
        kind === "get" && key.includes("/requests/") ? denied : undefined,
      says: ["AWS refuses s3:GetObject", "allow s3:GetObject on arn:aws:s3:::"],
    },
    {
      what: "no right to write",
      args: ["ingest", "4.log"],
      fault: ({ kind }) => (kind === "put" ? denied : undefined),
      says: ["AWS refuses s3:PutObject", "allow s3:PutObject on arn:aws:s3:::"],
    },
    {
      what: "no right to remove",
      args: ["store", "forget", "--before", "2026-11-03"],
      fault: ({ kind }) => (kind === "delete" ? denied : undefined),
      says: ["AWS refuses s3:DeleteObject", "allow s3:DeleteObject on arn:aws:s3:::"],
    },
    {
      what: "credentials that have expired",
      args: ["report"],
      fault: () => ({ status: 400, code: "ExpiredToken" }),
      says: ["the AWS credentials have expired", "aws sso login"],
    },
  ])("$what", async ({ args, fault, says }) => {
    const at = await filled();
    write(at.folder, "4.log", combinedLines({ count: 5, from: 900 }));
    at.fault(fault);
    const { code, err } = await at.run(...(args as [string]));
    expect(code, err).toBe(3);
    for (const words of says) expect(err).toContain(words);
  });

  test("a bucket that is not there", async () => {
    const { s3, folder } = await scene();
    const store = ["--store", "s3://no-such-bucket/x", "--endpoint", s3.endpoint];
    for (const args of [["report"], ["store", "status"], ["ingest", "a.log"]]) {
      write(folder, "a.log", combinedLines({ count: 5 }));
      const { code, err } = await culprit([...args, ...store], { cwd: folder });
      expect([code, err]).toEqual([
        3,
        expect.stringContaining("there is no bucket no-such-bucket"),
      ]);
    }
  });

  test("a prefix without a store", async () => {
    const { run } = await scene();
    const { code, err } = await run("report");
    expect([code, err]).toEqual([3, expect.stringContaining("There is no store at this place")]);
  });

  test("a write that S3 did not keep whole", async () => {
    const { place, folder, fault } = await scene();
    // The server is asked what it has, and says something else.
    fault(({ kind, path: key }) =>
      kind === "head" && key.includes("/requests/") ? { body: "other" } : undefined,
    );
    const staged = path.join(folder, "staged");
    writeFileSync(staged, "rows of a file");
    const put = place.put([{ staged, path: "requests/a.parquet" }]);
    await expect(put).rejects.toMatchObject({ code: "s3-failed" });
  });
});

test("after a failure that leaves its outcome open nothing is removed, and the next writer clears up", async () => {
  const { place, folder, fault, s3, bucket } = await scene();
  const staged = path.join(folder, "staged");
  writeFileSync(staged, "rows");
  fault(({ kind, path: key }) =>
    kind === "put" && key.includes("/ledger/") ? { status: 403, code: "AccessDenied" } : undefined,
  );
  const state = await readLedger(place);
  const failing = Change.run(place, (change) =>
    change.commit(
      state,
      {
        version: 1,
        at: new Date(0).toISOString(),
        action: "ingest",
        added: [],
        objects: [],
        rejects: [],
        removed: [],
        totals: noTotals,
        formats: {},
      },
      [{ staged, path: "requests/a.parquet" }],
    ),
  );
  await expect(failing).rejects.toMatchObject({ code: "s3-denied" });
  expect(await place.list("requests")).toHaveLength(1);
  fault(() => undefined);
  const next = await Bucket.open(`s3://${bucket}/some/store`, {
    s3: { endpoint: s3.endpoint },
    temporary: folder,
  });
  await recover(next, await readLedger(next), new Date());
  expect(await next.list("requests")).toEqual([]);
  expect(await next.list("_staging")).toEqual([]);
});
