import { botNames } from "../bot-names.js";
import type { Scope } from "../scope.js";
import { integer, percent } from "../../outputs/numbers.js";
import { manyAgents } from "./addresses.js";
import { clientsOf, keyOf, type Client } from "./clients.js";
import { lookCloser } from "./closer.js";
import { membersOf, othersOf, subnetsOf, type Accused, type Found } from "./groups.js";
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
import {
  checkDns,
  checkRanges,
  ownRanges,
  type Check,
  type CrawlerRanges,
  type Lookup,
} from "./verify.js";
import { withVisits, type Visits } from "./visits.js";

export interface ScrapersOptions {
  /** Published addresses of crawlers. */
  readonly ranges?: readonly CrawlerRanges[];
  /** With it, the addresses of those that name a known crawler are looked up. */
  readonly lookup?: Lookup;
}

/**
 * Who scrapes: clients, addresses with many User-Agents, and groups, each with its evidence for and
 * against. Two scans count the requests, two or three more read some of them closer; nothing is
 * trained, and User-Agents count for nothing but what they declare.
 */
export const scrapers = (scope: Scope, options: ScrapersOptions = {}): Promise<ScrapersResult> =>
  withVisits(scope, (visits) => judgeAll(visits, options));

async function judgeAll(
  visits: Visits,
  { ranges = [], lookup }: ScrapersOptions,
): Promise<ScrapersResult> {
  const nameOf = await botNames();
  const site = await siteOf(visits);
  const { clients, known, few } = await clientsOf(visits);
  const closer = await lookCloser(visits, clients);
  const { shared, rotating } = judgeAddresses(await manyAgents(visits, site), site, closer);
  const lists = [...ranges, ...(await ownRanges())];
  const checks = await checksOf(clients, nameOf, lists, lookup);
  const verdicts = clients.map((client) =>
    judgeClient(client, {
      site,
      closer,
      nameOf,
      checkOf: ({ client_ip: ip, user_agent: agent }) => checks.get(keyOf(ip, agent)),
      rotating: new Set(rotating.map(({ value }) => value ?? "")),
    }),
  );
  const behind = new Map(shared.map((address) => [address.client_ip, address]));
  const groups = await judgeGroups(visits, site, verdicts, rotating);
  return {
    site: {
      requests: site.requests,
      pages: site.pages,
      asset_share: site.asset_share,
      referrer_share: site.referrer_share,
      catalogue: site.catalogue,
      ordinary: site.ordinary,
    },
    clients: verdicts
      .map((client) => behindShared(inGroups(client, groups), behind))
      .toSorted(byWeight),
    groups: [...rotating, ...groups].toSorted(byWeight),
    shared_addresses: shared.toSorted((a, b) => b.traffic.requests - a.traffic.requests),
    judged: verdicts.length,
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

/** Subnets first, then what the rest of the requests have in common. */
async function judgeGroups(
  visits: Visits,
  site: Site,
  clients: readonly JudgedClient[],
  rotating: readonly JudgedGroup[],
): Promise<JudgedGroup[]> {
  const proven = new Set(clients.filter(isAccused).map(({ client_ip: ip }) => ip));
  const subnets = await named(visits, site, await subnetsOf(visits, site), NOBODY, proven);
  const accused = {
    addresses: [...proven, ...rotating.map(({ value }) => value ?? "")],
    subnets: subnets.filter(isAccused).map(({ value }) => value ?? ""),
  };
  const others = await othersOf(visits, site, accused);
  return [...subnets, ...(await named(visits, site, others, accused, proven))];
}

const NOBODY = { addresses: [], subnets: [] };

/** The surest of the groups found, with their members. */
async function named(
  visits: Visits,
  site: Site,
  found: readonly Found[],
  accused: Accused,
  proven: ReadonlySet<string>,
): Promise<JudgedGroup[]> {
  const judged = found.flatMap((one) => {
    const group = judgeGroup(one, site);
    return group === undefined ? [] : [{ one, group }];
  });
  const surest = judged
    .toSorted((a, b) => byWeight(a.group, b.group))
    .slice(0, parameters.groups.named);
  const groups: JudgedGroup[] = [];
  for (const { one, group } of surest) {
    // Only whoever is accused is named.
    const judgedGroup = withMembers(group, [], proven);
    const members = isAccused(judgedGroup) ? await membersOf(visits, site, one, accused) : [];
    groups.push(withMembers(group, members, proven));
  }
  return groups;
}

/** Who else is behind a client's address: whoever blocks it hits them, too. */
function behindShared(
  client: JudgedClient,
  shared: ReadonlyMap<string, SharedAddress>,
): JudgedClient {
  const address = shared.get(client.client_ip);
  if (address === undefined) return client;
  const sentence =
    `about ${integer(address.browsers)} browsers share its address, and they are not meant: only ` +
    "this User-Agent is";
  return { ...client, evidence: [...client.evidence, { signal: "S1", points: 0, sentence }] };
}

/** A client in the light of the groups it belongs to. */
function inGroups(client: JudgedClient, groups: readonly JudgedGroup[]): JudgedClient {
  const { client_ip: ip, user_agent: agent, declared, evidence } = client;
  if (declared !== null || client.group !== null) return client;
  const campaign = groups.find(
    (group) => isAccused(group) && group.members.some((member) => member.client_ip === ip),
  );
  if (campaign !== undefined) return { ...client, group: campaign.value ?? campaign.kind };
  const app = groups.find(
    ({ kind, value, class: name }) =>
      kind === "user_agent" && name === "automaton" && value === agent,
  );
  const ordered = evidence.some(({ signal }) => signal === "Q1");
  if (app === undefined || client.class !== "scraper" || ordered) return client;
  const sentence =
    `${integer(app.addresses)} addresses have this User-Agent and load no more than it, so that it ` +
    "may be an app or a feed reader";
  return {
    ...client,
    class: "automaton",
    evidence: [...evidence, { signal: "U2", points: 0, sentence }],
  };
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
  if (site.pages > 0 && site.comparable === 0) {
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
