import { timestamp, type Scope, type Window } from "../analyses/scope.js";
import type { DuckDb } from "../engines/duckdb/engine.js";

/** What relative times count from, and in which zone. */
export interface Clock {
  readonly now: Date;
  readonly zone: string;
}

/** The time flags, once it is known what "now" is. */
export type Times = (clock: Clock) => { since?: Date; until?: Date };

/** Views over parsed rows; relative times count from the last line, so that they fit old logs. */
export async function scopeOf(
  db: DuckDb,
  rows: string,
  times: Times,
  zone: string,
  filterOf: (clock: Clock) => string,
): Promise<Scope> {
  const [covered] = await db.rows(`SELECT min(time) AS first, max(time) AS last FROM ${rows}`);
  const { first, last } = covered as { first: Date | null; last: Date | null };
  const clock = { now: last ?? new Date(), zone };
  const { since, until } = times(clock);
  const range = [
    ...(since === undefined ? [] : [`coalesce(time >= ${timestamp(since)}, false)`]),
    ...(until === undefined ? [] : [`coalesce(time < ${timestamp(until)}, false)`]),
  ];
  const inRange = range.length === 0 ? "TRUE" : range.join(" AND ");
  const filter = `${inRange} AND ${filterOf(clock)}`;
  await db.run(`CREATE OR REPLACE TEMP VIEW everything AS SELECT * FROM ${rows} WHERE ${inRange}`);
  await db.run(`CREATE OR REPLACE TEMP VIEW requests AS SELECT * FROM ${rows} WHERE ${filter}`);
  const window = windowOf(first, last, since, until);
  return { db, requests: "requests", everything: "everything", filter, zone, window };
}

/** What was asked for, bounded by what the log covers. */
function windowOf(
  first: Date | null,
  last: Date | null,
  since: Date | undefined,
  until: Date | undefined,
): Window | undefined {
  if (first === null || last === null) return undefined;
  const end = new Date(last.getTime() + 1);
  return { from: since ?? first, until: until ?? end };
}
