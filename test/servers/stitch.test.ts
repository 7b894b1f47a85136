import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { culprit, jsonLines } from "../cli/culprit.js";
import { describeServer } from "./installed.js";
import { BACK_FORMAT, playThrough, score, SQUID, type Logs } from "./squid-apache.mjs";

type Joined = Parameters<typeof score>[1] extends Iterable<infer Row> ? Row : never;

const DERIVE = ["session_id=cookie~JSESSIONID=([^;]+)", "postcode=cookie~postcode=([^;]+)"];

describeServer("Squid in front of Apache", SQUID, "squid apache2", () => {
  let logs: Logs;

  beforeAll(async () => {
    logs = await playThrough({ requests: 3000, seed: 11, skew: -2 });
  });

  afterAll(() => logs.remove());

  const stitched = (file: string) =>
    culprit([
      "stitch",
      logs.front,
      logs.back,
      ...["--back-log-format", BACK_FORMAT],
      ...DERIVE.flatMap((text) => ["--derive", text]),
      ...["-o", join(logs.folder, file)],
    ]);

  test("99 % of the true pairs are found, at most 0.1 % of the sure ones are wrong", async () => {
    await stitched("joined.jsonl");
    const rows = jsonLines(readFileSync(join(logs.folder, "joined.jsonl"), "utf8"));
    const { true_pairs, found, wrong, wrong_certain } = score(logs, rows as unknown as Joined[]);
    expect(true_pairs).toBeGreaterThan(1000);
    expect(found / true_pairs).toBeGreaterThanOrEqual(0.99);
    expect(wrong_certain / true_pairs).toBeLessThanOrEqual(0.001);
    // A machine that is too busy makes equal requests end in the same millisecond.
    expect(wrong / true_pairs).toBeLessThanOrEqual(0.01);
  });

  test.each(["joined.parquet", "joined.csv", "joined.jsonl"])(
    "%s is read again with the back's session",
    async (file) => {
      await stitched(file);
      const { out } = await culprit([
        "top",
        "session_id,postcode",
        join(logs.folder, file),
        ...["-w", "client_ip=127.0.1.1", "-w", "stitch=paired", "--jsonl"],
      ]);
      expect(JSON.parse(out.split("\n")[0] ?? "")).toMatchObject({
        session_id: "S127011",
        postcode: "LU0 0LY",
      });
    },
  );

  test("the one who bypasses Squid and the one who defeats the cache are named", async () => {
    const { out } = await culprit([
      "stitch",
      logs.front,
      logs.back,
      ...["--back-log-format", BACK_FORMAT, "--json"],
    ]);
    const answer = JSON.parse(out) as {
      clock: { offset_ms: number };
      cache_busting: unknown[];
      back_only: { back_ip: string; is_front: boolean }[];
    };
    expect(answer.clock.offset_ms).toBeGreaterThan(1500);
    expect(answer.clock.offset_ms).toBeLessThan(2500);
    expect(answer.cache_busting).toMatchObject([
      { path: "/fresh/search", clients: 1, client_ip: "127.0.8.8" },
    ]);
    expect(answer.back_only.filter(({ is_front }) => !is_front)).toMatchObject([
      { back_ip: "127.0.9.9" },
    ]);
  });
});
