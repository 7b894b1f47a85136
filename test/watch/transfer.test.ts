import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { culprit, type Result } from "../cli/culprit.js";
import { noMoto, startMoto } from "../s3/moto.js";
import type { Backend } from "../s3/server.js";
import { putHours } from "./metrics.js";
import { startReceiver } from "./receiver.js";

/*
 * The metric against the threshold, as people run it from cron: a config.env and nothing else. On moto,
 * whose CloudWatch finds a metric by exactly its dimensions, as AWS's does.
 */

const NOW = new Date("2026-11-05T12:00:00Z");
const HOUR = 3_600_000;
const GIB = 2 ** 30;
const hoursBefore = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);

describe.skipIf(noMoto !== undefined)(`culprit check transfer ${noMoto ?? ""}`, () => {
  let moto: Backend;
  let endpoint = "";

  beforeAll(async () => {
    moto = await startMoto();
    endpoint = `http://127.0.0.1:${moto.port}`;
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    vi.stubEnv("AWS_REGION", "eu-west-1");
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await moto.stop();
  });

  /** A bucket's metrics of 9 days, with the last hours as given. */
  async function bucketWith(
    name: string,
    usual: number,
    last: readonly (number | undefined)[],
    dimensions: Record<string, string> = { FilterId: "EntireBucket" },
  ): Promise<void> {
    const days = Array.from({ length: 9 * 24 - last.length }, () => usual);
    await putHours(endpoint, { bucket: name, dimensions }, hoursBefore(9 * 24), [...days, ...last]);
  }

  async function place(): Promise<{ folder: string; env: Record<string, string> }> {
    const folder = mkdtempSync(path.join(tmpdir(), "culprit-transfer-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return {
      folder,
      env: { HOME: folder, AWS_ENDPOINT_URL_CLOUDWATCH: endpoint, AWS_REGION: "eu-west-1" },
    };
  }

  const configEnv = (bucket: string, url: string, threshold: string): string =>
    `# Your Slack incoming webhook URL\nSLACK_WEBHOOK_URL="${url}"\n\n# The name of the S3 bucket to monitor\n` +
    `S3_BUCKET_NAME="${bucket}"\n\n# The threshold in Gigabytes (GB).\nDATA_TRANSFER_THRESHOLD_GB="${threshold}"\n`;

  test("a bucket over the threshold: told once, with the 7-day average, and again when it is over", async () => {
    await bucketWith(
      "downloads",
      GIB,
      Array.from({ length: 24 }, () => 5 * GIB),
    );
    const { url, received } = await startReceiver();
    const { folder, env } = await place();
    writeFileSync(
      path.join(folder, "config.env"),
      configEnv("downloads", `${url}/T0/B0/XYZ`, "100"),
    );
    const run = (...args: string[]): Promise<Result> =>
      culprit(["check", "transfer", "--wide", "--env-file", "config.env", ...args], {
        cwd: folder,
        env,
      });
    const first = await run();
    expect(first.err).toBe("");
    expect(first.out).toContain(
      "firing transfer: BytesDownloaded: 116 GiB in 1 d; the limit is 100 GiB; ×4.8 the 7-day average, 24 GiB",
    );
    expect(first.code).toBe(1);
    expect(received.map(({ path: at }) => at)).toEqual(["/T0/B0/XYZ"]);
    expect(received[0]?.body.text).toContain("FIRING: transfer on downloads");
    // The same again: it still fires, and nobody is told.
    expect((await run()).code).toBe(1);
    expect(received).toHaveLength(1);
    expect(first.out + first.err).not.toContain("XYZ");
    const calm = Array.from({ length: 30 }, () => GIB);
    await putHours(
      endpoint,
      { bucket: "downloads", dimensions: { FilterId: "EntireBucket" } },
      NOW,
      calm,
    );
    const later = ["--at", "2026-11-06T17:00:00Z"];
    expect(await run(...later)).toMatchObject({ code: 0, err: "" });
    expect(received.map(({ body }) => (body as { text: string }).text.split("\n")[0])).toEqual([
      "FIRING: transfer on downloads",
      "RESOLVED: transfer on downloads",
    ]);
    expect(received[1]?.body.text).toMatch(
      /[\d.]+ GiB more than usual, about [\d.]+ USD of transfer at 0\.09 a GB/,
    );
    expect((await run(...later)).code).toBe(0);
    expect(received).toHaveLength(2);
  });

  test("a bucket below it is fine, and --dry-run tells nobody", async () => {
    await bucketWith("calm", GIB, []);
    const { url, received } = await startReceiver();
    const { folder, env } = await place();
    writeFileSync(path.join(folder, "config.env"), configEnv("calm", url, "100"));
    const args = ["check", "transfer", "--env-file", "config.env"];
    expect(await culprit(args, { cwd: folder, env })).toMatchObject({ code: 0, err: "" });
    writeFileSync(path.join(folder, "config.env"), configEnv("calm", url, "10"));
    const dry = await culprit([...args, "--dry-run"], { cwd: folder, env });
    expect(dry.code).toBe(1);
    expect(dry.out).toContain("would tell slack: firing");
    expect(received).toEqual([]);
    const plugin = await culprit([...args, "--nagios"], { cwd: folder, env });
    expect(plugin.code).toBe(1);
    expect(plugin.out).toMatch(/^CULPRIT WARNING - transfer: .* \| 'transfer'=\d+\n$/);
  });

  const refusals: [name: string, dimensions: Record<string, string> | undefined, said: string][] = [
    ["no metrics at all", undefined, "Request metrics are off until they are switched on"],
    [
      "daily storage metrics only",
      { StorageType: "StandardStorage" },
      "storage metrics (those with StorageType) only",
    ],
  ];

  test.each(refusals)(
    "a bucket with %s: unknown, and how to enable them",
    async (name, dimensions, said) => {
      const bucket = name.replaceAll(" ", "-");
      if (dimensions !== undefined) {
        await putHours(
          endpoint,
          { bucket, metric: "BucketSizeBytes", dimensions },
          hoursBefore(48),
          [1, 1],
        );
      }
      const { url, received } = await startReceiver();
      const { folder, env } = await place();
      writeFileSync(path.join(folder, "config.env"), configEnv(bucket, url, "100"));
      const run = await culprit(["check", "transfer", "--env-file", "config.env"], {
        cwd: folder,
        env,
      });
      expect(run.code).toBe(3);
      expect(run.err).toContain(said);
      expect(run.err).toContain(`put-bucket-metrics-configuration --bucket ${bucket}`);
      expect(received).toEqual([]);
    },
  );

  test("hours without data are unknown: no drop, no zero, and a sum that is beyond the limit anyway counts", async () => {
    const { url } = await startReceiver();
    const { folder, env } = await place();
    const gaps = Array.from({ length: 24 }, (_, at) => (at % 4 === 0 ? 30 * GIB : undefined));
    await bucketWith("gaps", GIB, gaps);
    writeFileSync(path.join(folder, "config.env"), configEnv("gaps", url, "100"));
    const args = ["check", "transfer", "--env-file", "config.env"];
    expect((await culprit(args, { cwd: folder, env })).code).toBe(1);
    await putHours(
      endpoint,
      { bucket: "gone", dimensions: { FilterId: "all" } },
      hoursBefore(200),
      [GIB],
    );
    writeFileSync(path.join(folder, "config.env"), configEnv("gone", url, "100"));
    const gone = await culprit(args, { cwd: folder, env });
    expect(gone.code).toBe(3);
    expect(gone.out).toContain("unknown transfer");
  });

  test("names follow when the logs arrive after the alert opened", async () => {
    await bucketWith(
      "late-logs",
      GIB,
      Array.from({ length: 24 }, () => 5 * GIB),
    );
    const { url, received } = await startReceiver();
    const { folder, env } = await place();
    writeFileSync(path.join(folder, "config.env"), configEnv("late-logs", url, "100"));
    const old = s3Line("late-logs", new Date("2026-11-03T00:00:00Z"), "192.0.2.1", GIB);
    writeFileSync(path.join(folder, "old.log"), old);
    const ingest = (file: string): Promise<Result> =>
      culprit(["ingest", file, "--store", "lake"], { cwd: folder, env });
    expect((await ingest("old.log")).code).toBe(0);
    const check = (): Promise<Result> =>
      culprit(["check", "transfer", "--env-file", "config.env", "--store", "lake"], {
        cwd: folder,
        env,
      });
    expect((await check()).code).toBe(1);
    expect(received[0]?.body.text).toContain("who it was is not known yet");
    const lines = Array.from({ length: 24 }, (_, hour) =>
      s3Line(
        "late-logs",
        hoursBefore(24 - hour),
        hour % 5 === 0 ? "192.0.2.1" : "203.0.113.9",
        4.9 * GIB,
      ),
    );
    writeFileSync(path.join(folder, "new.log"), lines.join(""));
    expect((await ingest("new.log")).code).toBe(0);
    expect((await check()).code).toBe(1);
    expect(received).toHaveLength(2);
    const text = String(received[1]?.body.text);
    expect(text).toContain("EXPLAINED: transfer on late-logs");
    expect(text).toMatch(/logs explain 9\d\.\d% of BytesDownloaded; most of it: 203\.0\.113\.9 /);
    expect((await check()).code).toBe(1);
    expect(received).toHaveLength(2);
  });
});

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
let requests = 0;

/** A line of a bucket's access log. */
function s3Line(bucket: string, time: Date, client: string, bytes: number): string {
  const [date = "", clock = ""] = time.toISOString().split(/[TZ.]/);
  const [year, month, day] = date.split("-");
  const stamp = `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`;
  requests += 1;
  return `owner ${bucket} [${stamp}] ${client} - ID${requests} REST.GET.OBJECT dump.bin "GET /dump.bin HTTP/1.1" 200 - ${Math.round(bytes)} ${Math.round(bytes)} 7 6 "-" "curl/8" - host= SigV4 - AuthHeader ${bucket}.s3.amazonaws.com TLSv1.2 - -\n`;
}
