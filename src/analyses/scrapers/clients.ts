import { offsetAt } from "../calendar.js";
import type { Scope } from "../scope.js";
import { parameters } from "./parameters.js";
import { hitsSql, sumsSql, trafficOf, type Traffic } from "./traffic.js";

/** An address with one User-Agent: the unit that is judged. */
export interface Client {
  readonly client_ip: string;
  readonly user_agent: string | null;
  readonly traffic: Traffic;
  /** Hours of the zone's day in which it asked, of 24. */
  readonly hours: number;
  readonly sessions: number;
  /** Part of its page requests for pages that hardly anybody else read; undefined below the gate. */
  tail?: number;
}

export interface Clients {
  readonly clients: readonly Client[];
  /** All of them, those with too few requests too. */
  readonly known: number;
  readonly few: { readonly clients: number; readonly requests: number };
}

/** Every client with enough requests, those with most pages first; two scans. */
export async function clientsOf(scope: Scope): Promise<Clients> {
  const { db, dialect, zone, window } = scope;
  // The clock's shift at the window's end is taken for all of it: an hour's difference changes no verdict.
  const shift = Math.trunc(offsetAt((window?.until ?? new Date(0)).getTime(), zone) / 1000);
  const hour = `(${dialect.intDiv(`(${dialect.epoch("time")} + ${shift})`, "3600")} % 24)`;
  const least = parameters.leastRequests;
  const rows = await db.rows(`
    SELECT client_ip, user_agent, ${sumsSql(dialect)},
      count(DISTINCT ${hour}) AS hours, count(DISTINCT session_id) AS sessions
    FROM (${hitsSql(scope)}) AS hits GROUP BY client_ip, user_agent HAVING count(*) >= ${least}
    ORDER BY pages DESC, requests DESC, client_ip, user_agent LIMIT ${parameters.mostClients}`);
  const [few] = await db.rows(`
    SELECT count(*) AS clients, count(*) FILTER (WHERE requests < ${least}) AS few_clients,
      coalesce(sum(requests) FILTER (WHERE requests < ${least}), 0) AS few_requests
    FROM (SELECT client_ip, user_agent, count(*) AS requests
      FROM (${hitsSql(scope)}) AS hits GROUP BY 1, 2) AS counted`);
  const clients = rows.map((row): Client => ({
    client_ip: row["client_ip"] as string,
    user_agent: row["user_agent"] as string | null,
    traffic: trafficOf(row),
    hours: Number(row["hours"]),
    sessions: Number(row["sessions"]),
  }));
  const tails = await tailsOf(scope);
  for (const client of clients) {
    const tail = tails.get(keyOf(client.client_ip, client.user_agent));
    if (tail !== undefined) client.tail = tail;
  }
  return {
    clients,
    known: Number(few?.["clients"] ?? 0),
    few: {
      clients: Number(few?.["few_clients"] ?? 0),
      requests: Number(few?.["few_requests"] ?? 0),
    },
  };
}

/** A map's key for an address and a User-Agent. */
export const keyOf = (address: string, agent: string | null): string =>
  `${address}\n${agent ?? ""}`;

/** Of each client with enough pages, the part that at most two others read. */
async function tailsOf(scope: Scope): Promise<Map<string, number>> {
  const { pages, others } = parameters.tail;
  const rows = await scope.db.rows(`
    WITH asked AS (
      SELECT client_ip, user_agent, url, count(*) AS times
      FROM (${hitsSql(scope)}) AS hits WHERE NOT asset GROUP BY 1, 2, 3),
    readers AS (
      SELECT client_ip, user_agent, times, count(*) OVER (PARTITION BY url) AS readers FROM asked)
    SELECT client_ip, user_agent,
      coalesce(sum(times) FILTER (WHERE readers <= ${others + 1}), 0) AS rare, sum(times) AS pages
    FROM readers GROUP BY 1, 2 HAVING sum(times) >= ${pages}
    ORDER BY pages DESC LIMIT ${parameters.mostClients}`);
  return new Map(
    rows.map((row) => [
      keyOf(row["client_ip"] as string, row["user_agent"] as string | null),
      Number(row["rare"]) / Number(row["pages"]),
    ]),
  );
}
