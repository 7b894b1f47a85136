import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { binsOf } from "../../src/analyses/page/bins.js";
import {
  cellsOf,
  cubeInCells,
  dropCells,
  largestInCells,
  sidesInBins,
  type Cells,
} from "../../src/analyses/page/cells.js";
import { cubeOf } from "../../src/analyses/page/cube.js";
import { pageFacets } from "../../src/analyses/page/dimensions.js";
import { largestValues, type TwoTimes } from "../../src/analyses/page/largest.js";
import { exactSides, sidesInCells } from "../../src/analyses/page/sides.js";
import type { Scope, Window } from "../../src/analyses/scope.js";
import { logSource } from "../../src/cli/serve-source.js";
import type { Opened } from "../../src/web/server/source.js";
import { folder, temporary } from "../cli/culprit.js";
import { log } from "../cli/logs.js";
import { hostileLines } from "./hostile.js";
import { shop } from "./reports.js";

/* What every bin adds up to must be what the rows add up to, whichever is asked. */

const HOUR = 3_600_000;
const flags = { tz: "UTC", logTz: "UTC", maxRejects: "100", cacheSize: "10GB" };
const signal = new AbortController().signal;
const sink = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

function openLog(file: string): Promise<Opened> {
  return logSource([file], flags, {
    stdin: Object.assign(Readable.from([]), { isTTY: false }),
    stdout: sink(),
    stderr: sink(),
    env: { TMPDIR: temporary, LANG: "en_US.UTF-8" },
    cwd: folder,
    now: () => new Date("2026-11-05T12:00:00Z"),
    signal,
  }).open(signal);
}

describe.each([
  ["a shop", () => shop],
  ["hostile texts", () => log("hostile-cells.jsonl", hostileLines())],
])("%s", (_name, file) => {
  let opened: Opened;
  let scope: Scope;
  let cells: Cells;

  beforeAll(async () => {
    opened = await openLog(file());
    ({ scope } = opened);
    if (scope.window === undefined) throw new Error("no times");
    const made = await cellsOf(scope, binsOf(scope.window, "UTC"), []);
    if (made === undefined) throw new Error("no cells");
    cells = made;
  });
  afterAll(() => opened.close());

  /** Times of whole bins: hours after the first whole one. */
  function times(from: number, hours: number, days: number): TwoTimes {
    const start = Math.ceil((scope.window?.from.getTime() ?? 0) / HOUR) * HOUR;
    const window = (hour: number) => ({
      from: new Date(start + hour * HOUR),
      until: new Date(start + (hour + hours) * HOUR),
    });
    return {
      incident: window(from),
      baseline: Array.from({ length: days }, (_, at) => window(from - 24 * (at + 1))),
    };
  }

  test.each([
    [0, 1, 0],
    [5, 3, 1],
    [30, 4, 1],
    [60, 12, 2],
    [70, 1, 2],
    [-100, 2000, 0],
  ])("two times: %d h on, %d h long, %d days before", async (from, hours, days) => {
    const asked = times(from, hours, days);
    const places = sidesInBins(cells, asked);
    if (places === undefined) throw new Error("no places");
    expect(places.whole).toBe(true);
    const found = await sidesInCells(scope, asked, cells, places, 40);
    expect(found).toEqual(await exactSides(scope, asked, [], 40));
  });

  test("the largest values of all the time, and their cells", async () => {
    const rows = await largestValues(scope, pageFacets([]), times(30, 4, 1), 5);
    const places = sidesInBins(cells, times(30, 4, 1));
    expect(await largestInCells(scope, cells, places, 5, "all")).toEqual(rows);
    const kept = rows.map(({ facet, values }) => ({
      facet: cells.facets.find(({ name }) => name === facet.name) ?? facet,
      values: values.map(({ value }) => value),
    }));
    expect(await cubeInCells(scope, cells, kept)).toEqual(await cubeOf(scope, cells.bins, kept));
  });

  test.each([
    ["a second more", 0, 1],
    ["a minute later", 60, 60],
    ["seven seconds in a bin", 61, 61 + 7 - 2 * 3600],
    ["from within the first bin", -2 * 3600 + 5, 0],
  ])("times that cut a bin are exact, too: %s", async (_what, later, longer) => {
    const moved = ({ from, until }: Window): Window => ({
      from: new Date(from.getTime() + later * 1000),
      until: new Date(until.getTime() + longer * 1000),
    });
    for (const asked of [times(30, 2, 1), times(3, 2, 0)]) {
      const cut = { incident: moved(asked.incident), baseline: asked.baseline.map(moved) };
      const places = sidesInBins(cells, cut);
      if (places === undefined) throw new Error("no places");
      const found = await sidesInCells(scope, cut, cells, places, 40);
      expect(found).toEqual(await exactSides(scope, cut, [], 40));
    }
  });

  test("times that overlap and cut bins are asked of the rows", () => {
    const { incident } = times(3, 2, 0);
    const until = new Date(incident.until.getTime() + 1000);
    const cut = { incident, baseline: [{ ...incident, until }] };
    expect(sidesInBins(cells, cut)).toBeUndefined();
  });

  test("forgotten cells leave nothing behind", async () => {
    const more = await cellsOf(scope, cells.bins, []);
    const count = async (): Promise<unknown> =>
      (await scope.db.rows("SELECT count(*) AS n FROM duckdb_tables()"))[0]?.["n"];
    const before = Number(await count());
    if (more !== undefined) await dropCells(scope.db, more);
    expect(await count()).toBe(before - 2 * (more?.tables.length ?? 0));
    expect(await count()).toBe(2 * cells.tables.length);
  });
});
