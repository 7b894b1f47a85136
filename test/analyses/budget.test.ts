import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { dayFrom, monthDays, monthsWithin } from "../../src/analyses/budget/calendar.js";
import {
  backTest,
  expectedOn,
  normal,
  type DaySeries,
} from "../../src/analyses/budget/forecast.js";
import { costOf, readPrices, servicePrices } from "../../src/analyses/budget/prices.js";
import { culprit, folder } from "../cli/culprit.js";
import { s3Log, transfer, type Download } from "../generators/transfer.mjs";

const GB = 2 ** 30;
const prices = await readPrices();

describe("what a month costs", () => {
  // By hand from the price list: 100 GB free, then 0.09 up to 10 TB, 0.085 up to 50, 0.07 up to 150, 0.05.
  test.each([
    [0, 0],
    [100, 0],
    [101, 0.09],
    [1100, 90],
    [10_240, 912.6],
    [10_241, 912.685],
    [51_200, 912.6 + 40_960 * 0.085],
    [153_600, 912.6 + 40_960 * 0.085 + 102_400 * 0.07],
    [200_000, 912.6 + 40_960 * 0.085 + 102_400 * 0.07 + 46_400 * 0.05],
  ])("%d GB from S3 are %d", (gb, cost) => {
    const s3 = servicePrices(prices, "s3");
    expect(costOf({ bytes: gb * GB, requests: [0, 0, 0] }, s3, GB)).toBeCloseTo(cost, 6);
  });

  test("requests have their own prices, and some are free", () => {
    const s3 = servicePrices(prices, "s3");
    expect(costOf({ bytes: 0, requests: [5000, 2000, 1_000_000] }, s3, GB)).toBeCloseTo(
      0.01 + 0.4,
      9,
    );
    const cloudfront = servicePrices(prices, "cloudfront");
    expect(costOf({ bytes: 0, requests: [10_000_000] }, cloudfront, GB)).toBe(0);
    expect(costOf({ bytes: 0, requests: [10_010_000] }, cloudfront, GB)).toBeCloseTo(0.01, 9);
    expect(costOf({ bytes: 1124 * GB, requests: [0] }, cloudfront, GB)).toBeCloseTo(8.5, 9);
  });

  test("every figure says where it was read, and when", () => {
    for (const { transfer: own, requests, not_billed: free } of Object.values(prices.services)) {
      for (const { source, date } of [own, ...requests, ...free]) {
        expect(source).toMatch(/^https:\/\//);
        expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
      }
    }
  });
});

describe("what a day is expected to have", () => {
  const week = [10, 20, 30, 40, 50, 60, 70];
  const series: DaySeries = { first: 1000, values: [...week, ...week.map((x) => x * 3)] };

  test("is the mean of its weekday", () => {
    expect(expectedOn(series, 1014, 1014)).toBe(20);
    expect(expectedOn(series, 1020, 1014)).toBe(140);
    expect(expectedOn(series, 1027, 1014)).toBe(140);
  });

  test("sees nothing after what is known, and nothing that is left out", () => {
    expect(expectedOn(series, 1008, 1007)).toBe(20);
    expect(expectedOn({ ...series, left: new Set([1007]) }, 1014, 1014)).toBe(10);
  });

  test("is the mean of all days while there are few", () => {
    expect(expectedOn(series, 1010, 1003)).toBe(20);
    expect(expectedOn(series, 1010, 1000)).toBe(0);
  });

  test("forgets what is older than four weeks", () => {
    const long: DaySeries = {
      first: 0,
      values: [...Array<number>(28).fill(9), ...Array<number>(28).fill(1)],
    };
    expect(expectedOn(long, 60, 56)).toBe(1);
  });
});

describe("an interval", () => {
  const first = dayFrom("2026-01-01");
  const year = (value: (day: number) => number): DaySeries => ({
    first,
    values: Array.from({ length: 334 }, (_, at) => value(at)),
  });
  const past = monthsWithin(first, dayFrom("2026-11-01"));

  test("comes from at least three months that are known to their end", () => {
    expect(past).toHaveLength(10);
    const series = year(() => 100);
    expect(backTest(series, past.slice(0, 2), 10)).toBeUndefined();
    expect(backTest(series, past.slice(0, 3), 10)).toEqual({ months: 3, inside: 3, half: 0 });
  });

  test("is as wide as past forecasts were wrong, and holds 80 % of them", () => {
    // Every second month has half more in its second half.
    const months = past.map(({ from }) => from);
    const series = year((at) => {
      const day = first + at;
      const month = months.findLastIndex((from) => from <= day);
      return month % 2 === 1 && day - (months[month] ?? 0) >= 15 ? 150 : 100;
    });
    const test10 = backTest(series, past, 15);
    expect(test10?.half).toBeGreaterThan(Math.log(1.25));
    expect((test10?.inside ?? 0) / (test10?.months ?? 1)).toBeGreaterThanOrEqual(0.8);
  });

  test.each([
    [0, 0.5],
    [1.281552, 0.9],
    [-1.281552, 0.1],
    [3, 0.99865],
  ])("a normal part up to %d is %d", (x, part) => expect(normal(x)).toBeCloseTo(part, 5));
});

interface Found {
  month: string;
  paragraph: string;
  complete: boolean;
  actual: { bytes: number; cost: number };
  forecast: { bytes: number; cost: number };
  interval: { low: { bytes: number }; high: { bytes: number }; by: string; test: unknown } | null;
  without_spikes: { bytes: number } | null;
  with_spikes: { bytes: number } | null;
  spike_days: string[];
  over: boolean;
  reached: string | null;
  chance_over: number | null;
  days: {
    day: string;
    kind: string;
    bytes: number;
    spike: boolean;
    sum: { bytes: number; cost: number };
  }[];
  culprits: {
    client_ip: string;
    bytes: number;
    share: number;
    without: { bytes: number };
    before: number | null;
  }[];
  not_billed: { why: string; requests: number; bytes: number }[];
  bill_ratio: number | null;
  notes: string[];
}

const write = (name: string, downloads: readonly Download[]): void =>
  writeFileSync(path.join(folder, name), s3Log(downloads));

async function forecast(...args: string[]): Promise<Found> {
  const found = await culprit(["budget", ...args, "--json"]);
  expect(found, found.err).toMatchObject({ code: 0 });
  return JSON.parse(found.out) as Found;
}

/** June to the 15th of November. */
const half = transfer("2026-06-01", 168, 60);
write("half.log", half);

/** The same rhythm to the end of the month: what the forecast has to find. */
const truth = transfer("2026-11-01", 30, 60).reduce((sum, { bytes }) => sum + bytes, 0);

describe("culprit budget", () => {
  test("finds the month that follows from the weeks before", async () => {
    const found = await forecast("half.log", "--budget", "130");
    expect(found).toMatchObject({ month: "2026-11", complete: false, over: true, spike_days: [] });
    expect(found.forecast.bytes / truth).toBeCloseTo(1, 3);
    const gb = found.forecast.bytes / GB;
    expect(found.forecast.cost).toBeCloseTo((gb - 100) * 0.09, 1);
    expect(found.days).toHaveLength(30);
    // The budget's day, counted by itself: 100 GB are free and 130 buy 1,444.4.
    const limit = (100 + 130 / 0.09) * GB;
    let sum = 0;
    const reached = transfer("2026-11-01", 30, 60).find(({ bytes }) => (sum += bytes) > limit);
    expect(found.reached).toBe(reached?.time.slice(0, 10));
    expect(found.interval).toMatchObject({ by: "back-test", test: { months: 5, inside: 5 } });
    expect(found.paragraph).toContain(`The budget is reached about ${found.reached ?? ""}`);
    expect(found.chance_over).toBeGreaterThan(0.99);
  });

  test("names who takes it, and the month without", async () => {
    const found = await forecast("half.log");
    const [first] = found.culprits;
    expect(first).toMatchObject({ client_ip: "203.0.113.50" });
    expect(first?.share).toBeCloseTo(0.25, 2);
    expect((first?.without.bytes ?? 0) / truth).toBeCloseTo(0.75, 2);
    expect((first?.before ?? 0) / (first?.bytes ?? 1)).toBeCloseTo(1, 1);
    const by = await forecast("half.log", "--by", "operation");
    expect(by.culprits).toMatchObject([{ operation: "REST.GET.OBJECT", share: 1 }]);
  });

  test("a spike counts as it was, is not expected again, and both are told", async () => {
    const flood = Array.from({ length: 8 }, (_, at) => ({
      time: `2026-11-10T${String(9 + at).padStart(2, "0")}:30:00Z`,
      bytes: 50 * GB,
      ip: "192.0.2.99",
    }));
    write("spike.log", [...half, ...flood]);
    const found = await forecast("spike.log", "--budget", "180");
    expect(found.spike_days).toEqual(["2026-11-10"]);
    expect(found.forecast.bytes / (truth + 400 * GB)).toBeCloseTo(1, 3);
    expect((found.without_spikes?.bytes ?? 0) / truth).toBeCloseTo(1, 3);
    // Two Tuesdays are left, each with a quarter of the flood more.
    expect(found.with_spikes?.bytes).toBeCloseTo(truth + 600 * GB, -9);
    expect(found.paragraph).toContain("Without the spike of 2026-11-10 it would be");
    const culprit99 = found.culprits.find(({ client_ip: ip }) => ip === "192.0.2.99");
    expect((culprit99?.without.bytes ?? 0) / truth).toBeCloseTo(1, 3);
  });

  test("leaves out what is not billed, and says how much", async () => {
    const free: Download[] = [
      { time: "2026-11-05T12:00:00Z", bytes: 10 * GB, status: 403, error: "AccessDenied" },
      { time: "2026-11-05T12:00:01Z", bytes: 10 * GB, agent: "Amazon CloudFront", requester: "cf" },
      { time: "2026-11-05T12:00:02Z", bytes: 10 * GB, status: 503, error: "SlowDown" },
      { time: "2026-11-05T12:00:03Z", bytes: 10 * GB, operation: "REST.COPY.OBJECT_GET" },
    ];
    write("free.log", [...half, ...free]);
    const [found, before] = [await forecast("free.log"), await forecast("half.log")];
    expect(found.actual.bytes).toBe(before.actual.bytes);
    expect(found.not_billed.filter(({ bytes }) => bytes > 0)).toHaveLength(4);
    // Somebody of the account is billed.
    write("own.log", [...half, { ...(free[0] as Download), requester: "arn:aws:iam::1:user/me" }]);
    expect((await forecast("own.log")).actual.bytes).toBe(before.actual.bytes + 10 * GB);
  });

  test("a month that is over is told as it was", async () => {
    const found = await forecast("half.log", "--month", "2026-10", "--budget", "1TB");
    expect(found).toMatchObject({ complete: true, interval: null, over: true });
    expect(found.forecast).toEqual(found.actual);
    const october = transfer("2026-10-01", 31, 60).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(found.actual.bytes).toBe(october);
    expect(found.paragraph).toContain("The budget was reached on 2026-10-");
    expect(await forecast("half.log", "--month", "2027-01")).toMatchObject({ days: [] });
  });

  test("a day that goes on is expected to reach its usual", async () => {
    write(
      "noon.log",
      half.filter(({ time }) => time < "2026-11-15T10:00"),
    );
    const found = await forecast("noon.log");
    const today = found.days[14];
    expect(today).toMatchObject({ day: "2026-11-15", kind: "so far" });
    expect((today?.bytes ?? 0) / GB).toBeCloseTo(60 * 0.7, 1);
    expect(found.actual.bytes).toBeLessThan(found.days[14]?.sum.bytes ?? 0);
    expect(found.forecast.bytes / truth).toBeCloseTo(1, 3);
  });

  test("a log that begins within the month is filled up, and says so", async () => {
    write("late.log", transfer("2026-11-06", 10, 60));
    const found = await forecast("late.log");
    expect(found.days.slice(0, 5).every(({ kind }) => kind === "not in the log")).toBe(true);
    expect(Math.abs(found.forecast.bytes / truth - 1)).toBeLessThan(0.02);
    expect(found.notes.join()).toContain("5 days are as expected");
    expect(found.interval).toBeNull();
    write(
      "gap.log",
      half.filter(({ time }) => !time.startsWith("2026-11-04")),
    );
    expect((await forecast("gap.log")).notes.join()).toContain("1 days of the month have no line");
  });

  test("says how far a bill was from the log", async () => {
    const found = await forecast("half.log", "--billed", "2026-10=2000");
    const october = transfer("2026-10-01", 31, 60).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(found.bill_ratio).toBeCloseTo((2000 * GB) / october, 6);
    expect(await culprit(["budget", "half.log", "--billed", "2026-11=1"])).toMatchObject({
      code: 2,
    });
  });

  test("exits 1 when the budget is exceeded and that was asked for", async () => {
    expect(
      (await culprit(["budget", "half.log", "--budget", "130", "--fail-on", "over"])).code,
    ).toBe(1);
    expect(
      (await culprit(["budget", "half.log", "--budget", "5TB", "--fail-on", "over"])).code,
    ).toBe(0);
  });

  test("takes your own prices, in YAML too, and decimal GB", async () => {
    const own =
      "currency: EUR\nregion: ours\nas_of: 2026-11-01\ngb_bytes: 1000000000\nservices:\n  s3:\n    about: flat\n" +
      "    log_types: [s3]\n    transfer: {source: contract, date: 2026-01-01, free_gb: 0, tiers: [{up_to_gb: null, per_gb: 0.5}]}\n" +
      "    requests: []\n    not_billed: []\n";
    writeFileSync(path.join(folder, "own.yaml"), own.replaceAll(/(\d{4}-\d\d-\d\d)/g, '"$1"'));
    const found = await forecast("half.log", "--prices", "own.yaml", "--budget", "€10");
    expect(found.forecast.cost).toBeCloseTo((found.forecast.bytes / 1e9) * 0.5, 6);
    const text = await culprit([
      "budget",
      "half.log",
      "--prices",
      "own.yaml",
      "--budget",
      "10 EUR",
    ]);
    expect(text.out).toContain("€10.00");
    const decimal = await forecast("half.log", "--gb", "decimal");
    expect(decimal.forecast.cost).toBeGreaterThan((await forecast("half.log")).forecast.cost);
  });

  test("prints the price list that comes along, ready to be used", async () => {
    const { out } = await culprit(["budget", "--print-prices"]);
    writeFileSync(path.join(folder, "printed.json"), out);
    const printed = await forecast("half.log", "--prices", "printed.json");
    expect(printed.forecast).toEqual((await forecast("half.log")).forecast);
  });

  test.each([
    [["--budget", "much"], "neither an amount"],
    [["--budget", "0"], "neither an amount"],
    [["--budget", "€10"], "The price file is in USD"],
    [["--month", "2026-13"], "not a month"],
    [["--billed", "October"], "not a month"],
    [["--service", "ec3"], "no service ec3"],
    [["--prices", "none.json"], "price file cannot be used"],
    [["--by", "nothing"], "nothing"],
  ])("%j is refused with the reason", async (flags, reason) => {
    const found = await culprit(["budget", "half.log", ...flags]);
    expect(found.code).toBe(2);
    expect(found.err).toContain(reason);
  });

  test.each([
    ["{}", "currency"],
    ["[1", ""],
    [
      '{"currency":"USD","region":"x","as_of":"x","gb_bytes":1,"services":{"s3":{"about":"x","log_types":[],"transfer":{"source":"","date":"","free_gb":0,"tiers":[{"up_to_gb":null,"per_gb":1}]},"requests":[],"not_billed":[{"where":"status==","what":"everything","why":"","source":"","date":""}]}}}',
      "not_billed",
    ],
  ])("a price file %s is refused", async (text, reason) => {
    writeFileSync(path.join(folder, "odd.json"), text);
    const found = await culprit(["budget", "half.log", "--prices", "odd.json"]);
    expect(found.code).toBe(2);
    expect(found.err).toContain("price file cannot be used");
    expect(found.err).toContain(reason);
  });
});

test("months are those of UTC", () => {
  expect(monthDays("2026-02").until - monthDays("2026-02").from).toBe(28);
  expect(monthDays("2028-02").until - monthDays("2028-02").from).toBe(29);
  expect(monthsWithin(dayFrom("2026-01-02"), dayFrom("2026-04-01"))).toEqual([
    monthDays("2026-02"),
    monthDays("2026-03"),
  ]);
});
