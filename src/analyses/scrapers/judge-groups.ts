import { duration, integer, percent } from "../../outputs/numbers.js";
import {
  bandOf,
  coverageOf,
  evidenceOf,
  scoreOf,
  worksThrough,
  type Band,
  type Evidence,
} from "./evidence.js";
import type { Found, Member } from "./groups.js";
import { isConvicted } from "./judge-clients.js";
import { parameters } from "./parameters.js";
import type { Class, JudgedGroup } from "./result.js";
import type { Site } from "./site.js";

/** The kinds of evidence that hold for a group: assets, referrers, coverage. */
const OF_GROUPS = new Set(["A1", "A2", "R1", "B3"]);

/** A group that works through the site together; undefined where that cannot be said. */
export function judgeGroup(found: Found, site: Site): Omit<JudgedGroup, "members"> | undefined {
  const { addresses, pages, score: least, dominance } = parameters.groups;
  const { kind, traffic, largest } = found;
  if (found.addresses < addresses || traffic.pages < pages) return undefined;
  if (largest > dominance * traffic.requests) return undefined;
  const evidence = evidenceOf(found, site).filter(({ signal }) => OF_GROUPS.has(signal));
  const band = kind === "pool" ? poolBand(found, site) : bandOf(evidence);
  if (scoreOf(evidence) < least || band === "none") return undefined;
  const covered = found.covers && site.catalogue > 0;
  const coverage = covered ? Math.min(1, traffic.distinct_pages / site.catalogue) : null;
  const hours = covered ? hoursLeft(found, site) : null;
  return {
    kind,
    value: found.value,
    addresses: found.addresses,
    user_agents: found.user_agents,
    score: scoreOf(evidence),
    class: classOf(found, evidence, band, site),
    band,
    evidence: [together(found), ...evidence, ...completion(coverage, hours, site)],
    traffic,
    coverage,
    hours_to_completion: hours,
  };
}

/** What as many requests as this share of the site have as their User-Agent is an app, or a browser. */
function classOf(
  { kind, traffic }: Found,
  evidence: readonly Evidence[],
  band: Band,
  site: Site,
): Class {
  if (!isConvicted(band)) return "cannot-tell";
  const common =
    kind === "user_agent" && traffic.requests > parameters.groups.agentShare * site.requests;
  return worksThrough(evidence) && !common ? "distributed-campaign" : "automaton";
}

/**
 * That members of the pool load nothing and come from nowhere is how the pool is made, so only its
 * coverage is evidence, and as no member is proven it never becomes strong.
 */
function poolBand(found: Found, site: Site): Band {
  const { traffic, addresses } = found;
  const { pool, coverage } = parameters;
  const covered = coverageOf(found, site);
  if (covered === undefined || traffic.pages < pool.pages || addresses < pool.addresses)
    return "none";
  const ratio = covered.pages / covered.expected;
  if (ratio >= coverage.high) return "likely";
  return ratio >= coverage.some ? "watch" : "none";
}

function together({ kind, value, addresses, traffic }: Found): Evidence {
  const from = `${integer(addresses)} addresses`;
  const per = (traffic.requests / addresses).toFixed(1);
  const shared: Record<Found["kind"], string> = {
    subnet: `${from} of ${value ?? ""}`,
    user_agent: `${from} with one User-Agent`,
    session: `${from} with one session`,
    search: `the same search ${JSON.stringify(value)} from ${from}`,
    pool: `${from} with next to nothing each, no image, style or script, and no referrer`,
  };
  return { signal: "G1", points: 0, sentence: `${shared[kind]}, ${per} requests an address` };
}

/** Hours to the rest of the catalogue at the pace so far; null where it has no length. */
function hoursLeft({ traffic }: Found, site: Site): number | null {
  const hours = (traffic.last_seen.getTime() - traffic.first_seen.getTime()) / 3_600_000;
  const left = Math.max(0, site.catalogue - traffic.distinct_pages);
  if (left === 0) return 0;
  return hours <= 0 ? null : (left * hours) / traffic.distinct_pages;
}

function completion(coverage: number | null, hours: number | null, site: Site): Evidence[] {
  if (coverage === null) return [];
  const all = `${percent(coverage)} of the ${integer(site.catalogue)} pages known from this log`;
  const rest =
    hours === null || hours === 0
      ? ""
      : `; at this pace all of them in ${duration(hours * 3_600_000)}`;
  return [{ signal: "G2", points: 0, sentence: `asked for ${all}${rest}` }];
}

/** Members with what is known of them on their own. */
export const withMembers = (
  group: Omit<JudgedGroup, "members">,
  members: readonly Member[],
  proven: ReadonlySet<string>,
): JudgedGroup => ({
  ...group,
  members: members.map((member) => ({ ...member, proven: proven.has(member.client_ip) })),
});
