import { expect, test } from "vitest";
import { judge } from "../../src/watch/engine.js";
import { trackOf } from "../../src/watch/observe.js";
import { incidentsOf, replay } from "../generators/watch-replay.mjs";

/* Sixty days at accelerated time, with incidents at known hours. The figures of many sites: docs/quality.md. */

const engine = { judge, trackOf };

test("sixty days with incidents: found early, told once, resolved once, and nothing the second time", async () => {
  const injections = incidentsOf(2);
  const { again, verdict } = await replay(engine, { seed: 2, mean: 300, injections });
  expect(again).toEqual([]);
  expect(verdict.false_news / verdict.fortnights).toBeLessThanOrEqual(1);
  const delays = verdict.found.flatMap(({ delay }) => delay ?? []).toSorted((a, b) => a - b);
  expect(delays.length).toBeGreaterThanOrEqual(4);
  expect(delays[delays.length >> 1]).toBeLessThanOrEqual(2);
  expect(verdict).toMatchObject({ resolved_twice: 0, orphans: 0 });
  expect(verdict.resolved_once).toBe(verdict.firings);
}, 120_000);
