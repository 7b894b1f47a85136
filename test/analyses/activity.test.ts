import { describe, expect, test } from "vitest";
import { culprit, jsonLines } from "../cli/culprit.js";
import { log, type Hit } from "../cli/logs.js";

const MINUTE = 60_000;

/** A request every so many minutes of a span. */
function every(minutes: number, from: string, until: string): Hit[] {
  const hits: Hit[] = [];
  for (let at = Date.parse(from); at < Date.parse(until); at += minutes * MINUTE) {
    hits.push({
      time: new Date(at).toISOString(),
      status: hits.length % 5 === 0 ? 500 : 200,
      bytes: 7,
    });
  }
  return hits;
}

interface Step {
  time: string;
  requests: number;
  bytes_sent: number;
  errors: number;
}

async function activity(...argv: string[]): Promise<Step[]> {
  const { out, err, code } = await culprit(["activity", ...argv, "--jsonl"]);
  expect({ code, err: err.replaceAll(/^culprit: \d+ of \d+ lines match.*\n/gm, "") }).toEqual({
    code: 0,
    err: "",
  });
  return jsonLines(out) as unknown as Step[];
}

/** What the zone's clock shows at an instant: `03-29 02:00`. */
function clock(time: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(time));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
}

const zones: [zone: string, from: string, until: string, hours: number][] = [
  ["UTC", "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z", 48],
  // The day on which clocks go forward has 23 hours, the one on which they go back 25.
  ["Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23],
  ["Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25],
  ["America/New_York", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 25],
  ["Australia/Adelaide", "2026-10-03T14:30:00Z", "2026-10-04T13:30:00Z", 23],
  ["Asia/Kathmandu", "2026-11-04T18:15:00Z", "2026-11-05T18:15:00Z", 24],
  ["America/St_Johns", "2026-07-01T02:30:00Z", "2026-07-02T02:30:00Z", 24],
];

describe("hours in a zone", () => {
  test.each(zones)("%s from %s to %s", async (zone, from, until, hours) => {
    const file = log("zone.log", every(10, from, until));
    const steps = await activity(file, "--every", "1h", "--tz", zone);
    expect(steps).toHaveLength(hours);
    expect(steps[0]?.time).toBe(from);
    for (const { time, requests, bytes_sent: bytes } of steps) {
      expect(clock(time, zone)).toMatch(/:00$/);
      expect([requests, bytes]).toEqual([6, 42]);
    }
    const seconds = steps.map(({ time }) => Date.parse(time) / 1000);
    expect(seconds.slice(1).every((at, index) => at - (seconds[index] ?? 0) === 3600)).toBe(true);
  });

  test.each(zones)("%s: days from %s to %s", async (zone, from, until, hours) => {
    const file = log("zone.log", every(10, from, until));
    const steps = await activity(file, "--every", "1d", "--tz", zone);
    expect(steps.map(({ time }) => clock(time, zone).slice(6))).toEqual(steps.map(() => "00:00"));
    expect(steps.reduce((sum, { requests }) => sum + requests, 0)).toBe(hours * 6);
    if (hours < 30) expect(steps).toMatchObject([{ time: from, requests: hours * 6 }]);
  });

  test("six hours are those of the clock", async () => {
    const file = log("zone.log", every(60, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"));
    const steps = await activity(file, "--every", "6h", "--tz", "Europe/Berlin");
    expect(
      steps.map(({ time, requests }) => [clock(time, "Europe/Berlin").slice(6), requests]),
    ).toEqual([
      ["00:00", 7],
      ["06:00", 6],
      ["12:00", 6],
      ["18:00", 6],
    ]);
  });

  test("a fixed offset", async () => {
    const file = log("zone.log", every(10, "2026-11-04T18:30:00Z", "2026-11-05T18:30:00Z"));
    for (const zone of ["+05:30", "Asia/Kolkata"]) {
      const days = await activity(file, "--every", "1d", "--tz", zone);
      expect(days).toMatchObject([{ time: "2026-11-04T18:30:00Z", requests: 144 }]);
      const { out } = await culprit([
        "top",
        "day,hour",
        file,
        "--tz",
        zone,
        "-n",
        "100",
        "--jsonl",
      ]);
      const hours = jsonLines(out).map(({ day, hour, requests }) => [day, hour, requests]);
      expect(hours).toHaveLength(24);
      expect(hours[0]).toEqual(["2026-11-05", "2026-11-05 00:00", 6]);
      const text = await culprit(["activity", file, "--every", "1h", "--tz", zone]);
      expect(text.out).toContain("2026-11-05 23:00");
    }
  });

  test("top counts the hour that comes twice as one", async () => {
    const file = log("zone.log", every(10, "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"));
    const { out } = await culprit(["top", "hour", file, "--tz", "Europe/Berlin", "--jsonl"]);
    expect(jsonLines(out)).toMatchObject([{ hour: "2026-10-25 02:00", requests: 12 }]);
  });
});

describe("activity", () => {
  const gaps = (): string =>
    log("gaps.log", [
      { time: "2026-11-05T00:30:00Z", ip: "203.0.113.1" },
      { time: "2026-11-05T03:10:00Z", ip: "203.0.113.2", status: 503 },
      { time: "2026-11-05T06:59:59Z", ip: "203.0.113.1" },
    ]);

  test("shows the hours without requests, also those of others", async () => {
    const steps = await activity(gaps(), "-w", "client_ip=203.0.113.2");
    expect(steps.map(({ requests, errors }) => [requests, errors])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 1],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    const none = await activity(gaps(), "-w", "client_ip=203.0.113.9");
    expect(none).toHaveLength(7);
  });

  test.each<[flags: string[], times: string[]]>([
    [["--since", "-1h"], ["06:59:59"]],
    [
      ["--since", "-3h50m"],
      ["03:10:00", "06:59:59"],
    ],
    [["--since", "2026-11-05T03:10:00", "--until", "2026-11-05T06:59:59"], ["03:10:00"]],
    [["--range", "2026-11-05T00:30:00..03:10:00"], ["00:30:00"]],
    [
      ["--range", "2026-11-05T00:30:00..03:10:01"],
      ["00:30:00", "03:10:00"],
    ],
    [["--until", "2026-11-05T00:30:00"], []],
    [
      ["--since", "today"],
      ["00:30:00", "03:10:00", "06:59:59"],
    ],
    [
      ["--since", "2026-11-05T04:00", "--tz", "Europe/Berlin"],
      ["03:10:00", "06:59:59"],
    ],
    [
      ["-w", "time>=2026-11-05T03"],
      ["03:10:00", "06:59:59"],
    ],
  ])("a range is half-open and counts from the last line: %j", async (flags, times) => {
    const { out } = await culprit(["parse", gaps(), ...flags, "--columns", "time", "--csv"]);
    const found = out.split("\n").slice(1, -1);
    expect(found).toEqual(times.map((time) => `2026-11-05T${time}Z`));
  });

  test("a range is bounded by what the log covers", async () => {
    expect(await activity(gaps(), "--since", "2013", "--every", "1h")).toHaveLength(7);
    expect(await activity(gaps(), "--range", "2026-11-05T02:00..05:00")).toHaveLength(3);
  });

  test("a range outside of the log says what it covers", async () => {
    for (const command of ["activity", "top client_ip", "report"]) {
      const argv = [...command.split(" "), gaps(), "--since", "2030-01-01"];
      const { code, out } = await culprit(argv);
      expect(out.replaceAll(/\s+/g, " ")).toContain(
        "no lines in it; the log covers 2026-11-05 00:30:00 .. 2026-11-05 06:59:59; " +
          "time range: 2030-01-01 00:00:00 .. UTC",
      );
      expect(code).toBe(0);
    }
    expect(await activity(gaps(), "--since", "2030-01-01")).toEqual([]);
    const { code, err } = await culprit([
      "report",
      gaps(),
      "--since",
      "2030-01-01",
      "--fail-on",
      "any",
    ]);
    expect(code).toBe(3);
    expect(err).toMatch(/no requests to judge/);
  });

  test("too many steps are refused, not cut", async () => {
    const file = log("long.log", [
      { time: "2026-01-01T00:00:00Z" },
      { time: "2026-11-05T00:00:00Z" },
    ]);
    const { code, err } = await culprit(["activity", file, "--every", "1m"]);
    expect(err).toMatch(/too many steps to show: 443521/);
    expect(code).toBe(2);
    expect(await activity(file, "--every", "1h")).toHaveLength(308 * 24 + 1);
  });

  test("a log of centuries still has a report", async () => {
    const file = log("ages.log", [
      { time: "1971-01-01T00:00:00Z" },
      { time: "2499-11-05T00:00:00Z" },
    ]);
    expect((await culprit(["report", file])).code).toBe(0);
  });
});
