import { describe, expect, test } from "vitest";
import {
  coveredBy,
  isDayFolder,
  isFolderOutside,
  isOutside,
  whyNoLog,
} from "../../src/sources/s3-keys.js";

const ID = "0123456789ABCDEF";
const ELB = "AWSLogs/123456789012/elasticloadbalancing/eu-west-1/2026/11/05";
const elb = "123456789012_elasticloadbalancing_eu-west-1";

const show = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const at = (text: string): Date => new Date(`${text}Z`);

/** `from..until` to the minute. */
function covered(key: string): string | undefined {
  const span = coveredBy(key);
  return span && `${show(span.from)}..${show(span.until)}`;
}

describe("the times that a key allows", () => {
  const cases: [layout: string, key: string, expected: string | undefined][] = [
    ["SimplePrefix", `logs/2026-11-05-10-31-02-${ID}`, "2026-10-29T10:31..2026-11-05T11:31"],
    [
      "SimplePrefix without prefix",
      `2026-11-05-10-31-02-${ID}`,
      "2026-10-29T10:31..2026-11-05T11:31",
    ],
    [
      "a prefix without slash",
      `site-2026-11-05-10-31-02-${ID}`,
      "2026-10-29T10:31..2026-11-05T11:31",
    ],
    [
      "PartitionedPrefix by delivery",
      `p/123456789012/eu-west-1/shop/2026/11/05/2026-11-05-10-31-02-${ID}`,
      "2026-10-29T10:31..2026-11-05T11:31",
    ],
    [
      "PartitionedPrefix by event: the whole day",
      `p/123456789012/eu-west-1/shop/2026/11/05/2026-11-05-00-00-00-${ID}`,
      "2026-10-29T00:00..2026-11-06T01:00",
    ],
    [
      "ALB",
      `${ELB}/${elb}_app.shop.0123abcd_20261105T1005Z_203.0.113.9_4x5y6z.log.gz`,
      "2026-11-04T10:05..2026-11-05T11:06",
    ],
    [
      "ALB connections",
      `${ELB}/conn_log.${elb}_app.shop.0123abcd_20261105T1005Z_203.0.113.9_4x5y6z.log.gz`,
      "2026-11-04T10:05..2026-11-05T11:06",
    ],
    [
      "NLB",
      `${ELB}/${elb}_net.shop.0123abcd_20261105T1005Z_4x5y6z.log.gz`,
      "2026-11-04T10:05..2026-11-05T11:06",
    ],
    [
      "classic ELB",
      `${ELB}/${elb}_shop_20261105T1005Z_203.0.113.9_4x5y6z.log`,
      "2026-11-04T10:05..2026-11-05T11:06",
    ],
    ["CloudFront", "cf/E2EXAMPLE.2026-11-05-10.0a1b2c3d.gz", "2026-11-04T10:00..2026-11-06T11:00"],
    [
      "CloudFront v2, Hive",
      "AWSLogs/aws-account-id=123456789012/CloudFront/DistributionId=E2EXAMPLE/year=2026/month=11/day=05/hour=10/a.gz",
      "2026-10-29T10:00..2026-11-06T11:00",
    ],
    [
      "folders of the hour",
      "AWSLogs/123456789012/CloudFront/E2EXAMPLE/2026/11/05/10/a.gz",
      "2026-10-29T10:00..2026-11-06T11:00",
    ],
    ["no date", "nginx/access.log.1.gz", undefined],
    ["no such date", `2026-13-05-10-31-02-${ID}`, undefined],
    ["digits that are no date", "releases/2026/build-1234/access.log", undefined],
  ];
  test.each(cases)("%s", (_layout, key, expected) => {
    expect(covered(key)).toBe(expected);
  });
});

describe("leaving out by time", () => {
  test.each([
    ["delivered before the window begins", { since: at("2026-11-05T12:00") }, true],
    ["delivered in the hour before it begins", { since: at("2026-11-05T11:00") }, false],
    [
      "delivered days after the window ends: it may be late",
      { until: at("2026-11-01T00:00") },
      false,
    ],
    ["delivered weeks after the window ends", { until: at("2026-10-20T00:00") }, true],
    ["no window", {}, false],
  ])("%s", (_name, window, outside) => {
    expect(isOutside(`logs/2026-11-05-10-31-02-${ID}`, window)).toBe(outside);
  });

  const window = { since: at("2026-11-05T00:00"), until: at("2026-11-06T00:00") };
  test.each([
    ["a/2025/", true],
    ["a/2026/", false],
    ["a/2026/10/", true],
    ["a/2026/11/", false],
    ["a/2026/11/03/", true],
    ["a/2026/11/05/", false],
    ["a/2026/11/10/", false],
    ["a/2026/11/20/", true],
    ["a/2026/11/05/10/", false],
    ["a/year=2026/month=9/", true],
    ["a/year=2026/month=11/day=05/hour=01/", false],
    ["123456789012/eu-west-1/", false],
    ["", false],
  ])("the folder %s", (path, outside) => {
    expect(isFolderOutside(path, window)).toBe(outside);
  });

  test("a folder of one day", () => {
    expect(isDayFolder("a/2026/11/05/")).toBe(true);
    expect(isDayFolder("a/year=2026/month=11/day=5/hour=3/")).toBe(true);
    expect(isDayFolder("a/2026/11/")).toBe(false);
  });
});

describe("leaving out by name", () => {
  const object = {
    bucket: "b",
    etag: "",
    bytes: 1,
    modified: new Date(0),
    storageClass: "STANDARD",
  };
  test.each([
    ["logs/", "folder markers"],
    ["logs_$folder$", "folder markers"],
    ["AWSLogs/123456789012/ELBAccessLogTestFile", "test files of load balancers"],
    ["ELBAccessLogTestFile", "test files of load balancers"],
    ["AWSLogs/1/CloudTrail/eu-west-1/2026/11/05/1_CloudTrail_x.json.gz", "of CloudTrail"],
    ["AWSLogs/1/CloudTrail-Digest/x.json.gz", "of CloudTrail"],
    ["AWSLogs/1/vpcflowlogs/eu-west-1/2026/11/05/x.log.gz", "of other AWS services"],
    ["requests/day=2026-11-05/part-0.parquet", "of other types"],
    [`${ELB}/${elb}_app.shop.0_20261105T1005Z_203.0.113.9_4.log.gz`, undefined],
    [`logs/2026-11-05-10-31-02-${ID}`, undefined],
    ["access.log", undefined],
    ["access.json.gz", undefined],
  ])("%s: %s", (key, reason) => {
    expect(whyNoLog({ ...object, key })).toBe(reason);
  });

  test("empty and archived objects", () => {
    expect(whyNoLog({ ...object, key: "a", bytes: 0 })).toBe("empty");
    expect(whyNoLog({ ...object, key: "a", storageClass: "DEEP_ARCHIVE" })).toBe("archived");
    expect(whyNoLog({ ...object, key: "a", storageClass: "GLACIER_IR" })).toBeUndefined();
  });
});
