import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Problem } from "../../src/problems/problem.js";
import { CloudWatch, periodFor } from "../../src/watch/cloudwatch.js";
import { noMoto, startMoto } from "../s3/moto.js";
import type { Backend } from "../s3/server.js";
import { putHours } from "./metrics.js";

/* Metrics as the SDK reads them: from moto, and from a server that refuses. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = new Date("2026-11-05T12:00:00Z");

beforeAll(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterAll(() => {
  vi.unstubAllEnvs();
});

test.each([
  [60_000, 10, 60],
  [60_000, 20, 300],
  [60_000, 100, 3600],
  [HOUR, 10, 3600],
])("a step of %d ms, %d days ago, has a period of %d s", (step, days, period) => {
  expect(periodFor(step, days * DAY)).toBe(period);
});

test("AccessDenied names the permission that is missing", async () => {
  const server = createServer((request, response) => {
    request.resume();
    response
      .writeHead(403, { "content-type": "application/x-amz-json-1.0" })
      .end(
        '{"__type":"AccessDenied","message":"User: arn:aws:iam::123456789012:user/cron is not authorized"}',
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const client = await CloudWatch.open({
    region: "eu-west-1",
    endpoint: `http://127.0.0.1:${port}`,
  });
  const error = await client
    .filters({ bucket: "b", metric: "BytesDownloaded" })
    .catch((each: unknown) => each);
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({
    code: "cloudwatch-denied",
    message: "AWS refuses cloudwatch:ListMetrics",
    exit: 3,
  });
  expect(String((error as Problem).help)).toContain("cloudwatch:GetMetricData");
});

test("a server that is away is not a value of zero", async () => {
  const client = await CloudWatch.open({ region: "eu-west-1", endpoint: "http://127.0.0.1:9" });
  const error = await client
    .filters({ bucket: "b", metric: "BytesDownloaded" })
    .catch((each: unknown) => each);
  expect(error).toMatchObject({ code: "cloudwatch-unreachable", exit: 3 });
}, 60_000);

describe.skipIf(noMoto !== undefined)(`on moto ${noMoto ?? ""}`, () => {
  let moto: Backend;
  let client: CloudWatch;

  beforeAll(async () => {
    moto = await startMoto();
    client = await CloudWatch.open({
      region: "eu-west-1",
      endpoint: `http://127.0.0.1:${moto.port}`,
    });
  });
  afterAll(() => moto.stop());

  const endpoint = (): string => `http://127.0.0.1:${moto.port}`;
  const range = (hours: number) => ({
    from: NOW.getTime() - hours * HOUR,
    until: NOW.getTime(),
    step_ms: HOUR,
    now: NOW,
  });
  const place = (bucket: string, metric = "BytesDownloaded") => ({ bucket, metric });

  test("the filter is found, hours are in order, and one without data is unknown", async () => {
    const from = new Date(NOW.getTime() - 5 * HOUR);
    const dimensions = { FilterId: "mine" };
    await putHours(endpoint(), { bucket: "one", dimensions }, from, [1, 2, undefined, 4, 0]);
    expect(await client.filters(place("one"))).toEqual(["mine"]);
    const { parts } = await client.series(place("one"), range(5));
    expect(parts).toEqual([[1, 2, NaN, 4, 0]]);
  });

  test("of several filters the one of the whole bucket, else none is guessed", async () => {
    const from = new Date(NOW.getTime() - 2 * HOUR);
    for (const [bucket, filters] of [
      ["whole", ["EntireBucket", "images"]],
      ["parts", ["images", "videos"]],
    ] as const) {
      for (const [at, FilterId] of filters.entries()) {
        await putHours(endpoint(), { bucket, dimensions: { FilterId } }, from, [10 + at, 20 + at]);
      }
    }
    expect((await client.series(place("whole"), range(2))).parts).toEqual([[10, 20]]);
    await expect(client.series(place("parts"), range(2))).rejects.toMatchObject({
      code: "cloudwatch-which-filter",
      exit: 2,
    });
    const named = { ...place("parts"), filter_id: "videos" };
    expect((await client.series(named, range(2))).parts).toEqual([[11, 21]]);
  });

  test("a storage metric, and a metric that nobody has put", async () => {
    await expect(client.series(place("one", "BucketSizeBytes"), range(2))).rejects.toMatchObject({
      code: "cloudwatch-storage-metric",
    });
    await expect(client.series(place("one", "ByteDownloaded"), range(2))).rejects.toMatchObject({
      code: "cloudwatch-no-metrics",
      why: expect.stringContaining("misspelled") as string,
    });
  });

  test("more points than moto or AWS give in one page", async () => {
    const hours = Array.from({ length: 700 }, (_, at) => at + 1);
    const from = new Date(NOW.getTime() - 700 * HOUR);
    await putHours(endpoint(), { bucket: "long", dimensions: { FilterId: "all" } }, from, hours);
    expect((await client.series(place("long"), range(700))).parts).toEqual([hours]);
  });
});
