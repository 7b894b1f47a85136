import type { Row } from "../../engines/engine.js";
import type { Popularity } from "./coverage.js";
import { parameters } from "./parameters.js";
import { undeclared, type Site } from "./site.js";
import {
  clientSumsSql,
  hitsSql,
  sumOfTraffic,
  sumsSql,
  trafficOf,
  type Traffic,
} from "./traffic.js";
import { distinctPagesSql, type Visits } from "./visits.js";

/** What addresses can have in common; `pool` are those with next to no requests each. */
export type GroupKind = "subnet" | "user_agent" | "session" | "search" | "pool";

/** Addresses with something in common, before they are judged. */
export interface Found {
  readonly kind: GroupKind;
  /** What they have in common; null for the pool. */
  readonly value: string | null;
  readonly addresses: number;
  readonly user_agents: number;
  /** Most requests from one of the addresses. */
  readonly largest: number;
  readonly traffic: Traffic;
  /** `distinct_pages` says something. */
  readonly covers: boolean;
  /** How often its members asked for each page; only of the pool, which may be larger than the rest. */
  readonly popularity?: Popularity;
}

/** A member of a group, largest first. */
export interface Member {
  readonly client_ip: string;
  readonly requests: number;
}

/** Whoever is accused already, and so is no part of another group. */
export interface Accused {
  readonly addresses: readonly string[];
  readonly subnets: readonly string[];
}

const columns = { subnet: "client_net", user_agent: "user_agent" } as const;

/** Groups by subnet. */
export const subnetsOf = (visits: Visits, site: Site): Promise<Found[]> =>
  byColumn(visits, site, "subnet", "TRUE");

/**
 * Groups by User-Agent, session and search string, and the pool, without the addresses and subnets
 * that are accused already.
 */
export async function othersOf(visits: Visits, site: Site, accused: Accused): Promise<Found[]> {
  const rest = restSql(visits, accused);
  const pool = await poolOf(visits, site, rest);
  return [
    ...(await byColumn(visits, site, "user_agent", rest)),
    ...(site.sessions ? await bySession(visits, site, rest) : []),
    ...(await bySearch(visits, site, rest)),
    ...(pool === undefined ? [] : [pool]),
  ];
}

function restSql({ scope: { dialect } }: Visits, { addresses, subnets }: Accused): string {
  const without = (column: string, values: readonly string[]): string =>
    values.length === 0 ? "" : ` AND ${column} NOT IN (${values.map(dialect.literal).join(", ")})`;
  const net = without("coalesce(client_net, '')", subnets);
  return `TRUE${without("client_ip", addresses)}${net}`;
}

/** The undeclared clients that pass a condition, as FROM takes them. */
const clientsWhere = (visits: Visits, site: Site, where: string): string =>
  `(SELECT * FROM ${visits.clients} AS clients WHERE ${where} AND ${undeclared(visits, site)}) AS own`;

/** With most of it from one address, it would be that address and not the group. */
const isSpread = `max(requests) <= ${parameters.groups.dominance} * sum(requests)`;

async function byColumn(
  visits: Visits,
  site: Site,
  kind: keyof typeof columns,
  rest: string,
): Promise<Found[]> {
  const { addresses, pages, most } = parameters.groups;
  const { db, dialect } = visits.scope;
  const column = columns[kind];
  // No User-Agent is nothing in common.
  const own = clientsWhere(visits, site, `${column} IS NOT NULL AND ${rest}`);
  const rows = await db.rows(`
    WITH members AS (
      SELECT ${column} AS common, client_ip, sum(requests) AS requests, sum(pages) AS pages
      FROM ${own} GROUP BY ${column}, client_ip),
    ${dialect.shared(
      "large",
      `SELECT common AS large_common, max(requests) AS largest, count(*) AS addresses FROM members
      GROUP BY common HAVING count(*) >= ${addresses} AND sum(pages) >= ${pages} AND ${isSpread}
      ORDER BY sum(pages) DESC, common LIMIT ${most}`,
    )},
    totals AS (
      SELECT ${column} AS total_common, count(DISTINCT user_agent) AS user_agents, ${clientSumsSql}
      FROM ${own} WHERE ${column} IN (SELECT large_common FROM large) GROUP BY ${column}),
    read AS (${distinctPagesSql(
      visits,
      `(SELECT ip_key, agent_key, ${column} AS common FROM ${own}
        WHERE ${column} IN (SELECT large_common FROM large)) AS theirs`,
    )})
    SELECT large.*, totals.*, read.distinct_pages AS distinct_pages FROM large
    JOIN totals ON large_common = total_common LEFT JOIN read ON large_common = common
    ORDER BY sum_pages DESC, large_common`);
  return rows.map((row) => ({ ...foundOf(kind, row, "large_common"), traffic: sumOfTraffic(row) }));
}

const foundOf = (kind: GroupKind, row: Row, common: string): Omit<Found, "traffic"> => ({
  kind,
  value: row[common] as string,
  addresses: Number(row["addresses"]),
  user_agents: Number(row["user_agents"]),
  largest: Number(row["largest"]),
  covers: true,
});

const hitsWhere = (visits: Visits, site: Site, where: string): string =>
  hitsSql(visits.scope, `${where} AND ${undeclared(visits, site)}`);

