import type { Scope, Window } from "../analyses/scope.js";
import type { Engine } from "../engines/engine.js";
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

/** What is known of rows before they are asked. */
interface Known {
  /** They have the day as text, by which an engine finds their files. */
  readonly byDay?: boolean;
  /** Otherwise it is looked up in them. */
  readonly covered?: Covered;
}

/** Views over parsed rows; relative times count from the last line, so that they fit old logs. */
export async function scopeOf(
  db: Engine,
  rows: string,
  times: Times,
  zone: string,
  filterOf: (clock: Clock) => string,
  { byDay = false, covered }: Known = {},
): Promise<Scope> {
  const { first, last } = covered ?? (await coveredBy(db, rows));
  const clock = { now: last ?? new Date(), zone };
  const { since, until } = times(clock);
  if (since !== undefined && until !== undefined && since >= until) throw backwards(since, until);
  const { dialect } = db;
  const { literal } = dialect;
  const range = [
    ...(since === undefined ? [] : [`coalesce(time >= ${literal(since)}, false)`]),
    ...(until === undefined ? [] : [`coalesce(time < ${literal(until)}, false)`]),
    ...(byDay && since !== undefined ? [`day >= ${literal(dayOf(since))}`] : []),
    ...(byDay && until !== undefined ? [`day <= ${literal(dayOf(until))}`] : []),
  ];
  const inRange = range.length === 0 ? "TRUE" : range.join(" AND ");
  const filter = `${inRange} AND ${filterOf(clock)}`;
  const everything = await db.view("everything", `SELECT * FROM ${rows} WHERE ${inRange}`);
  const requests = await db.view("requests", `SELECT * FROM ${rows} WHERE ${filter}`);
  const covers = first === null || last === null ? undefined : coverage(first, last);
  const asked = { ...(since && { since }), ...(until && { until }) };
  const window = covers && overlap(covers, asked);
  return {
    db,
    dialect,
    requests,
    everything,
    filter,
    zone,
    window,
    covers,
    asked,
  };
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

async function coveredBy(db: Engine, rows: string): Promise<Covered> {
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
