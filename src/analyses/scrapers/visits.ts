import { offsetAt } from "../calendar.js";
import type { Scope } from "../scope.js";
import { parameters } from "./parameters.js";
import { hitsSql, sumsSql } from "./traffic.js";

/**
 * What everybody asked for, counted once: small relations that all questions are put to. Texts are
 * compared by their fingerprints. Those of address and User-Agent are apart: whoever finds a
 * User-Agent with another one's fingerprint only shares it with what has the same address.
 */
export interface Visits {
  readonly scope: Scope;
  /**
   * A row a client, an address with one User-Agent: `ip_key, agent_key, client_ip, user_agent,
   * client_net`, what `trafficOf` reads but the different pages, `hours` of the zone's day with
   * requests, and `named` requests with a session.
   */
  readonly clients: string;
  /** A row a client and page: `ip_key, agent_key, page_key, times`. */
  readonly asked: string;
  /** A row a page: `readers`, its clients; `level`, requests of those that load assets; `good`: it exists. */
  readonly pages: string;
}

/** Counts in two scans, and keeps the counts for as long as they are asked. */
export async function withVisits<T>(scope: Scope, use: (visits: Visits) => Promise<T>): Promise<T> {
  const { db } = scope;
  const kept: string[] = [];
  const keep = async (sql: string): Promise<string> => {
    const relation = await db.keep(sql);
    kept.push(relation);
    return relation;
  };
  try {
    const clients = await keep(clientsSql(scope));
    const asked = await keep(askedSql(scope));
    const pages = await keep(pagesSql(scope, clients, asked));
    return await use({ scope, clients, asked, pages });
  } finally {
    for (const relation of kept) await db.release(relation);
  }
}

function clientsSql(scope: Scope): string {
  const { dialect, zone, window } = scope;
  // The clock's shift at the window's end is taken for all of it: an hour's difference changes no verdict.
  const shift = Math.trunc(offsetAt((window?.until ?? new Date(0)).getTime(), zone) / 1000);
  const hour = `(${dialect.intDiv(`(${dialect.epoch("time")} + ${shift})`, "3600")} % 24)`;
  const any = (column: string): string => `${dialect.anyValue(column)} AS any_${column}`;
  const texts = ["client_ip", "user_agent", "client_net"];
  return `SELECT ip_key, agent_key, any_client_ip AS client_ip, any_user_agent AS user_agent,
      any_client_net AS client_net, requests, bytes_sent, assets, pages, unreferred_pages,
      heads, missing, robots, sitemaps, icons, first_seen, last_seen, hours, named
    FROM (SELECT ip_key, agent_key, ${texts.map(any).join(", ")}, ${sumsSql(dialect)},
        ${dialect.distinctSmall(hour)} AS hours, count(session_id) AS named
      FROM (${hitsSql(scope)}) AS hits GROUP BY ip_key, agent_key) AS counted`;
}

const askedSql = (scope: Scope): string =>
  `SELECT ip_key, agent_key, page_key, count(*) AS times,
      ${scope.dialect.anyTrue("status BETWEEN 200 AND 399")} AS good
    FROM (${hitsSql(scope)}) AS hits WHERE NOT asset GROUP BY ip_key, agent_key, page_key`;

/** Browsers load at least one image, style or script a page. */
const pagesSql = ({ dialect }: Scope, clients: string, asked: string): string =>
  `SELECT page_key, count(*) AS readers,
      CAST(sum(CASE WHEN browses THEN times ELSE 0 END) AS BIGINT) AS level,
      ${dialect.anyTrue("good")} AS good
    FROM ${asked} AS asked
    JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent, assets >= pages AS browses
      FROM ${clients} AS clients) AS owners ON ip_key = own_ip AND agent_key = own_agent
    GROUP BY page_key`;

/**
 * The clients with their `distinct_pages`, and `rare`: page requests for pages that hardly anybody else
 * read. Where nothing is kept this is much more work than the clients alone.
 */
export function breadthSql({ clients, asked, pages }: Visits): string {
  const most = parameters.tail.others + 1;
  return `SELECT clients.*, coalesce(own_pages, 0) AS distinct_pages, coalesce(own_rare, 0) AS rare
    FROM ${clients} AS clients
    LEFT JOIN (
      SELECT ip_key AS own_ip, agent_key AS own_agent, count(*) AS own_pages,
        CAST(sum(CASE WHEN readers <= ${most} THEN times ELSE 0 END) AS BIGINT) AS own_rare
      FROM ${asked} AS asked
      JOIN (SELECT page_key AS read_page, readers FROM ${pages} AS pages) AS read
        ON page_key = read_page
      GROUP BY ip_key, agent_key) AS own ON ip_key = own_ip AND agent_key = own_agent`;
}

/** The different pages that groups of clients asked for; `members` has `ip_key, agent_key, common`. */
export const distinctPagesSql = ({ asked }: Visits, members: string): string =>
  `SELECT common, count(*) AS distinct_pages FROM (
      SELECT DISTINCT common, page_key FROM ${asked} AS asked
      JOIN (SELECT ip_key AS own_ip, agent_key AS own_agent, common FROM ${members}) AS own
        ON ip_key = own_ip AND agent_key = own_agent) AS read
    GROUP BY common`;
