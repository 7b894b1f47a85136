import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { culprit, type Ran } from "../s3/culprit.js";
import { deliveryKey, s3Line, s3Lines, truncatedGzip } from "../s3/lines.js";
import { startS3, type Backend, type TestS3 } from "../s3/server.js";

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

/** A server that `culprit pull` must be right on. */
export interface PulledServer {
  readonly name: string;
  readonly start: () => Promise<Backend>;
  /** Why it cannot be started here. */
  readonly absent?: string | undefined;
}

export function describePull({ name, start, absent }: PulledServer): void {
  const title = absent === undefined ? name : `${name} (skipped: ${absent})`;
  describe.skipIf(absent !== undefined)(`pull from ${title}`, () => contract(start));
}

function contract(start: () => Promise<Backend>): void {
  let s3: TestS3;
  let folder: string;
  let store: string;
  let bucket: string;
  let count = 0;

  beforeAll(async () => {
    s3 = await startS3(start);
    folder = await mkdtemp(path.join(tmpdir(), "culprit-pull-"));
  });

  afterAll(async () => {
    await s3.stop();
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    s3.proxy.reset();
    count += 1;
    store = path.join(folder, `store-${count}`);
    bucket = `logs-${count}`;
    await s3.createBucket(bucket);
  });

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

  describe("what is new", () => {
    test("1,200 objects over two pages, each read once, then nothing twice", async () => {
      const objects = 1200;
      const bodies = Array.from(
        { length: objects },
        (_, n) => [deliveryKey(n * 7), s3Lines(n * 10, 10)] as const,
      );
      await s3.putAll(bucket, new Map(bodies));
      const first = await pull();
      expect(first).toMatchObject({ code: 0, objects, lines: 12_000, parsed: 12_000, failed: [] });
      expect(s3.proxy.count("get")).toBe(objects);
      expect(s3.proxy.count("list")).toBe(2);
      expect(await rowsInStore()).toEqual({ rows: 12_000, requests: 12_000 });
      s3.proxy.reset();
      const second = await pull();
      expect(second).toMatchObject({ code: 0, objects: 0, known: objects, lines: 0 });
      expect(s3.proxy.count("get")).toBe(0);
    });

    test("an object that comes late, with an old name, is found and read alone", async () => {
      await s3.put(bucket, deliveryKey(5), s3Lines(1, 3));
      await pull();
      s3.proxy.reset();
      const late = deliveryKey(1, "", "2026-10-01");
      await s3.put(bucket, late, s3Lines(100, 4));
      expect(await pull()).toMatchObject({ code: 0, objects: 1, known: 1, lines: 4 });
      expect(s3.proxy.seen.filter(({ kind }) => kind === "get")).toEqual([
        { kind: "get", path: `/${bucket}/${late}`, range: undefined },
      ]);
    });

    test("an overwritten object is read again; what had been delivered is not counted twice", async () => {
      await s3.put(bucket, deliveryKey(1), s3Lines(1, 3));
      await pull();
      await s3.put(bucket, deliveryKey(1), s3Lines(1, 5));
      expect(await pull()).toMatchObject({ objects: 1, lines: 5, parsed: 5, duplicates: 3 });
      expect(await rowsInStore()).toEqual({ rows: 5, requests: 5 });
    });

    test("what is no log, and what lies outside of the time, is left out by name", async () => {
      const elb = `AWSLogs/1/elasticloadbalancing/eu-west-1/2026/11`;
      await s3.putAll(
        bucket,
        new Map([
          ["AWSLogs/1/ELBAccessLogTestFile", "Enable AccessLog"],
          ["AWSLogs/1/CloudTrail/eu-west-1/2026/11/05/trail.json.gz", "{}"],
          ["old_$folder$", "x"],
          [
            `${elb}/01/1_elasticloadbalancing_eu-west-1_app.a.b_20261101T1005Z_1.2.3.4_x.log.gz`,
            "x",
          ],
          [deliveryKey(1, "site/"), s3Lines(1, 2)],
          [deliveryKey(1, "site/", "2026-10-01"), s3Lines(5, 2)],
          [deliveryKey(1, "site/", "2024-10-01"), s3Lines(9, 2)],
        ]),
      );
      const pulled = await pull("--since", "2026-11-04");
      expect(pulled).toMatchObject({ code: 0, objects: 1, lines: 2 });
      expect(Object.keys(pulled.plan.skipped).toSorted()).toEqual([
        "folder markers",
        "of CloudTrail",
        "outside the time range",
        "test files of load balancers",
      ]);
      expect(s3.proxy.count("get")).toBe(1);
      expect(await pull()).toMatchObject({ code: 3, objects: 2, known: 1, failed: [{}] });
    });

    test("overlapping sources are read once", async () => {
      await s3.put(bucket, "a/x.log", s3Lines(1, 2));
      expect(await pull(`s3://${bucket}/a/`)).toMatchObject({ code: 0, objects: 1, lines: 2 });
    });
  });

  describe("what goes wrong with one object", () => {
    test("gone between list and get: reported, the others enter, the next pull is clean", async () => {
      for (const n of [1, 2, 3]) await s3.put(bucket, deliveryKey(n), s3Lines(n * 10, 2));
      s3.proxy.fault = async ({ kind, path: asked }) => {
        if (kind === "get" && asked.endsWith(deliveryKey(2)))
          await s3.remove(bucket, deliveryKey(2));
        return undefined;
      };
      const name = `s3://${bucket}/${deliveryKey(2)}`;
      expect(await pull()).toMatchObject({
        code: 3,
        objects: 2,
        lines: 4,
        failed: [{ name, code: "s3-vanished" }],
      });
      expect(await pull()).toMatchObject({ code: 0, objects: 0, known: 2, failed: [] });
    });

    test("all of them gone: every one is reported", async () => {
      await s3.put(bucket, deliveryKey(1), s3Lines(1, 2));
      s3.proxy.fault = ({ kind }) =>
        kind === "get" ? { status: 404, code: "NoSuchKey" } : undefined;
      expect(await pull()).toMatchObject({
        code: 3,
        objects: 0,
        failed: [{ code: "s3-vanished" }],
      });
    });

    test("overwritten between list and get: nothing of it now, the new one at the next pull", async () => {
      await s3.put(bucket, deliveryKey(1), s3Lines(1, 2));
      let done = false;
      s3.proxy.fault = async ({ kind }) => {
        if (kind === "get" && !done) await s3.put(bucket, deliveryKey(1), s3Lines(1, 7));
        done ||= kind === "get";
        return undefined;
      };
      expect(await pull()).toMatchObject({ code: 3, objects: 0, failed: [{ code: "s3-changed" }] });
      expect(await pull()).toMatchObject({ code: 0, objects: 1, lines: 7, duplicates: 0 });
    });

    test("a truncated gzip: nothing of it, again at the next pull, whole once it is mended", async () => {
      const text = s3Lines(1, 400);
      await s3.put(bucket, "a.log.gz", truncatedGzip(text));
      await s3.put(bucket, "b.log.gz", gzipSync(s3Lines(1000, 3)));
      expect(await pull()).toMatchObject({
        code: 3,
        objects: 1,
        lines: 3,
        failed: [{ code: "gzip-truncated" }],
      });
      expect(await pull()).toMatchObject({ code: 3, objects: 0, failed: [{}] });
      await s3.put(bucket, "a.log.gz", gzipSync(text));
      expect(await pull()).toMatchObject({ code: 0, objects: 1, lines: 400, failed: [] });
      expect(await rowsInStore()).toEqual({ rows: 403, requests: 403 });
    });

    test("500, 503 SlowDown and a connection cut in mid-body are tried again", async () => {
      const [slow, broken, cut] = [deliveryKey(1), deliveryKey(2), deliveryKey(3)];
      const body = s3Lines(1000, 2000);
      await s3.put(bucket, slow, s3Lines(1, 2));
      await s3.put(bucket, broken, s3Lines(11, 2));
      await s3.put(bucket, cut, body);
      const left = new Map([
        [slow, 2],
        [broken, 2],
        [cut, 2],
      ]);
      s3.proxy.fault = ({ kind, path: asked }) => {
        const key = asked.slice(bucket.length + 2);
        const times = left.get(key) ?? 0;
        if (kind !== "get" || times === 0) return undefined;
        left.set(key, times - 1);
        if (key === cut) return { cutAfter: 100_000 };
        if (key === slow) return { status: 503, code: "SlowDown" };
        return { status: 500, code: "InternalError" };
      };
      expect(await pull()).toMatchObject({ code: 0, objects: 3, lines: 2004, failed: [] });
      const ranges = s3.proxy.seen.filter(({ path: asked }) => asked.endsWith(cut));
      expect(ranges.map(({ range }) => range)).toEqual([
        undefined,
        "bytes=100000-",
        "bytes=200000-",
      ]);
      expect(await rowsInStore()).toEqual({ rows: 2004, requests: 2004 });
    });

    test("many of one kind are told briefly", async () => {
      for (let n = 0; n < 6; n++) await s3.put(bucket, deliveryKey(n), s3Lines(n, 1));
      s3.proxy.fault = ({ kind }) =>
        kind === "get" ? { status: 403, code: "AccessDenied" } : undefined;
      const { stderr, failed } = await pull();
      expect(failed).toHaveLength(6);
      expect(stderr).toContain("allow s3:GetObject on arn:aws:s3:::");
      expect(stderr).toContain("and 3 more like this (s3-denied)");
    });
  });

  describe("--dry-run", () => {
    test("says what would be read and what it costs, and reads nothing", async () => {
      for (const n of [1, 2, 3]) await s3.put(bucket, deliveryKey(n), s3Lines(n, 1));
      const { code, stdout } = await run("pull", `s3://${bucket}/`, "--dry-run");
      expect(code).toBe(0);
      expect(stdout).toContain("3 objects listed, 0 known before, 3 new");
      expect(stdout).toMatch(
        /1 LIST requests were made, 3 GET requests would follow: about \$0\.0000/,
      );
      expect(stdout).toContain("approximate");
      expect(s3.proxy.count("get")).toBe(0);
      expect(await pull("--dry-run")).toMatchObject({
        code: 0,
        plan: { listed: 3, fresh: 3, known: 0 },
        requests: { list: 1, get: 3 },
      });
      expect(await pull()).toMatchObject({ objects: 3 });
    });
  });

  describe("--delete-after", () => {
    test("deletes what is in the store whole, and nothing else", async () => {
      await s3.put(bucket, "good-1.log", s3Lines(1, 2));
      await pull();
      await s3.put(bucket, "good-2.log", s3Lines(11, 2));
      await s3.put(bucket, "reject.log", `${s3Lines(21, 2)}not a line of S3\n`);
      await s3.put(bucket, "cut.log.gz", truncatedGzip(s3Lines(31, 400)));
      await s3.put(bucket, "AWSLogs/1/CloudTrail/x.json", "{}");
      expect(s3.proxy.count("delete")).toBe(0);
      const pulled = await pull("--delete-after");
      expect(pulled).toMatchObject({ code: 3, objects: 2, rejected: 1, deletion: { deleted: 2 } });
      expect(await s3.keys(bucket)).toEqual([
        "AWSLogs/1/CloudTrail/x.json",
        "cut.log.gz",
        "reject.log",
      ]);
      expect(await rowsInStore()).toEqual({ rows: 6, requests: 6 });
    });

    test("what the store has forgotten since stays", async () => {
      await s3.put(bucket, "a.log", s3Lines(1, 2));
      await pull();
      await culprit(["store", "forget", "--before", "2026-11-06", "--store", store]);
      expect(await rowsInStore()).toEqual({ rows: 0, requests: 0 });
      expect(await pull("--delete-after")).toMatchObject({ known: 1, deletion: { deleted: 0 } });
      expect(await s3.keys(bucket)).toEqual(["a.log"]);
    });

    test("an object that is overwritten before its deletion stays", async () => {
      await s3.put(bucket, "a.log", s3Lines(1, 2));
      let lists = 0;
      s3.proxy.fault = async ({ kind }) => {
        if (kind === "list" && ++lists === 2) await s3.put(bucket, "a.log", s3Lines(1, 3));
        return undefined;
      };
      expect(await pull("--delete-after")).toMatchObject({ objects: 1, deletion: { deleted: 0 } });
      expect(await s3.keys(bucket)).toEqual(["a.log"]);
    });
  });

  describe("a bucket that logs into itself", () => {
    test("is refused by its configuration before anything is read", async () => {
      await s3.put(bucket, deliveryKey(1), s3Lines(1, 2));
      const xml = `<BucketLoggingStatus><LoggingEnabled><TargetBucket>${bucket}</TargetBucket><TargetPrefix></TargetPrefix></LoggingEnabled></BucketLoggingStatus>`;
      s3.proxy.fault = ({ kind }) => (kind === "other" ? { body: xml } : undefined);
      const { code, stderr } = await run("pull", `s3://${bucket}/`);
      expect(code).toBe(2);
      expect(stderr).toContain("writes its access log into itself");
      expect(stderr).toContain("--allow-self");
      expect(s3.proxy.count("get") + s3.proxy.count("list")).toBe(0);
      expect(await pull("--allow-self")).toMatchObject({ code: 0, objects: 1 });
    });

    test("is refused by its lines, and nothing enters", async () => {
      await s3.put(bucket, deliveryKey(1), s3Line(1, bucket));
      const { code, stderr } = await run("pull", `s3://${bucket}/`);
      expect(code).toBe(2);
      expect(stderr).toContain("writes its access log into itself");
      expect(await pull("--allow-self")).toMatchObject({ code: 0, objects: 1, known: 0 });
    });
  });

  test("the buckets of the configuration are pulled when none is named", async () => {
    await s3.put(bucket, "a.log", s3Lines(1, 2));
    const config = path.join(folder, `culprit-${count}.yaml`);
    await writeFile(
      config,
      `buckets:\n  - url: s3://missing-bucket/\n    endpoint: ${s3.endpoint}\n` +
        `  - url: s3://${bucket}/\n    endpoint: ${s3.endpoint}\n`,
    );
    const args = ["pull", "--config", config, "--store", store, "--json"];
    const { code, stdout, stderr } = await culprit(args);
    expect(JSON.parse(stdout).pulls).toMatchObject([
      { problem: { code: "s3-no-bucket" } },
      { objects: 1, lines: 2 },
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain("there is no bucket missing-bucket");
  });
}
