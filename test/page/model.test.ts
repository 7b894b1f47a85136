import { describe, expect, test } from "vitest";
import { inertJson } from "../../src/web/html.js";
import { negated } from "../../src/web/page/live/negate.js";
import { boundsOf, levelOf } from "../../src/web/page/model/heat.js";
import { ranked, sidesOf } from "../../src/web/page/model/sides.js";
import { baselineSpans, parseSpan, spanText } from "../../src/web/page/model/times.js";
import { areaPath, linePath } from "../../src/web/page/parts/plot.js";
import { timeTicks, valueTicks } from "../../src/web/page/parts/scales.js";
import { parseWhere } from "../../src/analyses/where.js";
import type { Series, Windows } from "../../src/web/data.js";
import { hostile } from "./hostile.js";

const at = (text: string): number => Date.parse(`${text}Z`);
const hours = (...texts: string[]): [number, number][] =>
  texts.map((text) => {
    const [from = "", until = ""] = text.split("..");
    return [at(from), at(until)];
  });

describe("a span", () => {
  test.each([
    ["UTC", "2026-11-05 03:00..05:00", "2026-11-05T03:00", "2026-11-05T05:00"],
    ["UTC", "2026-11-05T03:00 .. 2026-11-06 05:00", "2026-11-05T03:00", "2026-11-06T05:00"],
    ["UTC", "2026-11-05", "2026-11-05T00:00", "2026-11-06T00:00"],
    ["Europe/Berlin", "2026-10-25 00:00..06:00", "2026-10-24T22:00", "2026-10-25T05:00"],
    ["+05:30", "2026-11-05 03:00..05:00", "2026-11-04T21:30", "2026-11-04T23:30"],
  ])("in %s: %s", (zone, text, from, until) => {
    const span = parseSpan(text, zone);
    expect(span).toEqual([at(from), at(until)]);
    if (span !== undefined) expect(parseSpan(spanText(span, zone), zone)).toEqual(span);
  });

  test.each([
    "",
    "..",
    "yesterday",
    "2026-11-05 05:00..03:00",
    "2026-13-05",
    "1..2..3",
    "03:00..05:00",
  ])("%j is none", (text) => {
    expect(parseSpan(text, "UTC")).toBeUndefined();
  });
});

describe("the baseline's parts", () => {
  const windows = (own: Partial<Windows>): Windows => ({
    incident: [at("2026-11-05T03:00"), at("2026-11-05T05:00")],
    baseline: [at("2026-11-02T00:00"), at("2026-11-05T00:00")],
    match: "hours",
    without: [],
    ...own,
  });
  const days = ["02", "03", "04"].map((day) => `2026-11-${day}T03:00..2026-11-${day}T05:00`);

  test.each([
    ["the same hours", {}, hours(...days)],
    ["all of it", { match: "all" as const }, hours("2026-11-02T00:00..2026-11-05T00:00")],
    ["without a bad day", { without: hours(days[1] ?? "") }, hours(days[0] ?? "", days[2] ?? "")],
    [
      "cut at its edges",
      { baseline: hours("2026-11-03T04:00..2026-11-04T04:00")[0] ?? [0, 0] },
      hours("2026-11-03T04:00..2026-11-03T05:00", "2026-11-04T03:00..2026-11-04T04:00"),
    ],
    [
      "never the incident",
      { match: "all" as const, baseline: hours("2026-11-05T00:00..2026-11-06T00:00")[0] ?? [0, 0] },
      hours("2026-11-05T00:00..2026-11-05T03:00", "2026-11-05T05:00..2026-11-06T00:00"),
    ],
    [
      "the same weekday",
      {
        match: "weekdays" as const,
        baseline: hours("2026-10-20T00:00..2026-11-05T00:00")[0] ?? [0, 0],
      },
      hours("2026-10-22T03:00..2026-10-22T05:00", "2026-10-29T03:00..2026-10-29T05:00"),
    ],
  ])("%s", (_name, own, parts) => {
    expect(baselineSpans(windows(own), "UTC")).toEqual(parts);
  });

  test("keep the hour of the clock when clocks change", () => {
    const own = windows({
      incident: hours("2026-10-26T08:00..2026-10-26T09:00")[0] ?? [0, 0],
      baseline: hours("2026-10-23T00:00..2026-10-26T00:00")[0] ?? [0, 0],
    });
    // 9 o'clock in Berlin is 7 UTC before the change, 8 UTC after it.
    expect(baselineSpans(own, "Europe/Berlin")).toEqual(
      hours(
        "2026-10-23T07:00..2026-10-23T08:00",
        "2026-10-24T07:00..2026-10-24T08:00",
        "2026-10-25T08:00..2026-10-25T09:00",
      ),
    );
  });
});

