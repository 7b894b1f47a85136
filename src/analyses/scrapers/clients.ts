import type { Row } from "../../engines/engine.js";
import { parameters } from "./parameters.js";
import { trafficOf, type Traffic } from "./traffic.js";
import { breadthSql, type Visits } from "./visits.js";

/** An address with one User-Agent: the unit that is judged. */
export interface Client {
  readonly client_ip: string;
  readonly user_agent: string | null;
  readonly traffic: Traffic;
  /** Hours of the zone's day in which it asked, of 24. */
  readonly hours: number;
  /** Part of its page requests for pages that hardly anybody else read; undefined below the gate. */
  readonly tail?: number;
}

export interface Clients {
  readonly clients: readonly Client[];
  /** All of them, those with too few requests too. */
  readonly known: number;
  readonly few: { readonly clients: number; readonly requests: number };
}

/** Every client with enough requests, those with most pages first. */
export async function clientsOf(visits: Visits): Promise<Clients> {
  const { db } = visits.scope;
  const least = parameters.leastRequests;
  const rows =
    await db.rows(`SELECT * FROM (${breadthSql(visits)}) AS judged WHERE requests >= ${least}
    ORDER BY pages DESC, requests DESC, client_ip, user_agent LIMIT ${parameters.mostClients}`);
  const [few] = await db.rows(`
    SELECT count(*) AS clients, count(*) FILTER (WHERE requests < ${least}) AS few_clients,
      coalesce(sum(requests) FILTER (WHERE requests < ${least}), 0) AS few_requests
    FROM ${visits.clients} AS counted`);
  const clients = rows.map((row): Client => ({
    client_ip: row["client_ip"] as string,
    user_agent: row["user_agent"] as string | null,
    traffic: trafficOf(row),
    hours: Number(row["hours"]),
    ...tailOf(row),
  }));
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

/** Of a client with enough pages, the part that at most two others read. */
function tailOf(row: Row): Pick<Client, "tail"> {
  const pages = Number(row["pages"]);
  return pages < parameters.tail.pages ? {} : { tail: Number(row["rare"]) / pages };
}
