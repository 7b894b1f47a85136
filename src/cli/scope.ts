import { timestamp, type Scope, type Window } from "../analyses/scope.js";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { Problem } from "../problems/problem.js";

/** What relative times count from, and in which zone. */
export interface Clock {
  readonly now: Date;
  readonly zone: string;
}

/** The time flags, once it is known what "now" is. */
export type Times = (clock: Clock) => { since?: Date; until?: Date };

/** First and last time of rows; null where no row has one. */
export interface Covered {
  readonly first: Date | null;
  readonly last: Date | null;
}

/**
 * Views over parsed rows; relative times count from the last line, so that they fit old logs.
 * `covered` is looked up in the rows unless it is known.
 */
export async function scopeOf(
  db: DuckDb,
  rows: string,
  times: Times,
  zone: string,
  filterOf: (clock: Clock) => string,
  covered?: Covered,
): Promise<Scope> {
  const { first, last } = covered ?? (await coveredBy(db, rows));
  const clock = { now: last ?? new Date(), zone };
  const { since, until } = times(clock);
  if (since !== undefined && until !== undefined && since >= until) throw backwards(since, until);
  const range = [
    ...(since === undefined ? [] : [`coalesce(time >= ${timestamp(since)}, false)`]),
    ...(until === undefined ? [] : [`coalesce(time < ${timestamp(until)}, false)`]),
  ];
  const inRange = range.length === 0 ? "TRUE" : range.join(" AND ");
  const filter = `${inRange} AND ${filterOf(clock)}`;
  await db.run(`CREATE OR REPLACE TEMP VIEW everything AS SELECT * FROM ${rows} WHERE ${inRange}`);
  await db.run(`CREATE OR REPLACE TEMP VIEW requests AS SELECT * FROM ${rows} WHERE ${filter}`);
  const covers = first === null || last === null ? undefined : coverage(first, last);
  const asked = { ...(since && { since }), ...(until && { until }) };
  const window = covers && overlap(covers, asked);
  return {
    db,
    requests: "requests",
    everything: "everything",
    filter,
    zone,
    window,
    covers,
    asked,
  };
}

async function coveredBy(db: DuckDb, rows: string): Promise<Covered> {
  const [row] = await db.rows(`SELECT min(time) AS first, max(time) AS last FROM ${rows}`);
  return row as unknown as Covered;
}

/** The engine's microseconds are cut to milliseconds: the last line lies before the next one. */
const coverage = (first: Date, last: Date): Window => ({
  from: first,
  until: new Date(last.getTime() + 1),
});

function overlap(covers: Window, { since, until }: Scope["asked"]): Window | undefined {
  const from = since !== undefined && since > covers.from ? since : covers.from;
  const end = until !== undefined && until < covers.until ? until : covers.until;
  return from < end ? { from, until: end } : undefined;
}

const backwards = (since: Date, until: Date): Problem =>
  new Problem({
    code: "time-range-empty",
    what: "The time range ends before it begins",
    where: `--since ${since.toISOString()} --until ${until.toISOString()}`,
    help: "--until is the first moment that does not belong to the range",
    exit: 2,
  });
