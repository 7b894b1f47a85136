import { botNames } from "../bot-names.js";
import type { Scope } from "../scope.js";
import { integer, percent } from "../../outputs/numbers.js";
import { manyAgents } from "./addresses.js";
import { clientsOf, keyOf, type Client } from "./clients.js";
import { lookCloser } from "./closer.js";
import { groupsOf, membersOf } from "./groups.js";
import { judgeAddresses } from "./judge-addresses.js";
import { judgeClient } from "./judge-clients.js";
import { judgeGroup, withMembers } from "./judge-groups.js";
import { parameters } from "./parameters.js";
import {
  isAccused,
  type JudgedClient,
  type JudgedGroup,
  type ScrapersResult,
  type SharedAddress,
  type Verdict,
} from "./result.js";
import { hasAssets, hasReferrers, siteOf, type Site } from "./site.js";
import { checkDns, checkRanges, type Check, type CrawlerRanges, type Lookup } from "./verify.js";

export interface ScrapersOptions {
  /** Published addresses of crawlers. */
  readonly ranges?: readonly CrawlerRanges[];
  /** With it, the addresses of those that name a known crawler are looked up. */
  readonly lookup?: Lookup;
}

/**
 * Who scrapes: clients, addresses with many User-Agents, and groups, each with its evidence for and
 * against. Some fifteen scans of a few columns; nothing is trained, and User-Agents count for nothing
 * but what they declare.
 */
export async function scrapers(
  scope: Scope,
  { ranges = [], lookup }: ScrapersOptions = {},
): Promise<ScrapersResult> {
  const nameOf = await botNames();
  const site = await siteOf(scope);
  const { clients, known, few } = await clientsOf(scope);
  const closer = await lookCloser(scope, clients);
  const { shared, rotating } = judgeAddresses(await manyAgents(scope, site), site, closer);
  const checks = await checksOf(clients, nameOf, ranges, lookup);
  const judged = clients.map((client) =>
    judgeClient(client, {
      site,
      closer,
      nameOf,
      checkOf: ({ client_ip: ip, user_agent: agent }) => checks.get(keyOf(ip, agent)),
      rotating: new Set(rotating.map(({ value }) => value ?? "")),
    }),
  );
  const groups = await judgeGroups(scope, site, judged);
  return {
    site: {
      requests: site.requests,
      pages: site.pages,
      asset_share: site.asset_share,
      referrer_share: site.referrer_share,
      catalogue: site.catalogue,
      ordinary: site.ordinary,
    },
    clients: judged.toSorted(byWeight),
    groups: [...rotating, ...groups].toSorted(byWeight),
    shared_addresses: shared.toSorted((a, b) => b.traffic.requests - a.traffic.requests),
    judged: judged.length,
    too_little_data: { ...few, share: site.requests === 0 ? 0 : few.requests / site.requests },
    notes: notesOf(site, shared, known),
  };
}

const bands = ["none", "watch", "likely", "strong"] as const;

/** The surest first, then those who ask for most pages. */
const byWeight = (a: Verdict, b: Verdict): number =>
  bands.indexOf(b.band) - bands.indexOf(a.band) ||
  b.score * Math.log1p(b.traffic.pages) - a.score * Math.log1p(a.traffic.pages) ||
  b.traffic.requests - a.traffic.requests;

/** Claims to be a known crawler, checked once an address. */
async function checksOf(
  clients: readonly Client[],
  nameOf: (agent: string) => unknown,
  ranges: readonly CrawlerRanges[],
  lookup: Lookup | undefined,
): Promise<Map<string, Check>> {
  const checks = new Map<string, Check>();
  let asked = 0;
  for (const { client_ip: address, user_agent: agent, traffic } of clients) {
    if (agent === null || nameOf(agent) === undefined) continue;
    let check = checkRanges(ranges, agent, address, traffic.last_seen);
    const open = check === undefined || check.verification === "unverifiable";
    if (open && lookup !== undefined && asked < parameters.mostChecked) {
      const found = await checkDns(lookup, agent, address);
      if (found !== undefined) asked += 1;
      check = found ?? check;
    }
    if (check !== undefined) checks.set(keyOf(address, agent), check);
  }
  return checks;
}

async function judgeGroups(
  scope: Scope,
  site: Site,
  clients: readonly JudgedClient[],
): Promise<JudgedGroup[]> {
  const proven = new Set(clients.filter(isAccused).map(({ client_ip: ip }) => ip));
  const judged = (await groupsOf(scope, site)).flatMap((found) => {
    const group = judgeGroup(found, site);
    return group === undefined ? [] : [{ found, group }];
  });
  const named = judged
    .toSorted((a, b) => byWeight(a.group, b.group))
    .slice(0, parameters.groups.named);
  const groups: JudgedGroup[] = [];
  for (const { found, group } of named) {
    const members = await membersOf(scope, site, found, parameters.groups.members);
    groups.push(withMembers(group, members, proven));
  }
  return groups;
}

/** What this log does not show. */
function notesOf(site: Site, shared: readonly SharedAddress[], known: number): string[] {
  const notes: string[] = [];
  if (site.requests > 0 && !hasAssets(site)) {
    notes.push(
      `only ${percent(site.asset_share)} of the requests are for images, styles and scripts, so that ` +
        "their absence is no evidence: they may come from another host, or this is an API",
    );
  }
  if (site.pages > 0 && !hasReferrers(site)) {
    notes.push("hardly any page request has a referrer, so that its absence is no evidence");
  }
  if (site.ordinary < parameters.coverage.ordinary) {
    notes.push(
      `too little ordinary traffic to compare coverage with: ${integer(site.ordinary)} page requests ` +
        "of clients that load pages as browsers do",
    );
  }
  const balancer = shared.find(
    ({ traffic }) => traffic.requests > parameters.balancer * site.requests,
  );
  if (balancer !== undefined) {
    notes.push(
      `${balancer.client_ip} made most of the requests and has many browsers behind it: if it is your ` +
        "own load balancer or CDN, log the client's address (X-Forwarded-For) instead",
    );
  }
  if (known > parameters.mostClients) {
    notes.push(
      `of ${integer(known)} clients, the ${integer(parameters.mostClients)} with most pages were judged`,
    );
  }
  return notes;
}
