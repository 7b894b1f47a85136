import type { Scope } from "../scope.js";
import { parameters } from "./parameters.js";
import { undeclared, type Site } from "./site.js";
import { sumsSql, trafficOf, type Traffic } from "./traffic.js";

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

/** Addresses with three User-Agents and more, those with most pages first; two scans. */
export async function manyAgents(scope: Scope, site: Site): Promise<ManyAgents[]> {
  const { agents, requests, browserAssets } = parameters.shared;
  const { db, dialect } = scope;
  const counted = await db.rows(`
    SELECT client_ip, count(*) AS user_agents,
      count(*) FILTER (WHERE requests >= ${requests}) AS judged,
      count(*) FILTER (WHERE requests >= ${requests} AND assets >= ${browserAssets} * requests)
        AS browsers, sum(requests) AS total
    FROM (SELECT client_ip, user_agent, count(*) AS requests,
        count(*) FILTER (WHERE asset) AS assets
      FROM (${undeclared(scope, site)}) AS hits GROUP BY 1, 2) AS clients
    GROUP BY 1 HAVING count(*) >= ${agents} ORDER BY sum(requests) DESC, client_ip
    LIMIT ${parameters.groups.most}`);
  if (counted.length === 0) return [];
  const among = counted.map((row) => dialect.literal(row["client_ip"] as string));
  const sums = await db.rows(`
    SELECT client_ip, count(DISTINCT session_id) AS sessions, ${sumsSql(dialect)}
    FROM (${undeclared(scope, site, `client_ip IN (${among.join(", ")})`)}) AS hits GROUP BY client_ip`);
  const traffic = new Map(sums.map((row) => [row["client_ip"], row]));
  return counted.flatMap((row) => {
    const own = traffic.get(row["client_ip"]);
    if (own === undefined) return [];
    return [
      {
        client_ip: row["client_ip"] as string,
        user_agents: Number(row["user_agents"]),
        judged: Number(row["judged"]),
        browsers: Number(row["browsers"]),
        sessions: Number(own["sessions"]),
        traffic: trafficOf(own),
      },
    ];
  });
}
