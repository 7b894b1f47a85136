import type { Scope } from "../scope.js";
import type { Popularity } from "./coverage.js";
import { parameters } from "./parameters.js";
import { undeclared, type Site } from "./site.js";
import { sumsSql, trafficOf, type Traffic } from "./traffic.js";

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

const columns = {
  subnet: "client_net",
  user_agent: "user_agent",
  session: "session_id",
} as const;

/** Groups by subnet; two scans. */
export const subnetsOf = (scope: Scope, site: Site): Promise<Found[]> =>
  byColumn(scope, site, "subnet", "TRUE");

/**
 * Groups by User-Agent, session and search string, and the pool, without the addresses and subnets
 * that are accused already; a scan or two each.
 */
export async function othersOf(
  scope: Scope,
  site: Site,
  accused: { readonly addresses: readonly string[]; readonly subnets: readonly string[] },
): Promise<Found[]> {
  const rest = restSql(scope, accused);
  const pool = await poolOf(scope, site, rest);
  return [
    ...(await byColumn(scope, site, "user_agent", rest)),
    ...(await byColumn(scope, site, "session", rest)),
    ...(await bySearch(scope, site, rest)),
    ...(pool === undefined ? [] : [pool]),
  ];
}

function restSql(
  { dialect }: Scope,
  { addresses, subnets }: Parameters<typeof othersOf>[2],
): string {
  const without = (column: string, values: readonly string[]): string =>
    values.length === 0 ? "" : ` AND ${column} NOT IN (${values.map(dialect.literal).join(", ")})`;
  const net = without("coalesce(client_net, '')", subnets);
  return `TRUE${without("client_ip", addresses)}${net}`;
}

async function byColumn(
  scope: Scope,
  site: Site,
  kind: keyof typeof columns,
  rest: string,
): Promise<Found[]> {
  const { addresses, pages, most } = parameters.groups;
  const column = columns[kind];
  // No User-Agent, or no session, is nothing in common.
  const where = `${column} IS NOT NULL AND ${rest}`;
  // A session that one address holds is no group: only those of two and more are counted in full.
  const rows = await scope.db.rows(`
    WITH ${scope.dialect.shared("hits", undeclared(scope, site, where))},
    members AS (SELECT ${column} AS common, client_ip, count(*) AS requests,
      count(*) FILTER (WHERE NOT asset) AS pages FROM hits GROUP BY 1, 2),
    large AS (SELECT common, max(requests) AS largest FROM members GROUP BY common
      HAVING count(*) >= ${kind === "session" ? 2 : addresses} AND sum(pages) >= ${pages})
    SELECT large.common AS common, max(large.largest) AS largest,
      count(DISTINCT client_ip) AS addresses, count(DISTINCT user_agent) AS user_agents,
      ${sumsSql(scope.dialect)}
    FROM hits JOIN large ON ${column} = large.common
    GROUP BY large.common ORDER BY pages DESC, large.common LIMIT ${most}`);
  return rows.map((row) => ({
    kind,
    value: row["common"] as string | null,
    addresses: Number(row["addresses"]),
    user_agents: Number(row["user_agents"]),
    largest: Number(row["largest"]),
    traffic: trafficOf(row),
    covers: true,
  }));
}

/** A query's search string, as people's sites call it. */
const SEARCH = "(?i)(?:^|&)(?:q|s|query|search|keywords?|term|text)=([^&]+)";

