import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { driftOf, offsetAt } from "../../src/analyses/stitch/drift.js";
import { culprit, jsonLines } from "../cli/culprit.js";
import { randomOf } from "../generators/site-hours.mjs";
import { CLOCKS, twoClocks } from "../generators/two-clocks.mjs";
import { BACK_FORMAT, score } from "../servers/squid-apache.mjs";

const names = Object.keys(CLOCKS) as (keyof typeof CLOCKS)[];

describe.each(names)("over five days the back's clock %s", (name) => {
  test.each([600, 6000])("of %d requests 99 % are found, and 0.1 % are wrong", async (requests) => {
    const folder = mkdtempSync(join(tmpdir(), "culprit-clocks-"));
    try {
      const logs = twoClocks({ requests, seed: 2, ahead: CLOCKS[name] });
      writeFileSync(join(folder, "front.log"), logs.front);
      writeFileSync(join(folder, "back.log"), logs.back);
      const joined = join(folder, "joined.jsonl");
      const sources = [join(folder, "front.log"), join(folder, "back.log")];
      await culprit(["stitch", ...sources, "--back-log-format", BACK_FORMAT, "-o", joined]);
      const rows = jsonLines(readFileSync(joined, "utf8"));
      const { true_pairs, found, wrong } = score(logs, rows as never);
      expect(found / true_pairs).toBeGreaterThanOrEqual(0.99);
      expect(wrong / true_pairs).toBeLessThanOrEqual(0.001);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("the drift of differences", () => {
  const HOUR = 3600e6;
  /** A thousand over 100 hours, of whole seconds, every tenth one of two other requests. */
  const differences = (ahead: (hour: number) => number) => {
    const random = randomOf(4);
    const at = Float64Array.from({ length: 1000 }, (_, place) => (place * HOUR) / 10);
    const delta = at.map(
      (moment, place) =>
        1e6 * (ahead(moment / HOUR) + random() - 0.5) +
        (place % 10 === 0 ? (random() - 0.5) * 100 * HOUR : 0),
    );
    return { count: 1000, at, delta };
  };
  /** Seconds, at the beginning of hours. */
  const offsetsOf = (ahead: (hour: number) => number, hours: readonly number[]) => {
    const drift = driftOf(differences(ahead));
    return hours.map((hour) => (drift === undefined ? NaN : offsetAt(drift, hour * HOUR) / 1e6));
  };

  test("is none where the clocks keep step", () => {
    const drift = driftOf(differences(() => 2));
    expect(drift).toMatchObject({ slices: [{ from: 0 }], knots: [] });
    expect(drift?.offset).toBeGreaterThan(1.95e6);
    expect(drift?.offset).toBeLessThan(2.05e6);
  });

  test("follows a clock that goes too fast, however far", () => {
    const hours = [0, 10, 30, 50, 70, 90, 99];
    offsetsOf((hour) => hour / 5, hours).forEach((offset, place) => {
      expect(Math.abs(offset - (hours[place] as number) / 5)).toBeLessThan(0.7);
    });
  });

  test("jumps where the clock does", () => {
    const [before, after, late] = offsetsOf((hour) => (hour < 43 ? 7 : -5), [42, 44, 99]);
    expect(before).toBeCloseTo(7, 0);
    expect(after).toBeCloseTo(-5, 0);
    expect(late).toBeCloseTo(-5, 0);
  });

  test("is not known of differences that do not agree", () => {
    const random = randomOf(6);
    const at = Float64Array.from({ length: 500 }, (_, place) => place * HOUR);
    expect(driftOf({ count: 500, at, delta: at.map(() => 500 * HOUR * random()) })).toBeUndefined();
  });
});
