import type { Values } from "../../engines/dialect.js";
import type { Scope } from "../scope.js";

/** Requests of a client by step: the step's number since 1970, and how many. */
export type Counts = ReadonlyMap<number, number>;

/** A stretch of a client's time, in seconds since 1970; half-open. */
export interface Stretch {
  readonly client_ip: string;
  readonly from: number;
  readonly until: number;
}

/** Seconds between a client's calls, and how often each comes; shortest first. */
export type Gaps = readonly (readonly [seconds: number, count: number])[];

/** The calls of some clients: `client`, the place of one in the list, and `second`, since 1970. */
export interface Calls {
  readonly scope: Scope;
  readonly clients: readonly string[];
  /** What FROM takes; it needs an alias. */
  readonly relation: string;
}

/** Looks the calls of some clients up, for as long as they are asked. */
export async function withCalls<T>(
  scope: Scope,
  clients: readonly string[],
  use: (calls: Calls) => Promise<T>,
): Promise<T> {
  const { db, dialect, requests } = scope;
  const list: Values = {
    columns: [
      ["client", "int"],
      ["own_ip", "text"],
    ],
    rows: clients.map((client, at) => [at, client]),
  };
  const relation = await db.keep(
    `SELECT client, second FROM (
       SELECT client_ip, ${dialect.epoch("time")} AS second FROM ${requests}
       WHERE time IS NOT NULL) AS asked
     JOIN ${dialect.values("listed", list)} ON client_ip = own_ip`,
  );
  try {
    return await use({ scope, clients, relation });
  } finally {
    await db.release(relation);
  }
}

/** The calls of some of the clients in steps of so many seconds; steps without any are absent. */
export async function countsOf(
  { scope: { db, dialect }, clients: all, relation }: Calls,
  clients: readonly string[],
  seconds: number,
): Promise<Map<string, Counts>> {
  const found = new Map<string, Map<number, number>>(clients.map((client) => [client, new Map()]));
  if (clients.length === 0) return found;
  const places = clients.map((client) => all.indexOf(client));
  const rows = await db.rows(`
    SELECT client, ${dialect.intDiv("second", String(seconds))} AS place, count(*) AS n
    FROM ${relation} AS calls WHERE client IN (${places.join(", ")})
    GROUP BY 1, 2`);
  for (const row of rows) {
    found.get(all[Number(row["client"])] ?? "")?.set(Number(row["place"]), Number(row["n"]));
  }
  return found;
}

/** The gaps between calls within each stretch, in the stretches' order. */
export async function gapsOf(
  { scope: { db, dialect }, clients, relation }: Calls,
  stretches: readonly Stretch[],
): Promise<Gaps[]> {
  const found: [number, number][][] = stretches.map(() => []);
  if (stretches.length === 0) return found;
  const list: Values = {
    columns: [
      ["owner", "int"],
      ["stretch", "int"],
      ["begin_s", "int"],
      ["end_s", "int"],
    ],
    rows: stretches.map(({ client_ip, from, until }, at) => [
      clients.indexOf(client_ip),
      at,
      from,
      until,
    ]),
  };
  const rows = await db.rows(`
    WITH placed AS (
      SELECT stretch, second FROM ${relation} AS calls
      JOIN ${dialect.values("stretches", list)} ON client = owner
      WHERE second >= begin_s AND second < end_s),
    gaps AS (
      SELECT stretch,
        second - min(second) OVER (
          PARTITION BY stretch ORDER BY second ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS gap,
        row_number() OVER (PARTITION BY stretch ORDER BY second) AS place
      FROM placed)
    SELECT stretch, gap, count(*) AS n FROM gaps WHERE place > 1 GROUP BY 1, 2 ORDER BY 1, 2`);
  for (const row of rows)
    found[Number(row["stretch"])]?.push([Number(row["gap"]), Number(row["n"])]);
  return found;
}
