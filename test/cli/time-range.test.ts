import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import {
  parseInstant,
  parseRange,
  resolveInstant,
  resolveRange,
} from "../../src/cli/time-range.js";
import { civilOf, instantOf, parseZone } from "../../src/cli/zone.js";
import { Problem } from "../../src/problems/problem.js";

const now = new Date("2024-10-05T12:34:56.789Z");

const show = (date: Date | undefined): string =>
  date?.toISOString().replace(":00.000Z", "Z").replace(".000Z", "Z") ?? "";

/** `since..until`, an open end empty. */
function range(text: string, zone = "UTC"): string {
  const { since, until } = resolveRange(parseRange(text), { now, zone });
  return `${show(since)}..${show(until)}`;
}

const instant = (text: string, zone = "UTC"): string =>
  resolveInstant(parseInstant(text), { now, zone }).toISOString();

describe("instants", () => {
  const cases: [text: string, iso: string][] = [
    ["now", "2024-10-05T12:34:56.789Z"],
    ["-1h", "2024-10-05T11:34:56.789Z"],
    ["1h", "2024-10-05T11:34:56.789Z"],
    ["90m", "2024-10-05T11:04:56.789Z"],
    ["7d", "2024-09-28T12:34:56.789Z"],
    ["2w", "2024-09-21T12:34:56.789Z"],
    ["30s", "2024-10-05T12:34:26.789Z"],
    ["1h30m", "2024-10-05T11:04:56.789Z"],
    ["1h 30m", "2024-10-05T11:04:56.789Z"],
    ["now-1h", "2024-10-05T11:34:56.789Z"],
    ["now - 1h", "2024-10-05T11:34:56.789Z"],
    ["now+1h", "2024-10-05T13:34:56.789Z"],
    ["NOW", "2024-10-05T12:34:56.789Z"],
    ["30 min ago", "2024-10-05T12:04:56.789Z"],
    ["2 hours ago", "2024-10-05T10:34:56.789Z"],
    ["T-180d", "2024-04-08T12:34:56.789Z"],
    ["today", "2024-10-05T00:00:00.000Z"],
    ["yesterday", "2024-10-04T00:00:00.000Z"],
    ["yesterday 12:00", "2024-10-04T12:00:00.000Z"],
    ["12:00", "2024-10-05T12:00:00.000Z"],
    ["1380000000", "2013-09-24T05:20:00.000Z"],
    ["1380000000.25", "2013-09-24T05:20:00.250Z"],
    ["1380000000123", "2013-09-24T05:20:00.123Z"],
    ["1380000000123456", "2013-09-24T05:20:00.123Z"],
    ["804571201", "1995-07-01T04:00:01.000Z"],
    ["2013", "2013-01-01T00:00:00.000Z"],
    ["2013-05", "2013-05-01T00:00:00.000Z"],
    ["2013-05-22", "2013-05-22T00:00:00.000Z"],
    ["2024-10-05T01", "2024-10-05T01:00:00.000Z"],
    ["2024-10-05T01:00", "2024-10-05T01:00:00.000Z"],
    ["2024-10-05 01:00", "2024-10-05T01:00:00.000Z"],
    ["2024-10-05T01:02:03", "2024-10-05T01:02:03.000Z"],
    ["2024-10-05T01:02:03.5", "2024-10-05T01:02:03.500Z"],
    ["2024-10-05T01:02:03,123456", "2024-10-05T01:02:03.123Z"],
    ["2024-10-05T01:00Z", "2024-10-05T01:00:00.000Z"],
    ["2024-10-05T01:00+02:00", "2024-10-04T23:00:00.000Z"],
    ["2024-10-05T01:00+0200", "2024-10-04T23:00:00.000Z"],
    ["2024-10-05T01:00 +02", "2024-10-04T23:00:00.000Z"],
    ["2024-10-05T01:00-03:30", "2024-10-05T04:30:00.000Z"],
    ["2024-10-05T24:00", "2024-10-06T00:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["  2013-05-22  ", "2013-05-22T00:00:00.000Z"],
  ];
  test.each(cases)("%s", (text, iso) => expect(instant(text)).toBe(iso));
});

describe("ranges", () => {
  const cases: [text: string, window: string][] = [
    ["2013", "2013-01-01T00:00Z..2014-01-01T00:00Z"],
    ["2013-05", "2013-05-01T00:00Z..2013-06-01T00:00Z"],
    ["2013-12", "2013-12-01T00:00Z..2014-01-01T00:00Z"],
    ["2013-05-22", "2013-05-22T00:00Z..2013-05-23T00:00Z"],
    ["2024-10-05T01", "2024-10-05T01:00Z..2024-10-05T02:00Z"],
    ["2024-10-05T01:00", "2024-10-05T01:00Z..2024-10-05T01:01Z"],
    ["2024-10-05T01:00:30", "2024-10-05T01:00:30Z..2024-10-05T01:00:31Z"],
    ["today", "2024-10-05T00:00Z..2024-10-06T00:00Z"],
    ["yesterday", "2024-10-04T00:00Z..2024-10-05T00:00Z"],
    ["1380000000", "2013-09-24T05:20Z..2013-09-24T05:20:01Z"],
    ["-1h", "2024-10-05T11:34:56.789Z.."],
    ["7d", "2024-09-28T12:34:56.789Z.."],
    ["-1h..", "2024-10-05T11:34:56.789Z.."],
    ["-1h..now", "2024-10-05T11:34:56.789Z..2024-10-05T12:34:56.789Z"],
    ["-2h..-1h", "2024-10-05T10:34:56.789Z..2024-10-05T11:34:56.789Z"],
    ["2h..1h", "2024-10-05T10:34:56.789Z..2024-10-05T11:34:56.789Z"],
    ["..02:00", "..2024-10-05T02:00Z"],
    ["..2013-05-22", "..2013-05-22T00:00Z"],
    ["..-1h", "..2024-10-05T11:34:56.789Z"],
    ["2013-05-22..", "2013-05-22T00:00Z.."],
    ["01:00..02:00", "2024-10-05T01:00Z..2024-10-05T02:00Z"],
    ["yesterday..today", "2024-10-04T00:00Z..2024-10-05T00:00Z"],
    ["yesterday..12:00", "2024-10-04T00:00Z..2024-10-04T12:00Z"],
    ["yesterday 10:00..12:00", "2024-10-04T10:00Z..2024-10-04T12:00Z"],
    ["2024-10-05T01:00..02:00", "2024-10-05T01:00Z..2024-10-05T02:00Z"],
    ["2024-10-05T01:00..T02", "2024-10-05T01:00Z..2024-10-05T02:00Z"],
    ["2024-10-05 01:00 .. 02:00", "2024-10-05T01:00Z..2024-10-05T02:00Z"],
    ["2024-10-05T23:00..24:00", "2024-10-05T23:00Z..2024-10-06T00:00Z"],
    ["2024-10-05T23:00..06T01:00", "2024-10-05T23:00Z..2024-10-06T01:00Z"],
    ["2024-10-05T23:00..10-06", "2024-10-05T23:00Z..2024-10-06T00:00Z"],
    ["2024-10-05T01..03", "2024-10-05T01:00Z..2024-10-05T03:00Z"],
    ["2024-10-05..07", "2024-10-05T00:00Z..2024-10-07T00:00Z"],
    ["2024-10-05..12:00", "2024-10-05T00:00Z..2024-10-05T12:00Z"],
    ["2024-10..12", "2024-10-01T00:00Z..2024-12-01T00:00Z"],
    ["2024..2025", "2024-01-01T00:00Z..2025-01-01T00:00Z"],
    ["2024-10-05T01:00/2024-10-05T02:00", "2024-10-05T01:00Z..2024-10-05T02:00Z"],
    ["2024-10-05T01:00/02:00", "2024-10-05T01:00Z..2024-10-05T02:00Z"],
    ["2024-10-05/2024-10-07", "2024-10-05T00:00Z..2024-10-07T00:00Z"],
    ["2024-10-05T01:00..+4h", "2024-10-05T01:00Z..2024-10-05T05:00Z"],
    ["yesterday..+1h30m", "2024-10-04T00:00Z..2024-10-04T01:30Z"],
    ["2024-10-05T01:00..now", "2024-10-05T01:00Z..2024-10-05T12:34:56.789Z"],
    ["2024-10-05T01:00..-1h", "2024-10-05T01:00Z..2024-10-05T11:34:56.789Z"],
    ["2024-10-05T01:00..2h ago", "2024-10-05T01:00Z..2024-10-05T10:34:56.789Z"],
    ["2024-10-05T01:00+02:00..02:00", "2024-10-04T23:00Z..2024-10-05T00:00Z"],
    ["2024-10-05T01:00+02:00..2024-10-05T03:00", "2024-10-04T23:00Z..2024-10-05T01:00Z"],
    ["2024-10-05T01:00..02:00+02:00", "2024-10-04T23:00Z..2024-10-05T00:00Z"],
    ["1380000000..1380003600", "2013-09-24T05:20Z..2013-09-24T06:20Z"],
  ];
  test.each(cases)("%s", (text, window) => expect(range(text)).toBe(window));

  const zoned: [text: string, zone: string, window: string][] = [
    ["2024-10-05", "+02:00", "2024-10-04T22:00Z..2024-10-05T22:00Z"],
    ["2024-10-05T01:00..02:00", "Europe/Berlin", "2024-10-04T23:00Z..2024-10-05T00:00Z"],
    ["2024-10-05T01:00Z..02:00", "Europe/Berlin", "2024-10-05T01:00Z..2024-10-05T02:00Z"],
    ["today", "Pacific/Auckland", "2024-10-05T11:00Z..2024-10-06T11:00Z"],
    ["yesterday", "America/Los_Angeles", "2024-10-04T07:00Z..2024-10-05T07:00Z"],
    // Clocks go forward: 23 hours, and the hour from 02:00 does not exist.
    ["2024-03-31", "Europe/Berlin", "2024-03-30T23:00Z..2024-03-31T22:00Z"],
    ["2024-03-31T02:30..04:00", "Europe/Berlin", "2024-03-31T01:30Z..2024-03-31T02:00Z"],
    // Clocks go back: 25 hours, and the hour from 02:00 comes twice.
    ["2024-10-27", "Europe/Berlin", "2024-10-26T22:00Z..2024-10-27T23:00Z"],
    ["2024-10-27T02", "Europe/Berlin", "2024-10-27T00:00Z..2024-10-27T02:00Z"],
    ["2024-10-27T02:30..03:00", "Europe/Berlin", "2024-10-27T00:30Z..2024-10-27T02:00Z"],
    ["2024-10-27T02:30+01:00..03:00", "Europe/Berlin", "2024-10-27T01:30Z..2024-10-27T02:00Z"],
    ["2024-10", "Europe/Berlin", "2024-09-30T22:00Z..2024-10-31T23:00Z"],
    // Midnight itself is skipped.
    ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00Z..2018-11-05T02:00Z"],
    // A whole day was skipped: Samoa crossed the date line.
    ["2011-12-29..2011-12-31", "Pacific/Apia", "2011-12-29T10:00Z..2011-12-30T10:00Z"],
    ["2024-04-07", "Australia/Lord_Howe", "2024-04-06T13:00Z..2024-04-07T13:30Z"],
  ];
  test.each(zoned)("%s in %s", (text, zone, window) => expect(range(text, zone)).toBe(window));

  test("the same hours before another range", () => {
    const of = { since: new Date("2024-10-05T01:00Z"), until: new Date("2024-10-05T05:00Z") };
    for (const text of [
      "7d before",
      "same hours, 7d before",
      "offset 1w",
      "Same hours 1 week before",
    ]) {
      expect(resolveRange(parseRange(text), { now, zone: "UTC" }, of)).toEqual({
        since: new Date("2024-09-28T01:00Z"),
        until: new Date("2024-09-28T05:00Z"),
      });
    }
    // 01:00 in Berlin is 00:00 UTC in winter.
    const later = { since: new Date("2024-10-29T00:00Z"), until: new Date("2024-10-29T04:00Z") };
    expect(resolveRange(parseRange("7d before"), { now, zone: "Europe/Berlin" }, later)).toEqual({
      since: new Date("2024-10-21T23:00Z"),
      until: new Date("2024-10-22T03:00Z"),
    });
    expect(resolveRange(parseRange("90m before"), { now, zone: "UTC" }, of)).toEqual({
      since: new Date("2024-10-04T23:30Z"),
      until: new Date("2024-10-05T03:30Z"),
    });
    expect(() => resolveRange(parseRange("7d before"), { now, zone: "UTC" })).toThrow(Problem);
  });
});

describe("refuses, pointing at", () => {
  const cases: [text: string, pointed: string, says: RegExp][] = [
    ["", "", /nothing/],
    ["..", "..", /start or an end/],
    ["soon", "soon", /no form/],
    ["1M", "M", /minutes or months/],
    ["2024-10-05..-1M", "M", /minutes or months/],
    ["now-1M", "M", /minutes or months/],
    ["6mo", "mo", /differ in length/],
    ["1y", "y", /differ in length/],
    ["1h30q", "q", /units are/],
    ["+4h", "+4h", /start of a range/],
    ["-1h ago", "-1h ago", /twice/],
    ["2013-13", "2013-13", /months 01 to 12/],
    ["2013-00-01", "2013-00-01", /months 01 to 12/],
    ["2013-02-29", "2013-02-29", /2013-02 has the days 01 to 28/],
    ["1913-02-01", "1913-02-01", /1970/],
    ["2013-05-22T25:00", "25", /hour goes from 00 to 24/],
    ["2013-05-22T23:60", "60", /minute/],
    ["2013-05-22T23:59:60", "60", /second/],
    ["2013-05-22T24:01", "2013-05-22T24:01", /last moment/],
    ["2013-05-22T01:00+19:00", "+19:00", /UTC/],
    ["2013-5-2", "2013-5-2", /two digits/],
    ["2013-05-22T7:00", "2013-05-22T7:00", /two digits/],
    ["20130522", "20130522", /dashes/],
    ["123456", "123456", /seconds \(10\)/],
    ["2013/05/22", "/", /dashes/],
    ["a..b..c", "..", /one start and one end/],
    ["2013-01...2013-02", "...", /two dots/],
    ["2024-10-05T01:00..02", "02", /hour or a minute/],
    ["2024-10-05T01:00..4h", "4h", /\+4h or -4h/],
    ["2024..02", "02", /after a year/],
    ["2024..02:00", "02:00", /lacks a day/],
    ["2024-10-05..32", "32", /days 01 to 31/],
    ["2024-10-05T01..25", "25", /hour/],
    ["2024-10-05T01:00..T25:00", "25", /hour/],
    ["now", "now", /moment, not a range/],
    ["-99999999999d", "99999999999d", /100 years/],
    ["99999999999d before", "99999999999d", /100 years/],
    ["often before", "often", /how long before/],
    ["1M before", "M", /minutes or months/],
  ];
  test.each(cases)("%j", (text, pointed, says) => {
    let problem: unknown;
    try {
      parseRange(text);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(Problem);
    if (!(problem instanceof Problem)) return;
    expect(problem).toMatchObject({ code: "time-unreadable", exit: 2 });
    expect(problem.why).toMatch(says);
    expect(problem.help).toContain("2024-10-05T01:00..02:00");
    const [line = "", carets = ""] = (problem.where ?? "").split("\n");
    expect(line).toBe(text);
    const last = text.includes("a..b") ? carets.lastIndexOf("^") - 1 : carets.indexOf("^");
    expect(line.slice(last, carets.length)).toBe(pointed);
  });

  const empty: [text: string, what: RegExp][] = [
    ["2024-10-05T23:00..01:00", /ends before it starts/],
    ["2024-10-05..2024-10-05", /is empty/],
    ["-1h..-2h", /ends before it starts/],
    ["2024-10-05..+0h", /is empty/],
  ];
  test.each(empty)("%s as empty", (text, what) => {
    expect(() => range(text)).toThrow(what);
    expect(() => range(text)).toThrow(Problem);
  });

  test("an hour that the clocks skip as empty", () => {
    expect(() => range("2024-03-31T02", "Europe/Berlin")).toThrow(/is empty/);
  });

  test("any text is read or refused with a Problem", () => {
    const part = fc.constantFrom(
      ..."0123456789TZ:-+./ MhdnowY".split(""),
      "2024",
      "-10",
      "..",
      "before",
      "today",
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { since, until } = resolveRange(parseRange(text), { now, zone: "Europe/Berlin" });
          expect(since ?? until).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe("zones", () => {
  const cases: [text: string, zone: string][] = [
    ["UTC", "UTC"],
    ["utc", "UTC"],
    ["Z", "UTC"],
    ["+00:00", "UTC"],
    ["+02:00", "+02:00"],
    ["+0530", "+05:30"],
    ["-3", "-03:00"],
    ["UTC+2", "+02:00"],
    ["Europe/Berlin", "Europe/Berlin"],
    ["europe/berlin", "Europe/Berlin"],
    ["Asia/Kolkata", "Asia/Kolkata"],
    ["local", new Intl.DateTimeFormat("en").resolvedOptions().timeZone],
  ];
  test.each(cases)("%s → %s", (text, zone) => expect(parseZone(text)).toBe(zone));

  test.each([
    ["Europe/Berln", /did you mean Europe\/Berlin/],
    ["", /write UTC/],
    ["+25:00", /write UTC/],
  ])("refuses %j", (text, help) => {
    let problem: unknown;
    try {
      parseZone(text);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(Problem);
    expect((problem as Problem).help).toMatch(help);
  });

  test("what a clock shows leads back to the instant, or to the first that shows the same", () => {
    const zones = fc.constantFrom(
      "UTC",
      "+05:45",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Tehran",
      "Pacific/Chatham",
      "Africa/Casablanca",
      "America/Sao_Paulo",
    );
    const times = fc.date({
      min: new Date("1971-01-01"),
      max: new Date("2037-12-31"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(zones, times, (zone, time) => {
        const civil = civilOf(time, zone);
        const back = instantOf(civil, zone);
        expect(civilOf(back, zone)).toEqual(civil);
        const earlier = time.getTime() - back.getTime();
        expect([0, 1_800_000, 3_600_000]).toContain(earlier);
      }),
      { numRuns: 3000 },
    );
  });
});
