import { isError } from "../failing.js";
import { within } from "../compare/rows.js";
import { lengthOf } from "../compare/windows.js";
import type { Scope } from "../scope.js";
import { largestInCells, totalsInCells, type Cells, type SidesInBins } from "./cells.js";
import { pageFacets } from "./dimensions.js";
import { largestValues, type LargeValues, type Three, type TwoTimes } from "./largest.js";

export interface ExactSides {
  readonly hours: { readonly incident: number; readonly baseline: number };
  readonly total: { readonly incident: Three; readonly baseline: Three };
  readonly fields: readonly LargeValues[];
}

const HOUR = 3_600_000;

const hoursOf = (times: TwoTimes): ExactSides["hours"] => ({
  incident: lengthOf(times.incident) / HOUR,
  baseline: times.baseline.reduce((sum, window) => sum + lengthOf(window), 0) / HOUR,
});

/** As `exactSides`, from what is known of every bin: exact, too. */
export async function sidesInCells(
  scope: Scope,
  times: TwoTimes,
  cells: Cells,
  places: SidesInBins,
  most: number,
): Promise<ExactSides> {
  return {
    hours: hoursOf(times),
    total: await totalsInCells(scope, cells, places),
    fields: await largestInCells(scope, cells, places, most, "times"),
  };
}

/** What two times add up to, exactly, whole and by the largest values of each field: two scans of them. */
export async function exactSides(
  scope: Scope,
  times: TwoTimes,
  derived: readonly string[],
  most: number,
): Promise<ExactSides> {
  const { db, dialect, requests } = scope;
  const test = {
    incident: within(dialect, times.incident),
    baseline: times.baseline.map((window) => within(dialect, window)).join(" OR ") || "FALSE",
  };
  const sums = Object.entries(test).flatMap(([side, condition]) => [
    `count(*) FILTER (WHERE ${condition}) AS n_${side}`,
    `CAST(coalesce(sum(bytes_sent) FILTER (WHERE ${condition}), 0) AS DOUBLE) AS s_${side}`,
    `count(*) FILTER (WHERE (${condition}) AND ${isError}) AS e_${side}`,
  ]);
  const either = `(${test.incident} OR ${test.baseline})`;
  const [row = {}] = await db.rows(`SELECT ${sums.join(", ")} FROM ${requests} WHERE ${either}`);
  const three = (side: string): Three => [
    Number(row[`n_${side}`] ?? 0),
    Number(row[`s_${side}`] ?? 0),
    Number(row[`e_${side}`] ?? 0),
  ];
  return {
    hours: hoursOf(times),
    total: { incident: three("incident"), baseline: three("baseline") },
    fields: await largestValues(scope, pageFacets(derived), times, most, either),
  };
}
