import { parameters } from "./parameters.js";
import { undeclared, type Site } from "./site.js";
import { clientSumsSql, hitsSql, sumOfTraffic, type Traffic } from "./traffic.js";
import { distinctPagesSql, type Visits } from "./visits.js";

/** An address that came with several User-Agents, none of which says that it is an automaton. */
export interface ManyAgents {
  readonly client_ip: string;
  readonly user_agents: number;
  /** User-Agents with enough requests to tell a browser. */
  readonly judged: number;
  /** Those of them that load pages as a browser does. */
  readonly browsers: number;
  readonly sessions: number;
  readonly traffic: Traffic;
}

/** Addresses with three User-Agents and more, those with most requests first. */
export async function manyAgents(visits: Visits, site: Site): Promise<ManyAgents[]> {
  const { agents, requests, browserAssets } = parameters.shared;
  const { db } = visits.scope;
  const own = `(SELECT *, client_ip AS common FROM ${visits.clients} AS clients
    WHERE ${undeclared(visits, site)}) AS own`;
  const rows = await db.rows(`
    WITH ${visits.scope.dialect.shared(
      "many",
      `SELECT common AS many_ip, count(*) AS many_agents,
        count(*) FILTER (WHERE requests >= ${requests}) AS judged,
        count(*) FILTER (WHERE requests >= ${requests} AND assets >= ${browserAssets} * requests)
          AS browsers, ${clientSumsSql}
      FROM ${own} GROUP BY common HAVING count(*) >= ${agents}
      ORDER BY sum(requests) DESC, common LIMIT ${parameters.groups.most}`,
    )},
    read AS (${distinctPagesSql(visits, `${own} WHERE common IN (SELECT many_ip FROM many)`)})
    SELECT many.*, read.distinct_pages AS distinct_pages FROM many LEFT JOIN read ON many_ip = common
    ORDER BY sum_requests DESC, many_ip`);
  const addresses = rows.map((row) => row["many_ip"] as string);
  const sessions = await sessionsOf(visits, site, addresses);
  return rows.map((row): ManyAgents => {
    const address = row["many_ip"] as string;
    return {
      client_ip: address,
      user_agents: Number(row["many_agents"]),
      judged: Number(row["judged"]),
      browsers: Number(row["browsers"]),
      sessions: sessions.get(address) ?? 0,
      traffic: sumOfTraffic(row),
    };
  });
}

/** How many sessions came from addresses; none are looked for where the log has none. */
async function sessionsOf(
  visits: Visits,
  site: Site,
  addresses: readonly string[],
): Promise<Map<string, number>> {
  if (!site.sessions || addresses.length === 0) return new Map();
  const { db, dialect } = visits.scope;
  const among = addresses.map(dialect.literal).join(", ");
  const where = `session_id IS NOT NULL AND client_ip IN (${among}) AND ${undeclared(visits, site)}`;
  const rows = await db.rows(`SELECT client_ip, count(DISTINCT session_id) AS sessions
    FROM (${hitsSql(visits.scope, where)}) AS hits GROUP BY client_ip`);
  return new Map(rows.map((row) => [row["client_ip"] as string, Number(row["sessions"])]));
}
