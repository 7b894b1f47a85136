import { describe, expect, test } from "vitest";
import { afterTelling, newSeries, observe, type SeriesState } from "../../src/alerts/machine.js";

/*
 * A series step by step: each row is the values of steps in units of their limit, and what people are
 * told at each. `-` is nothing, F firing, W worse, R repeat, X resolved.
 */

const HOUR = 3_600_000;
const START = Date.parse("2026-11-01T00:00:00Z");
const policy = { for_ms: HOUR, repeat_ms: 4 * HOUR, calm_steps: 3 };
const letters = { firing: "F", worse: "W", repeat: "R", resolved: "X" } as const;

interface Run {
  readonly for_ms?: number;
  readonly quiet?: boolean;
}

function play(
  ratios: readonly number[],
  { for_ms = HOUR, quiet = false }: Run = {},
  from = 0,
  before: SeriesState = newSeries("r", "requests", { site: "shop" }),
): { told: string; state: SeriesState } {
  let state = before;
  let told = "";
  for (const [at, ratio] of ratios.entries()) {
    const begin = START + (from + at) * HOUR;
    const seen = {
      from: new Date(begin).toISOString(),
      until: new Date(begin + HOUR).toISOString(),
      ratio,
      value: ratio * 100,
      clear: 0.9,
      summary: `${ratio}`,
    };
    const now = new Date(begin + HOUR);
    const step = observe(state, seen, { ...policy, for_ms }, now);
    const isNews = step.reason !== undefined && step.reason !== "resolved";
    state = isNews && !quiet ? afterTelling(step.state, now) : step.state;
    told += step.reason === undefined ? "-" : letters[step.reason];
  }
  return { told, state };
}

const rows: [what: string, ratios: number[], told: string, run?: Run][] = [
  ["nothing out of line", [0.1, 0.9, 0.99], "---"],
  ["one step is enough when for is one step", [0.1, 1.1], "-F"],
  ["for two steps: one alone is nothing", [1.1, 0.5, 1.1, 1.1], "---F", { for_ms: 2 * HOUR }],
  ["twice the limit does not wait", [2], "F", { for_ms: 5 * HOUR }],
  ["over after three calm steps", [1.1, 0.5, 0.5, 0.5, 0.5], "F--X-"],
  ["between the limit and what is calm it goes on", [1.1, 0.95, 0.95, 0.95, 0.95], "F----"],
  ["flapping is one alert", [1.1, 0.5, 1.1, 0.5, 0.5, 1.1], "F----R"],
  ["a quarter worse is told at once", [1.1, 1.2, 1.4], "F-W"],
  ["it is repeated after four hours", [1.1, 1.1, 1.1, 1.1, 1.1, 1.1], "F---R-"],
  ["unknown steps change nothing", [1.1, NaN, NaN, 0.5, 0.5, 0.5], "F----X"],
  [
    "again within four hours: not told, unless it is worse",
    [1.1, 0, 0, 0, 1.1, 0, 0, 0],
    "F--XF--X",
  ],
  ["nobody is told the end of what nobody was told", [1.1, 0, 0, 0], "F---", { quiet: true }],
];

test.each(rows)("%s", (_what, ratios, told, run) => {
  expect(play(ratios, run).told).toBe(told);
});

test("the same steps once more tell nothing and change nothing", () => {
  const ratios = [0.2, 1.1, 1.5, 0.2, 0.2, 0.2, 3, 0.1];
  const { state } = play(ratios);
  const again = play(ratios, {}, 0, state);
  expect(again.told).toBe("-".repeat(ratios.length));
  expect(again.state).toEqual(state);
});

test("a step that has grown since it was judged counts once", () => {
  const { state } = play([0.2, 0.5, 0.2]);
  const late = play([1.2], {}, 1, state);
  expect(late.told).toBe("F");
  expect(play([1.2], {}, 1, late.state).told).toBe("-");
  expect(play([0.1, 0.1, 0.1], {}, 3, late.state).told).toBe("--X");
});

describe("fingerprints", () => {
  test("an episode keeps its own, the next has another", () => {
    const first = play([1.1, 1.2]).state.episode?.fingerprint;
    const later = play([1.1, 1.2, 0, 0, 0, 0, 0, 0, 3]).state.episode?.fingerprint;
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(play([1.1]).state.episode?.fingerprint).toBe(first);
    expect(later).not.toBe(first);
  });
});