describe("what changed", () => {
  const series: Series = {
    from: 0,
    step: 3600,
    requests: [10, 10, 50, 0],
    bytes_sent: [100, 100, 900, 0],
    errors: [0, 1, 5, 0],
  };
  const hour = 3_600_000;
  const windows: Windows = {
    incident: [2 * hour, 3 * hour],
    baseline: [0, 2 * hour],
    match: "all",
    without: [],
  };
  const cube = {
    dimensions: [
      {
        field: "client_ip",
        distinct: 3,
        values: [
          { value: "a", where: "client_ip=a", cells: [0, 5, 50, 0, 1, 5, 50, 1, 1, 5, 50, 0] },
          { value: "b", where: "client_ip=b", cells: [2, 40, 800, 5] },
          { value: "c", where: "client_ip=c", cells: [0, 5, 50, 0] },
        ],
      },
    ],
  };

  test("is summed from the cube, by the hour", () => {
    const sides = sidesOf(cube, series, windows, "UTC");
    expect(sides.hours).toEqual({ incident: 1, baseline: 2 });
    expect(sides.total).toEqual({ incident: [50, 900, 5], baseline: [20, 200, 1] });
    const { dimensions, total } = ranked(sides, 0);
    expect(total).toMatchObject({ now: 50, before: 10, change: "up", factor: 5 });
    expect(
      dimensions[0]?.rows.map(({ value, now, before, change }) => [value, now, before, change]),
    ).toEqual([
      ["b", 40, 0, "new"],
      ["c", 0, 2.5, "gone"],
      ["a", 5, 5, "same"],
    ]);
    // Shares: a 0.1 and 0.5, b 0.8 and 0, c 0 and 0.25, others 0.1 and 0.25.
    expect(dimensions[0]?.moved).toBeCloseTo((0.4 + 0.8 + 0.25 + 0.15) / 2);
  });

  test("is ranked by the measure asked for", () => {
    const { total } = ranked(sidesOf(cube, series, windows, "UTC"), 1);
    expect(total).toMatchObject({ now: 900, before: 100, factor: 9 });
  });
});

test.each([
  ["client_ip=203.0.113.7", "client_ip!=203.0.113.7"],
  ['path~"^/a[.]b$"', 'path!~"^/a[.]b$"'],
  ["referrer=", "referrer!="],
  ['user_agent="a and b=c"', 'user_agent!="a and b=c"'],
  ["a=1 and b=2", undefined],
  ["bytes_sent>=1", undefined],
  ["status!=200", undefined],
])("the opposite of %s is %s", (where, opposite) => {
  expect(negated(where)).toBe(opposite);
  if (opposite !== undefined) expect(parseWhere(opposite).conditions).toHaveLength(1);
});

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [7, [0, 2, 4, 6, 8]],
  [359, [0, 100, 200, 300, 400]],
])("ticks up to %d", (most, ticks) => {
  expect(valueTicks(most)).toEqual(ticks);
});

test("ticks of bytes are round in their unit", () => {
  expect(valueTicks(300 * 1024, true)).toEqual([0, 100, 200, 300].map((one) => one * 1024));
});

test("days begin where the zone's clock shows midnight", () => {
  const ticks = timeTicks(at("2026-10-24T00:00"), at("2026-10-27T00:00"), "Europe/Berlin");
  expect(ticks.filter(({ day }) => day).map(({ at: time }) => time)).toEqual(
    ["2026-10-24T22:00", "2026-10-25T23:00", "2026-10-26T23:00"]
      .map(at)
      .slice(0, 3)
      .filter((time) => time < at("2026-10-27T00:00")),
  );
});

test("lines run along the steps", () => {
  expect(linePath([0, 2, 2, 1], 2)).toBe("M0 1H1V0H3V0.5H4");
  expect(areaPath([1, 1], 1)).toBe("M0 1V0H2V1Z");
  expect(linePath([0, 2], 2, { width: 100, height: 50 })).toBe("M0 50H50V0H100");
});

test("levels of the heatmap rise with the logarithm", () => {
  expect([0, 1, 10, 100, 1000].map((count) => levelOf(count, 1000))).toEqual([0, 1, 3, 6, 8]);
  expect(boundsOf(1000)[0]).toBe(1);
});

test.each(hostile)("JSON of %j ends no element", (text) => {
  const json = inertJson({ text });
  expect(json).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(json)).toEqual({ text });
});
