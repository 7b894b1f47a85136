import { describe, expect, test } from "vitest";
import { createProgress, progressLine, type Progress } from "../../src/outputs/progress.js";

function setUp(options: { isTTY?: boolean; columns?: number; env?: Record<string, string> } = {}): {
  progress: Progress;
  written: string[];
  clock: { ms: number };
} {
  const written: string[] = [];
  const clock = { ms: 5000 };
  const progress = createProgress({
    stream: {
      write: (text) => written.push(text),
      isTTY: options.isTTY ?? true,
      columns: options.columns,
    },
    env: options.env ?? {},
    now: () => clock.ms,
  });
  return { progress, written, clock };
}

const ERASE = "\r\x1b[K";

describe("createProgress", () => {
  test("draws at most ten times a second and is gone at the end", () => {
    const { progress, written, clock } = setUp();
    for (let ms = 0; ms <= 1000; ms += 10) {
      clock.ms = 5000 + ms;
      progress.update({ bytes: ms * 1024, totalBytes: 2000 * 1024, lines: ms });
    }
    expect(written).toHaveLength(10);
    expect(written.at(-1)).toBe(`${ERASE}0.977 MiB of 1.95 MiB   50.0%   1,000 lines/s   1 s left`);
    progress.finish();
    expect(written.at(-1)).toBe(ERASE);
    clock.ms += 1000;
    progress.update({ bytes: 1 });
    progress.finish();
    expect(written).toHaveLength(11);
  });

  test("quick work is never drawn", () => {
    const { progress, written, clock } = setUp();
    clock.ms += 50;
    progress.update({ bytes: 1 });
    progress.finish();
    expect(written).toEqual([]);
  });

  test("gives way to other messages", () => {
    const { progress, written, clock } = setUp();
    clock.ms += 100;
    progress.update({ bytes: 1 });
    progress.clear();
    progress.clear();
    clock.ms += 100;
    progress.update({ bytes: 2 });
    expect(written).toEqual([`${ERASE}1 B`, ERASE, `${ERASE}2 B`]);
  });

  test("fits the terminal", () => {
    const { progress, written, clock } = setUp({ columns: 20 });
    clock.ms += 100;
    progress.update({ bytes: 1024, totalBytes: 4096, lines: 1_000_000, label: "漢字\x1b[2J" });
    expect(written).toEqual([`${ERASE}漢字\\x1B[2J   1 Ki…`]);
  });

  const silent: [what: string, options: Parameters<typeof setUp>[0]][] = [
    ["no terminal", { isTTY: false }],
    ["CI", { env: { CI: "true" } }],
    ["CI=1", { env: { CI: "1" } }],
    ["a terminal that cannot erase", { env: { TERM: "dumb" } }],
  ];
  test.each(silent)("says nothing with %s", (_, options) => {
    const { progress, written, clock } = setUp(options);
    clock.ms += 1000;
    progress.update({ bytes: 1 });
    progress.clear();
    progress.finish();
    expect(written).toEqual([]);
  });
});

describe("progressLine", () => {
  const cases: [Parameters<typeof progressLine>[0], elapsed: number, line: string][] = [
    [{ bytes: 0, totalBytes: 1024 }, 0, "0 B of 1 KiB   0%"],
    [{ bytes: 512 }, 1000, "512 B"],
    [{ bytes: 1024, totalBytes: 1024, lines: 10 }, 1000, "1 KiB of 1 KiB   100%   10 lines/s"],
    [{ bytes: 2048, totalBytes: 1024 }, 1000, "2 KiB of 2 KiB   100%"],
    [
      { bytes: 1, totalBytes: 3601, lines: 0 },
      1000,
      "1 B of 3.52 KiB   0.03%   0 lines/s   1 h left",
    ],
    [{ bytes: 0, totalBytes: 0 }, 1000, "0 B of 0 B"],
    [{ bytes: 5, label: "reading" }, 1000, "reading   5 B"],
  ];
  test.each(cases)("%j after %d ms → %s", (state, elapsed, line) => {
    expect(progressLine(state, elapsed, {})).toBe(line);
  });
});
