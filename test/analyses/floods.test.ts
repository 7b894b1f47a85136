import { expect, describe, test } from "vitest";
import { rateChange } from "../../src/analyses/floods/change.js";
import { hoursOf, isTimer, rhythmOf } from "../../src/analyses/floods/rhythm.js";
import { culprit } from "../cli/culprit.js";
import { log } from "../cli/logs.js";
import { combinedLines, flood, person, shared, timer, type Call } from "../generators/callers.mjs";

interface Found {
  unusual: boolean;
  paragraph: string;
  floods: {
    client_ip: string;
    kind: string;
    requests: number;
    sentence: string;
    command: string;
  }[];
  shared_addresses: { client_ip: string }[];
  timers: { client_ip: string; period_s: number; sentence: string; change: Change | null }[];
}

interface Change {
  kind: string;
  before_per_hour: number;
  after_per_hour: number;
}

const people = Array.from({ length: 40 }, (_, at) =>
  person({ seed: at + 1, ip: `198.51.100.${at}` }),
).flat();

async function floods(name: string, calls: readonly Call[]): Promise<Found> {
  const file = log(`${name}.log`, combinedLines([...people, ...calls]));
  const { out, code } = await culprit(["floods", file, "--json"]);
  expect(code).toBe(0);
  return JSON.parse(out) as Found;
}

const hour = (time: number): number => (time % 86_400) / 3600;

describe("floods", () => {
  test("an ordinary day is calm", async () => {
    const found = await floods("calm", shared({ seed: 3, ip: "192.0.2.1", perHour: 200 }));
    expect(found).toMatchObject({ unusual: false, floods: [], timers: [] });
    expect(found.paragraph).toMatch(/^nothing unusual/);
  });

  test("a timer is told by its period", async () => {
    const calls = timer({ seed: 5, ip: "203.0.113.1", period: 150, jitter: 0.01 });
    const found = await floods("timer", calls);
    expect(found.unusual).toBe(false);
    expect(found.timers).toMatchObject([{ client_ip: "203.0.113.1", period_s: 150, change: null }]);
    expect(found.timers[0]?.sentence).toMatch(
      /^calls every 150 s, 24 an hour, half of the gaps within \d s, 2\d of 24 hours identical$/,
    );
  });

  test("a timer that calls a hundred times as often", async () => {
    const ip = "203.0.113.2";
    const calls = [
      ...timer({ seed: 5, ip, period: 150, jitter: 0.01 }).filter(({ time }) => hour(time) < 20),
      ...timer({ seed: 5, ip, period: 1.5 }).filter(({ time }) => hour(time) >= 20),
    ];
    const found = await floods("faster", calls);
    expect(found.unusual).toBe(true);
    expect(found.timers).toMatchObject([
      {
        client_ip: ip,
        period_s: 150,
        change: { kind: "rate", before_per_hour: 24, after_per_hour: 2400 },
      },
    ]);
  });

  test("a timer that falls silent", async () => {
    const all = timer({ seed: 5, ip: "203.0.113.3", period: 150, jitter: 0.01 });
    const found = await floods(
      "silent",
      all.filter(({ time }) => hour(time) < 12),
    );
    expect(found.timers).toMatchObject([{ change: { kind: "silent", after_per_hour: 0 } }]);
  });

  test.each([
    ["sudden", { requests: 900, from: 10, until: 10.2 }],
    ["sustained", { requests: 9000, from: 10, until: 16 }],
  ])("a %s flood", async (kind, size) => {
    const found = await floods(kind, flood({ seed: 9, ip: "203.0.113.9", ...size }));
    expect(found.floods).toMatchObject([
      { client_ip: "203.0.113.9", kind, requests: size.requests },
    ]);
    expect(found.floods[0]?.command).toMatch(/^culprit activity -w client_ip=203\.0\.113\.9 /);
  });

  test("an address of many people is named, not accused", async () => {
    const found = await floods("many", shared({ seed: 4, ip: "192.0.2.7", perHour: 3000 }));
    expect(found.floods).toEqual([]);
    expect(found.unusual).toBe(false);
  });

  test("--fail-on any exits 1 where something is unusual", async () => {
    const calls = flood({ seed: 9, ip: "203.0.113.9", requests: 900, from: 10, until: 10.2 });
    const file = log("fail.log", combinedLines([...people, ...calls]));
    expect((await culprit(["floods", file, "--fail-on", "any"])).code).toBe(1);
    const calm = log("calm-fail.log", combinedLines(people));
    expect((await culprit(["floods", calm, "--fail-on", "any"])).code).toBe(0);
  });

  test("activity of one client tells its rhythm", async () => {
    const calls = timer({ seed: 5, ip: "203.0.113.1", period: 150, jitter: 0.01 });
    const file = log("rhythm.log", combinedLines([...people, ...calls]));
    const one = await culprit(["activity", file, "-w", "client_ip=203.0.113.1"]);
    expect(one.out).toContain("calls every 150 s, 24 an hour");
    const all = JSON.parse((await culprit(["activity", file, "--json"])).out) as object;
    expect(all).toMatchObject({ periodicity: null });
  });
});

describe("a rhythm", () => {
  test.each<[name: string, gaps: [number, number][], hours: number[], is: boolean]>([
    ["a clock", [[150, 575]], Array<number>(24).fill(24), true],
    [
      "calls missing",
      [
        [150, 400],
        [300, 80],
      ],
      [20, 19, 21, 18, 20, 20, 19],
      true,
    ],
    [
      "several calls a tick",
      [
        [1, 300],
        [300, 100],
      ],
      [12, 12, 12, 12, 12, 12, 12, 12],
      true,
    ],
    [
      "gaps of all lengths",
      [
        [10, 50],
        [60, 50],
        [200, 50],
        [900, 50],
      ],
      [9, 9, 9, 9, 9, 9, 9],
      false,
    ],
    ["hours of all sizes", [[150, 575]], [1, 80, 3, 40, 9, 100, 2], false],
    ["too few calls", [[150, 10]], Array<number>(6).fill(2), false],
  ])("%s", (_, gaps, counts, is) => {
    const rhythm = rhythmOf(gaps);
    const hours = hoursOf(counts);
    expect(rhythm && hours && isTimer(rhythm, hours)).toBe(is);
  });

  test.each<[counts: number[], change: object | undefined]>([
    [[24, 24, 24, 24, 24, 24, 24, 24, 24, 24], undefined],
    [[24, 24, 24, 24, 24, 24, 24, 60, 60, 24], { from: 7, until: 9, after_per_hour: 60 }],
    [[24, 24, 24, 24, 24, 24, 24, 30, 31, 24], undefined],
    [[24, 24, 24, 24, 24, 24, 24, 0, 0, 24], undefined],
    [[24, 24, 24, 24, 24, 24, 24, 24, 3], undefined],
  ])("the rate of %j", (counts, change) => {
    if (change === undefined) expect(rateChange(counts)).toBeUndefined();
    else expect(rateChange(counts)).toMatchObject(change);
  });
});
