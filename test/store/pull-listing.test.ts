import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { S3 } from "../../src/sources/s3-client.js";
import { isOutside, type TimeWindow } from "../../src/sources/s3-keys.js";
import { listPlace } from "../../src/store/pull-listing.js";
import { deliveryKey } from "../s3/lines.js";
import { startS3, type TestS3 } from "../s3/server.js";

let server: TestS3;

beforeAll(async () => {
  server = await startS3();
  await server.createBucket("logs");
  await server.putAll("logs", new Map(keys.map((key) => [key, "x"])));
});

afterAll(() => server.stop());

beforeEach(() => server.proxy.reset());

const days = ["2024-02-29", "2025-12-31", "2026-10-01", "2026-11-04", "2026-11-05", "2026-11-30"];
const alb = (day: string): string => {
  const region = "AWSLogs/123456789012/elasticloadbalancing/eu-west-1";
  const digits = day.replaceAll("-", "");
  return `${region}/${day.replaceAll("-", "/")}/1_elasticloadbalancing_eu-west-1_app.a.b_${digits}T1005Z_1.2.3.4_x.log.gz`;
};
const keys = [
  ...days.map((day, n) => deliveryKey(n + 1, "simple/", day)),
  ...days.map((day, n) => deliveryKey(n + 1, "dashed/my-site-", day)),
  ...days.map((day, n) =>
    deliveryKey(n + 1, `split/1/eu-west-1/shop/${day.replaceAll("-", "/")}/`, day),
  ),
  ...days.map((day) => `cf/E2EXAMPLE.${day}-10.0a1b2c3d.gz`),
  ...days.map(alb),
  "simple/2023.old.log",
  "simple/123456789012/access.log",
  "simple/2024/01/01/readme-first.log",
  "simple/access.log",
  "other/access.log",
];

const windows: TimeWindow[] = [
  { since: new Date("2026-11-04T12:00:00Z"), until: new Date("2026-11-05T12:00:00Z") },
  { since: new Date("2026-01-01T00:00:00Z") },
  { until: new Date("2025-01-01T00:00:00Z") },
  { since: new Date("2030-01-01T00:00:00Z") },
];

async function listed(prefix: string, window: TimeWindow): Promise<string[]> {
  const s3 = await S3.open({ endpoint: server.endpoint }, "a test");
  const found: string[] = [];
  const place = { name: `s3://logs/${prefix}`, bucket: "logs", prefix };
  for await (const page of listPlace(s3, place, window)) {
    found.push(...page.objects.map(({ key }) => key));
  }
  return found;
}

const prefixes = [
  "",
  "simple/",
  "dashed/",
  "dashed/my-site-",
  "split/",
  "split/1/eu-west-1/shop/",
  "cf/",
  "cf/E2",
  "AWSLogs/",
  "AW",
];

describe.each(prefixes)("below %j", (prefix) => {
  test.each(windows)("nothing of the window is missed, nothing comes twice: %j", async (window) => {
    const found = await listed(prefix, window);
    expect(new Set(found).size).toBe(found.length);
    const wanted = keys.filter((key) => key.startsWith(prefix) && !isOutside(key, window));
    expect(wanted.filter((key) => !found.includes(key))).toEqual([]);
  });
});

test.each([["simple/"], ["dashed/my-site-"], ["cf/"], ["AWSLogs/"], ["split/"]])(
  "%s: what lies far outside is not even listed",
  async (prefix) => {
    const found = await listed(prefix, windows[0] ?? {});
    expect(found.filter((key) => key.includes("2025"))).toEqual([]);
    expect(found.some((key) => /2026.11.05|20261105/.test(key))).toBe(true);
  },
);

test("without a window everything is listed by the fewest requests", async () => {
  expect((await listed("", {})).toSorted()).toEqual(keys.toSorted());
  expect(server.proxy.count("list")).toBe(1);
});
