import { describe, expect, test } from "vitest";
import { culprit, jsonLines } from "../cli/culprit.js";
import { log, random, type Hit } from "../cli/logs.js";

/** The same figures, computed in another way. */
function figures(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const count = sorted.length;
  const at = (index: number): number => sorted[index] ?? 0;
  const median = count % 2 === 1 ? at((count - 1) / 2) : (at(count / 2 - 1) + at(count / 2)) / 2;
  // Mean difference of all pairs: the definition of Gini's coefficient.
  const pairs = sorted.reduce((sum, a) => sum + sorted.reduce((s, b) => s + Math.abs(a - b), 0), 0);
  let half = 0;
  for (let reached = 0; reached < total / 2; half++) reached += at(count - 1 - half);
  const top10 = sorted.slice(-10).reduce((sum, value) => sum + value, 0);
  return {
    groups: count,
    total,
    mean: total / count,
    median,
    gini: total === 0 ? 0 : pairs / (2 * count * total),
    half,
    top10: total === 0 ? 0 : top10 / total,
  };
}

const close = (value: number): unknown => expect.closeTo(value, 9) as unknown;

interface Row extends Hit {
  referrer: string;
}

function data(seed: number): Row[] {
  const next = random(seed);
  return Array.from({ length: 50 + next(400) }, () => ({
    ip: `203.0.113.${Math.floor(next(100) ** 2 / 100)}`,
    status: [200, 304, 404, 500][next(4)] ?? 200,
    bytes: seed % 5 === 0 ? 0 : next(3) * next(10_000),
    referrer: next(4) === 0 ? "-" : `https://${"abcdefgh"[next(8)]}.example/`,
  }));
}

const measures: Record<string, (row: Row) => number> = {
  requests: () => 1,
  bytes_sent: ({ bytes = 0 }) => bytes,
  errors: ({ status = 0 }) => (status >= 400 ? 1 : 0),
};
const fields: Record<string, (row: Row) => string | number | null> = {
  client_ip: ({ ip = "" }) => ip,
  status: ({ status = 0 }) => status,
  referrer: ({ referrer }) => (referrer === "-" ? null : referrer),
};

describe("top agrees with a computation of its own", () => {
  const combinations = ["client_ip", "referrer", "referrer,status", "status,client_ip"].flatMap(
    (names, at) => Object.keys(measures).map((by, index) => [names, by, 3 * at + index] as const),
  );
  test.each(combinations)("%s by %s", async (names, by, seed) => {
    const rows = data(seed);
    const file = log(`top-${seed}.log`, rows);
    const { out } = await culprit(["top", names, file, "--by", by, "--json", "-n", "10000"]);
    const found = JSON.parse(out) as { concentration: unknown; rows: Record<string, unknown>[] };
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      const key = JSON.stringify(names.split(",").map((name) => fields[name]?.(row)));
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const sum = (some: readonly Row[], measure: string): number =>
      some.reduce((total, row) => total + (measures[measure]?.(row) ?? 0), 0);
    const spread = figures([...groups.values()].map((some) => sum(some, by)));
    const { groups: count, half, ...others } = spread;
    expect(found.concentration).toEqual({
      groups: count,
      half,
      ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, close(value)])),
    });
    // Of equal ones the smaller comes first, what is missing last.
    const order = (a: unknown, b: unknown): number =>
      a === b ? 0 : a === null || (b !== null && (a as string) > (b as string)) ? 1 : -1;
    const wanted = [...groups]
      .map(([key, some]) => ({ key: JSON.parse(key) as unknown[], some, value: sum(some, by) }))
      .toSorted(
        (a, b) =>
          b.value - a.value ||
          a.key.map((part, at) => order(part, b.key[at])).find((sign) => sign !== 0) ||
          0,
      );
    expect(found.rows).toEqual(
      wanted.map(({ key, some, value }) => ({
        ...Object.fromEntries(names.split(",").map((name, at) => [name, key[at]])),
        requests: some.length,
        bytes_sent: sum(some, "bytes_sent"),
        [by]: value,
        share: close(spread.total === 0 ? 0 : value / spread.total),
        times_mean: close(spread.mean === 0 ? 0 : value / spread.mean),
        times_median: spread.median === 0 ? null : close(value / spread.median),
        first_seen: "2026-11-05T10:00:00Z",
        last_seen: "2026-11-05T10:00:00Z",
      })),
    );
  });
});

describe("top", () => {
  test("a number may be a field and its sum a column", async () => {
    const file = log("sizes.log", [{ bytes: 10 }, { bytes: 10 }, { bytes: 30 }]);
    const { out } = await culprit(["top", "bytes_sent", file, "--by", "bytes_sent", "--jsonl"]);
    expect(jsonLines(out)).toMatchObject([
      { bytes_sent: 30, requests: 1, total_bytes_sent: 30, share: 0.6 },
      { bytes_sent: 10, requests: 2, total_bytes_sent: 20, share: 0.4 },
    ]);
  });

  test("a derived column", async () => {
    const file = log("derived.log", [
      { target: "/a?user=ann" },
      { target: "/b?user=ann" },
      { target: "/c" },
    ]);
    const derive = ["--derive", "visitor=query~user=(\\w+)"];
    const { out } = await culprit(["top", "visitor", file, ...derive, "--jsonl"]);
    expect(jsonLines(out)).toMatchObject([
      { visitor: "ann", requests: 2 },
      { visitor: null, requests: 1 },
    ]);
    const filtered = await culprit([
      "top",
      "path",
      file,
      ...derive,
      "-w",
      "visitor=ann",
      "--jsonl",
    ]);
    expect(jsonLines(filtered.out)).toHaveLength(2);
  });

  test.each<[field: string, values: unknown[]]>([
    ["status_class", ["4xx", "2xx"]],
    ["extension", ["png", null]],
    ["directory", ["/img", "/"]],
    ["weekday", ["Thu"]],
    ["hour_of_day", ["10"]],
    ["client_net", ["203.0.113.0/24"]],
    ["minute", ["2026-11-05 10:00"]],
  ])("%s", async (field, values) => {
    const file = log("computed.log", [
      { target: "/img/a.png", status: 404 },
      { target: "/img/B.PNG", status: 410 },
      { target: "/" },
    ]);
    const { out } = await culprit(["top", field, file, "--jsonl"]);
    expect(jsonLines(out).map((row) => row[field])).toEqual(values);
  });
});
