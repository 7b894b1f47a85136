import type { Dialect, Values } from "../../engines/dialect.js";
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

/** The requests of some clients in steps of so many seconds; steps without any are absent. */
export async function countsOf(
  { db, dialect, requests }: Scope,
  clients: readonly string[],
  seconds: number,
): Promise<Map<string, Counts>> {
  const found = new Map<string, Map<number, number>>(clients.map((client) => [client, new Map()]));
  if (clients.length === 0) return found;
  const { intDiv, epoch } = dialect;
  const rows = await db.rows(`
    SELECT client_ip, ${intDiv(epoch("time"), String(seconds))} AS place, count(*) AS n
    FROM ${requests} WHERE client_ip IN (${listed(dialect, clients)}) AND time IS NOT NULL
    GROUP BY 1, 2`);
  for (const row of rows) {
    found.get(String(row["client_ip"]))?.set(Number(row["place"]), Number(row["n"]));
  }
  return found;
}

/** The gaps between calls within each stretch, in the stretches' order. */
export async function gapsOf(
  { db, dialect, requests }: Scope,
  stretches: readonly Stretch[],
): Promise<Gaps[]> {
  const found: [number, number][][] = stretches.map(() => []);
  if (stretches.length === 0) return found;
  const list: Values = {
    columns: [
      ["owner_ip", "text"],
      ["stretch", "int"],
      ["begin_s", "int"],
      ["end_s", "int"],
    ],
    rows: stretches.map(({ client_ip, from, until }, at) => [client_ip, at, from, until]),
  };
  const rows = await db.rows(`
    WITH calls AS (
      SELECT client_ip, ${dialect.epoch("time")} AS second FROM ${requests}
      WHERE client_ip IN (${listed(
        dialect,
        stretches.map((stretch) => stretch.client_ip),
      )}) AND time IS NOT NULL),
    placed AS (
      SELECT stretch, second FROM calls
      JOIN ${dialect.values("stretches", list)} ON client_ip = owner_ip
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

export const listed = ({ literal }: Dialect, clients: readonly string[]): string =>
  [...new Set(clients)].map(literal).join(", ");
