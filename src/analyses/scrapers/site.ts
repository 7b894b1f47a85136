import { botNames } from "../bot-names.js";
import { expectedPages, requestsOf } from "./coverage.js";
import { parameters } from "./parameters.js";
import type { Visits } from "./visits.js";

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
  /** Some request has a session. */
  readonly sessions: boolean;
  /** Different pages that `k` ordinary requests touch, up to the comparable number. */
  readonly expected: (k: number) => number;
  /** User-Agents that say they are automata, those with most requests first, at most 2,000. */
  readonly declared: readonly string[];
}

const MOST_DECLARED = 2000;

/** What all clients and all pages say together. */
export async function siteOf({ scope: { db }, clients, pages }: Visits): Promise<Site> {
  const nameOf = await botNames();
  const totals = { requests: 0, assets: 0, pages: 0, referred: 0, named: 0 };
  const declared: { agent: string; requests: number }[] = [];
  const sums = ["requests", "assets", "unreferred_pages", "named"];
  const sql = `SELECT user_agent, ${sums.map((name) => `CAST(sum(${name}) AS BIGINT)`).join(", ")}
    FROM ${clients} AS clients GROUP BY user_agent`;
  for await (const rows of db.streamRows(sql)) {
    for (const [agent, ...numbers] of rows as [string | null, ...(number | bigint)[]][]) {
      const [requests = 0, assets = 0, unreferred = 0, named = 0] = numbers.map(Number);
      totals.requests += requests;
      totals.assets += assets;
      totals.pages += requests - assets;
      totals.referred += requests - assets - unreferred;
      totals.named += named;
      if (agent === null || nameOf(agent) === undefined) continue;
      declared.push({ agent, requests });
    }
  }
  const levels =
    await db.rows(`SELECT level, count(*) AS many, count(*) FILTER (WHERE good) AS known
    FROM ${pages} AS pages GROUP BY level ORDER BY level`);
  const popularity = levels
    .map(({ level, many }) => [Number(level), Number(many)] as const)
    .filter(([level]) => level > 0);
  const ordinary = requestsOf(popularity);
  const known = new Map<number, number>();
  return {
    requests: totals.requests,
    pages: totals.pages,
    asset_share: totals.requests === 0 ? 0 : totals.assets / totals.requests,
    referrer_share: totals.pages === 0 ? 0 : totals.referred / totals.pages,
    catalogue: levels.reduce((sum, { known: good }) => sum + Number(good), 0),
    sessions: totals.named > 0,
    ordinary,
    comparable: ordinary < parameters.coverage.ordinary ? 0 : Math.floor(ordinary / 2),
    expected: (k) => {
      const touched = known.get(k) ?? expectedPages(popularity, k);
      known.set(k, touched);
      return touched;
    },
    declared: declared
      .toSorted((a, b) => b.requests - a.requests)
      .slice(0, MOST_DECLARED)
      .map(({ agent }) => agent),
  };
}

/** Whether the absence of assets or referrers says anything here. */
export const hasAssets = (site: Site): boolean => site.asset_share >= parameters.siteAssets;
export const hasReferrers = (site: Site): boolean =>
  site.referrer_share >= parameters.siteReferrers;

/** Whether a client's User-Agent does not say that it is an automaton, as SQL. */
export function undeclared({ scope: { dialect } }: Visits, site: Site): string {
  if (site.declared.length === 0) return "TRUE";
  const agents = dialect.values("automata", {
    columns: [["agent_text", "text"]],
    rows: site.declared.map((agent) => [agent]),
  });
  return `(user_agent IS NULL OR NOT (user_agent IN (SELECT agent_text FROM ${agents})))`;
}
