import { botNames } from "../bot-names.js";
import type { Scope } from "../scope.js";
import { expectedPages, requestsOf, type Popularity } from "./coverage.js";
import { parameters } from "./parameters.js";
import { hitsSql } from "./traffic.js";

/** What is ordinary on this site: everybody is compared with it. */
export interface Site {
  readonly requests: number;
  readonly pages: number;
  /** Part of all requests that are for images, styles, scripts; 0 to 1. */
  readonly asset_share: number;
  /** Part of page requests that carry a referrer, 0 to 1. */
  readonly referrer_share: number;
  /** Different pages that were answered with 2xx or 3xx: the catalogue as far as this log knows it. */
  readonly catalogue: number;
  /** Page requests of browsers, which coverage is compared with. */
  readonly ordinary: number;
  /** As many of somebody's page requests can be compared with ordinary ones; 0 with too few of those. */
  readonly comparable: number;
  /** Different pages that `k` ordinary requests touch, up to the comparable number. */
  readonly expected: (k: number) => number;
  /** User-Agents that say they are automata, those with most requests first, at most 2,000. */
  readonly declared: readonly string[];
}

const MOST_DECLARED = 2000;

/** Three scans: User-Agents, how often browsers ask for which page, and the catalogue. */
export async function siteOf(scope: Scope): Promise<Site> {
  const nameOf = await botNames();
  const totals = { requests: 0, assets: 0, pages: 0, referred: 0 };
  const declared: { agent: string; requests: number }[] = [];
  const sql = `SELECT user_agent, count(*) AS requests, count(*) FILTER (WHERE asset) AS assets,
    count(*) FILTER (WHERE NOT asset AND NOT unreferred) AS referred
    FROM (${hitsSql(scope)}) AS hits GROUP BY 1`;
  for await (const rows of scope.db.streamRows(sql)) {
    for (const [agent, requests, assets, referred] of rows as [string | null, ...number[]][]) {
      totals.requests += Number(requests);
      totals.assets += Number(assets);
      totals.pages += Number(requests) - Number(assets);
      totals.referred += Number(referred);
      if (agent === null || nameOf(agent) === undefined) continue;
      declared.push({ agent, requests: Number(requests) });
    }
  }
  const popularity = await popularityOf(scope);
  const ordinary = requestsOf(popularity);
  const known = new Map<number, number>();
  return {
    requests: totals.requests,
    pages: totals.pages,
    asset_share: totals.requests === 0 ? 0 : totals.assets / totals.requests,
    referrer_share: totals.pages === 0 ? 0 : totals.referred / totals.pages,
    catalogue: await catalogueOf(scope),
    ordinary,
    comparable: ordinary < parameters.coverage.ordinary ? 0 : Math.floor(ordinary / 2),
    expected: (k) => {
      const pages = known.get(k) ?? expectedPages(popularity, k);
      known.set(k, pages);
      return pages;
    },
    declared: declared
      .toSorted((a, b) => b.requests - a.requests)
      .slice(0, MOST_DECLARED)
      .map(({ agent }) => agent),
  };
}

/** How often clients that load what pages need ask for each page, as a histogram. */
async function popularityOf(scope: Scope): Promise<Popularity> {
  const rows = await scope.db.rows(`
    WITH asked AS (
      SELECT client_ip, user_agent, url, asset, CAST(count(*) AS BIGINT) AS times
      FROM (${hitsSql(scope)}) AS hits GROUP BY 1, 2, 3, 4),
    shared AS (
      SELECT url, asset, times, sum(CASE WHEN asset THEN times ELSE -times END)
        OVER (PARTITION BY client_ip, user_agent) AS surplus FROM asked),
    pages AS (
      SELECT url, sum(times) AS level FROM shared WHERE surplus >= 0 AND NOT asset GROUP BY url)
    SELECT level, count(*) AS pages FROM pages GROUP BY 1 ORDER BY 1`);
  return rows.map(({ level, pages }) => [Number(level), Number(pages)] as const);
}

async function catalogueOf(scope: Scope): Promise<number> {
  const [row] = await scope.db.rows(`SELECT count(DISTINCT url) AS pages
    FROM (${hitsSql(scope)}) AS hits WHERE NOT asset AND status BETWEEN 200 AND 399`);
  return Number(row?.["pages"] ?? 0);
}

/** Whether the absence of assets or referrers says anything here. */
export const hasAssets = (site: Site): boolean => site.asset_share >= parameters.siteAssets;
export const hasReferrers = (site: Site): boolean =>
  site.referrer_share >= parameters.siteReferrers;

/** A query of the requests whose User-Agent does not say that it is an automaton. */
export function undeclared(scope: Scope, site: Site, where = "TRUE"): string {
  const { dialect } = scope;
  if (site.declared.length === 0) return hitsSql(scope, where);
  const agents = dialect.values("automata", {
    columns: [["agent_text", "text"]],
    rows: site.declared.map((agent) => [agent]),
  });
  const known = `user_agent IN (SELECT agent_text FROM ${agents})`;
  return hitsSql(scope, `${where} AND (user_agent IS NULL OR NOT (${known}))`);
}