/** A client may have several sessions: these are counted from the requests that have one. */
async function bySession(visits: Visits, site: Site, rest: string): Promise<Found[]> {
  const { pages, most } = parameters.groups;
  const { db, dialect } = visits.scope;
  // A session that one address holds is no group: only those of two and more are counted in full.
  const rows = await db.rows(`
    WITH ${dialect.shared("hits", hitsWhere(visits, site, `session_id IS NOT NULL AND ${rest}`))},
    members AS (SELECT session_id AS common, client_ip, count(*) AS requests,
      count(*) FILTER (WHERE NOT asset) AS pages FROM hits GROUP BY session_id, client_ip),
    large AS (SELECT common, max(requests) AS largest FROM members GROUP BY common
      HAVING count(*) >= 2 AND sum(pages) >= ${pages})
    SELECT large.common AS common, max(large.largest) AS largest,
      count(DISTINCT client_ip) AS addresses, count(DISTINCT user_agent) AS user_agents,
      count(DISTINCT CASE WHEN NOT asset THEN page_key END) AS distinct_pages, ${sumsSql(dialect)}
    FROM hits JOIN large ON session_id = large.common
    GROUP BY large.common ORDER BY pages DESC, large.common LIMIT ${most}`);
  return rows.map((row) => ({ ...foundOf("session", row, "common"), traffic: trafficOf(row) }));
}

/** A query's search string, as people's sites call it. */
const SEARCH = "(?i)(?:^|&)(?:q|s|query|search|keywords?|term|text)=([^&]+)";

const searchSql = ({ scope: { dialect } }: Visits): string =>
  `lower(${dialect.extract("query", SEARCH, 1)})`;

/** Everything of the clients that asked for the same search string, from five addresses and more. */
async function bySearch(visits: Visits, site: Site, rest: string): Promise<Found[]> {
  const { addresses, most } = parameters.groups;
  const { db, dialect } = visits.scope;
  const rows = await db.rows(`
    WITH ${dialect.shared(
      "searches",
      `SELECT common, ip_key, agent_key
      FROM (SELECT ${searchSql(visits)} AS common, ip_key, agent_key
        FROM (${hitsSql(visits.scope, "query IS NOT NULL")}) AS hits) AS asked
      JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent
        FROM ${clientsWhere(visits, site, rest)}) AS theirs
        ON ip_key = own_ip AND agent_key = own_agent
      WHERE common IS NOT NULL GROUP BY common, ip_key, agent_key`,
    )},
    frequent AS (SELECT common FROM searches GROUP BY common
      HAVING count(DISTINCT ip_key) >= ${addresses}
      ORDER BY count(DISTINCT ip_key) DESC, common LIMIT ${most}),
    members AS (SELECT common, ip_key AS member_ip, agent_key AS member_agent FROM searches
      WHERE common IN (SELECT common FROM frequent))
    SELECT common, count(DISTINCT ip_key) AS addresses, count(DISTINCT agent_key) AS user_agents,
      max(requests) AS largest, ${clientSumsSql}
    FROM members JOIN ${visits.clients} AS clients
      ON member_ip = ip_key AND member_agent = agent_key
    GROUP BY common ORDER BY common`);
  return rows.map((row) => ({
    ...foundOf("search", row, "common"),
    traffic: sumOfTraffic(row),
    covers: false,
  }));
}

/** Clients with so few requests that nothing can be said of each, none for an asset, none referred. */
const scarce = (visits: Visits, site: Site, rest: string): string =>
  clientsWhere(
    visits,
    site,
    `requests < ${parameters.leastRequests} AND assets = 0 AND unreferred_pages = requests AND ${rest}`,
  );

async function poolOf(visits: Visits, site: Site, rest: string): Promise<Found | undefined> {
  const { db } = visits.scope;
  const own = scarce(visits, site, rest);
  const [row] = await db.rows(`SELECT max(requests) AS largest, count(DISTINCT ip_key) AS addresses,
      count(DISTINCT user_agent) AS user_agents, ${clientSumsSql} FROM ${own}`);
  if (row === undefined || Number(row["addresses"]) === 0) return undefined;
  const levels = await db.rows(`
    WITH pages AS (
      SELECT page_key, CAST(sum(times) AS BIGINT) AS level FROM ${visits.asked} AS asked
      JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent FROM ${own}) AS theirs
        ON ip_key = own_ip AND agent_key = own_agent GROUP BY page_key)
    SELECT level, count(*) AS many FROM pages GROUP BY level ORDER BY level`);
  const popularity = levels.map(({ level, many }) => [Number(level), Number(many)] as const);
  const distinct = popularity.reduce((sum, [, many]) => sum + many, 0);
  return {
    kind: "pool",
    value: null,
    addresses: Number(row["addresses"]),
    user_agents: Number(row["user_agents"]),
    largest: Number(row["largest"]),
    traffic: { ...sumOfTraffic(row), distinct_pages: distinct },
    covers: true,
    popularity,
  };
}

/** The members of a group with most requests, without those who are accused already. */
export async function membersOf(
  visits: Visits,
  site: Site,
  { kind, value }: Found,
  accused: Accused,
): Promise<Member[]> {
  const rest = restSql(visits, accused);
  const { db, dialect } = visits.scope;
  const is = (column: string): string => `${column} = ${dialect.literal(value)}`;
  const requestsWhere = (where: string): string =>
    `(SELECT client_ip, 1 AS requests FROM (${hitsWhere(visits, site, rest)}) AS hits WHERE ${where}) AS own`;
  const of: Record<GroupKind, () => string> = {
    subnet: () => clientsWhere(visits, site, `${is(columns.subnet)} AND ${rest}`),
    user_agent: () => clientsWhere(visits, site, `${is(columns.user_agent)} AND ${rest}`),
    session: () => requestsWhere(is("session_id")),
    search: () => requestsWhere(is(searchSql(visits))),
    pool: () => scarce(visits, site, rest),
  };
  const rows = await db.rows(`SELECT client_ip, sum(requests) AS total FROM ${of[kind]()}
    GROUP BY client_ip ORDER BY total DESC, client_ip LIMIT ${parameters.groups.members}`);
  return rows.map((row) => ({
    client_ip: row["client_ip"] as string,
    requests: Number(row["total"]),
  }));
}
