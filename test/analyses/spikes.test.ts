import { describe, expect, test } from "vitest";
import { episodesOf } from "../../src/analyses/spikes/episodes.js";
import { scaled, stepsOf, unscaled } from "../../src/analyses/spikes/hours.js";
import { Trailing } from "../../src/analyses/spikes/sliding.js";
import { culprit } from "../cli/culprit.js";
import { log } from "../cli/logs.js";
import { combinedLines, type Call } from "../generators/callers.mjs";
import { siteHours, type Injection } from "../generators/site-hours.mjs";

const site = (days: number, injections: Injection[] = [], mean = 300) =>
  siteHours({ seed: 3, days, mean, injections });

function episodes(days: number, injections: Injection[] = []) {
  const buckets = site(days, injections);
  const [first, last] = [buckets[0]?.from ?? new Date(0), buckets.at(-1)?.from ?? new Date(0)];
  const window = { from: first, until: new Date(last.getTime() + 3_600_000) };
  return episodesOf(stepsOf({ step: 3600, buckets }, "requests", window, "UTC"));
}

describe("episodes", () => {
  test.each([14, 30])("%i ordinary days have none", (days) => {
    expect(episodes(days)).toEqual([]);
  });

  test.each<[name: string, days: number, injection: Injection, kind: string]>([
    ["five times for an hour", 14, { at: 250, hours: 1, factor: 5 }, "spike"],
    ["five times on the second day", 14, { at: 30, hours: 2, factor: 5 }, "spike"],
    ["a tenth for three hours", 14, { at: 228, hours: 3, factor: 0.1 }, "drop"],
    ["nothing for three hours", 14, { at: 228, hours: 3, factor: 0 }, "silence"],
    ["three times from then on", 14, { at: 280, hours: 56, factor: 3 }, "shift"],
    ["a log of one day", 1, { at: 12, hours: 1, factor: 12 }, "spike"],
  ])("%s", (_, days, injection, kind) => {
    const found = episodes(days, [injection]);
    expect(found.map((one) => one.kind)).toContain(kind);
    const one = found.find((episode) => episode.kind === kind);
    expect(Math.abs((one?.from ?? NaN) - injection.at)).toBeLessThanOrEqual(2);
  });

  describe("a week whose weekend is quiet", () => {
    /** Friday to Thursday; 400 requests an hour, on the weekend 170. */
    const week = (odd: readonly [hour: number, requests: number][] = []) => {
      const from = Date.parse("2026-11-06T00:00:00Z");
      const buckets = Array.from({ length: 7 * 24 }, (_, at) => ({
        from: new Date(from + at * 3_600_000),
        requests: (at >= 24 && at < 72 ? 170 : 400) + ((at * 13) % 17),
        bytes_sent: 0,
        errors: 0,
      }));
      for (const [at, requests] of odd) Object.assign(buckets[at] ?? {}, { requests });
      const window = { from: new Date(from), until: new Date(from + 7 * 86_400_000) };
      return episodesOf(stepsOf({ step: 3600, buckets }, "requests", window, "UTC"));
    };

    test("has no drop, and no busy workdays", () => {
      expect(week()).toEqual([]);
    });

    test.each<[name: string, hour: number, requests: number]>([
      ["a Saturday ten times as busy", 34, 1700],
      ["a Saturday without anybody", 34, 0],
      ["a Friday five times as busy", 10, 2000],
    ])("%s is told", (_, hour, requests) => {
      const found = week([[hour, requests]]);
      expect(found.filter(({ from, until }) => from <= hour && hour < until)).toHaveLength(1);
    });
  });

  test("a short log of nothing has none", () => {
    const buckets = site(1).map((bucket) => ({ ...bucket, errors: 0 }));
    const [first, last] = [buckets[0]?.from ?? new Date(0), buckets.at(-1)?.from ?? new Date(0)];
    const window = { from: first, until: new Date(last.getTime() + 3_600_000) };
    expect(episodesOf(stepsOf({ step: 3600, buckets }, "errors", window, "UTC"))).toEqual([]);
  });
});

test("a scale and back", () => {
  for (const measure of ["requests", "bytes_sent"] as const) {
    for (const count of [0, 1, 300, 5e9]) {
      expect(unscaled(measure, scaled(measure, count)) / (count || 1)).toBeCloseTo(count && 1, 6);
    }
  }
});

test("the last values, in order", () => {
  const last = new Trailing(3);
  for (const value of [9, NaN, 1, 5, 3]) last.push(value);
  expect([last.size, last.quantile(0), last.quantile(0.5), last.quantile(1)]).toEqual([3, 1, 3, 5]);
  expect(last.mean).toBeCloseTo(3);
  expect(last.deviation).toBeCloseTo(Math.sqrt(8 / 3));
});

describe("spikes", () => {
  /** A log whose hours have these counts. */
  const hourly = (name: string, injections: Injection[]): string => {
    const calls = site(10, injections, 40).flatMap(({ from, requests }): Call[] =>
      Array.from({ length: requests }, (_, at) => ({
        time: from.getTime() / 1000 + (at * 3600) / requests,
        ip: `198.51.100.${at % 50}`,
        target: "/",
        agent: "Mozilla/5.0",
      })),
    );
    return log(name, combinedLines(calls));
  };

  test("hand themselves to compare, against the week before", async () => {
    const file = hourly("spike.log", [{ at: 204, hours: 2, factor: 8 }]);
    const { out } = await culprit([
      "spikes",
      file,
      "--json",
      "--since",
      "2000",
      "-w",
      "status=200",
    ]);
    const { spikes } = JSON.parse(out) as { spikes: { kind: string; command: string }[] };
    expect(spikes).toMatchObject([{ kind: "spike", measure: "requests" }]);
    const [, baseline, incident, rest] =
      /^culprit compare --baseline (\S+) --incident (\S+) (.*)$/.exec(spikes[0]?.command ?? "") ??
      [];
    expect(rest).toBe(`-w status=200 ${file}`);
    const times = (text = ""): number[] => text.split("..").map((time) => Date.parse(time));
    const week = 7 * 86_400_000;
    expect(times(incident).map((time) => time - week)).toEqual(times(baseline));
    expect((await culprit(["spikes", file, "--fail-on", "any"])).code).toBe(1);
  });

  test("a log of half a day without a single error is judged, too", () => {
    const buckets = site(0.5).map((bucket) => ({ ...bucket, errors: 0 }));
    const from = buckets[0]?.from ?? new Date(0);
    const window = { from, until: new Date(from.getTime() + 12 * 3_600_000) };
    expect(episodesOf(stepsOf({ step: 3600, buckets }, "errors", window, "UTC"))).toEqual([]);
  });

  test("one odd day of three accuses neither of the others", () => {
    const found = episodes(3, [{ at: 51, hours: 1, factor: 30 }]);
    expect(found.map(({ kind, from }) => ({ kind, from }))).toEqual([{ kind: "spike", from: 51 }]);
  });

  test("a calm log says so", async () => {
    const { out, code } = await culprit(["spikes", hourly("calm.log", []), "--fail-on", "any"]);
    expect(out).toMatch(/^nothing unusual in 10 days/);
    expect(code).toBe(0);
  });
});