/** Everything of the clients that asked for the same search string, from five addresses and more. */
async function bySearch(scope: Scope, site: Site, rest: string): Promise<Found[]> {
  const { addresses, most } = parameters.groups;
  const { db, dialect } = scope;
  const search = `lower(${dialect.extract("query", SEARCH, 1)})`;
  const sums = ["requests", "assets", "pages", "unreferred_pages", "bytes_sent", "missing"];
  const rows = await db.rows(`
    WITH ${dialect.shared("hits", undeclared(scope, site, rest))},
    searches AS (SELECT DISTINCT ${search} AS common, client_ip, coalesce(user_agent, '') AS agent
      FROM hits WHERE query IS NOT NULL),
    frequent AS (SELECT common FROM searches WHERE common IS NOT NULL GROUP BY common
      HAVING count(DISTINCT client_ip) >= ${addresses}
      ORDER BY count(DISTINCT client_ip) DESC, common LIMIT ${most}),
    members AS (SELECT common, client_ip, agent FROM searches
      WHERE common IN (SELECT common FROM frequent)),
    totals AS (SELECT client_ip, coalesce(user_agent, '') AS agent, ${sumsSql(dialect)}
      FROM hits WHERE client_ip IN (SELECT client_ip FROM members)
      GROUP BY client_ip, coalesce(user_agent, ''))
    SELECT common, count(DISTINCT members.client_ip) AS addresses,
      count(DISTINCT members.agent) AS user_agents, max(requests) AS largest,
      ${sums.map((name) => `CAST(sum(${name}) AS BIGINT) AS sum_${name}`).join(", ")},
      min(first_seen) AS first_time, max(last_seen) AS last_time
    FROM members JOIN totals ON members.client_ip = totals.client_ip AND members.agent = totals.agent
    GROUP BY common ORDER BY common`);
  return rows.map((row) => ({
    kind: "search",
    value: row["common"] as string,
    addresses: Number(row["addresses"]),
    user_agents: Number(row["user_agents"]),
    largest: Number(row["largest"]),
    traffic: trafficOf({
      first_seen: row["first_time"],
      last_seen: row["last_time"],
      ...Object.fromEntries(sums.map((name) => [name, row[`sum_${name}`]])),
    }),
    covers: false,
  }));
}

/** Clients with so few requests that nothing can be said of each, none for an asset, none referred. */
const scarce = (scope: Scope, site: Site, rest: string): string => `
    ${scope.dialect.shared("hits", undeclared(scope, site, rest))},
    scarce AS (SELECT client_ip, coalesce(user_agent, '') AS agent, count(*) AS requests
      FROM hits GROUP BY client_ip, coalesce(user_agent, '')
      HAVING count(*) < ${parameters.leastRequests} AND count(*) FILTER (WHERE asset) = 0
        AND count(*) FILTER (WHERE NOT unreferred) = 0)`;

async function poolOf(scope: Scope, site: Site, rest: string): Promise<Found | undefined> {
  const [row] = await scope.db.rows(`
    WITH ${scarce(scope, site, rest)},
    pooled AS (SELECT hits.*, scarce.requests AS own FROM hits JOIN scarce
      ON hits.client_ip = scarce.client_ip AND coalesce(hits.user_agent, '') = scarce.agent)
    SELECT max(own) AS largest, count(DISTINCT client_ip) AS addresses,
      count(DISTINCT user_agent) AS user_agents, ${sumsSql(scope.dialect)} FROM pooled`);
  if (row === undefined || Number(row["addresses"]) === 0) return undefined;
  const times = await scope.db.rows(`
    WITH ${scarce(scope, site, rest)},
    pages AS (SELECT url, count(*) AS times FROM hits JOIN scarce
      ON hits.client_ip = scarce.client_ip AND coalesce(hits.user_agent, '') = scarce.agent
      GROUP BY url)
    SELECT times, count(*) AS pages FROM pages GROUP BY 1 ORDER BY 1`);
  return {
    kind: "pool",
    value: null,
    addresses: Number(row["addresses"]),
    user_agents: Number(row["user_agents"]),
    largest: Number(row["largest"]),
    traffic: trafficOf(row),
    covers: true,
    popularity: times.map((level) => [Number(level["times"]), Number(level["pages"])] as const),
  };
}

/** The members of a group with most requests, without those who are accused already. */
export async function membersOf(
  scope: Scope,
  site: Site,
  { kind, value }: Found,
  accused: Parameters<typeof othersOf>[2],
): Promise<Member[]> {
  const rest = restSql(scope, accused);
  const { dialect } = scope;
  const is = (column: string): string =>
    value === null ? `${column} IS NULL` : `${column} = ${dialect.literal(value)}`;
  const hits = undeclared(scope, site, rest);
  const all = `SELECT client_ip, count(*) AS total FROM (${hits}) AS hits`;
  const ranked = `GROUP BY client_ip ORDER BY total DESC, client_ip LIMIT ${parameters.groups.members}`;
  const search = `lower(${dialect.extract("query", SEARCH, 1)})`;
  const sql =
    kind === "pool"
      ? `WITH ${scarce(scope, site, rest)} SELECT client_ip, sum(requests) AS total FROM scarce ${ranked}`
      : `${all} WHERE ${is(kind === "search" ? search : columns[kind])} ${ranked}`;
  const rows = await scope.db.rows(sql);
  return rows.map((row) => ({
    client_ip: row["client_ip"] as string,
    requests: Number(row["total"]),
  }));
}
