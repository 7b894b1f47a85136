import type { Band, Evidence } from "./evidence.js";
import type { GroupKind, Member } from "./groups.js";
import type { Site } from "./site.js";
import type { Traffic } from "./traffic.js";
import type { Verification } from "./verify.js";

/**
 * What somebody is taken for. An `automaton` is no browser (an app, a feed reader, a script) and is
 * not seen to work through the site. `cannot-tell` is everybody else: nothing here ever says that
 * somebody is a person.
 */
export type Class =
  | "verified-crawler"
  | "impostor"
  | "declared-automaton"
  | "poller"
  | "scanner"
  | "sequential-scraper"
  | "scraper"
  | "automaton"
  | "rotating-user-agent"
  | "distributed-campaign"
  | "shared-address"
  | "cannot-tell";

/** What every verdict has. */
export interface Verdict {
  readonly score: number;
  readonly class: Class;
  readonly band: Band;
  readonly evidence: readonly Evidence[];
  readonly traffic: Traffic;
}

/** An address with one User-Agent. */
export interface JudgedClient extends Verdict {
  readonly client_ip: string;
  readonly user_agent: string | null;
  /** The automaton it says it is. */
  readonly declared: string | null;
  /** Whether its address is that automaton's; null where nothing was checked. */
  readonly verification: Verification | null;
  /** The accused group it belongs to, which says more: an address, a subnet, a User-Agent … */
  readonly group: string | null;
}

/** Addresses with something in common, or one address with many User-Agents. */
export interface JudgedGroup extends Verdict {
  readonly kind: GroupKind | "address";
  readonly value: string | null;
  readonly addresses: number;
  readonly user_agents: number;
  /** Part of the pages known from this log that the group has asked for, 0 to 1. */
  readonly coverage: number | null;
  /** Hours until it has asked for all of them, at its own pace; 0 when it has. */
  readonly hours_to_completion: number | null;
  /** Of an accused group the members with most requests; `proven` says that the member is convicted on its own, too. */
  readonly members: readonly (Member & { readonly proven: boolean })[];
}

/** An address with people behind it: never accused, only what is behind it is. */
export interface SharedAddress extends Verdict {
  readonly client_ip: string;
  readonly user_agents: number;
  /** User-Agents behind it that load pages as a browser does. */
  readonly browsers: number;
  readonly sessions: number;
}

/** Classes that accuse, where the band is `likely` or `strong`. */
const accusing: ReadonlySet<Class> = new Set([
  "impostor",
  "scanner",
  "sequential-scraper",
  "scraper",
  "rotating-user-agent",
  "distributed-campaign",
]);

/** Whether a verdict accuses somebody. */
export const isAccused = ({ band, class: kind }: Verdict): boolean =>
  accusing.has(kind) && (band === "likely" || band === "strong");

export interface ScrapersResult {
  readonly site: Omit<Site, "expected" | "comparable" | "declared" | "sessions">;
  readonly clients: readonly JudgedClient[];
  readonly groups: readonly JudgedGroup[];
  readonly shared_addresses: readonly SharedAddress[];
  /** Clients that were judged, and those with too few requests for it. */
  readonly judged: number;
  readonly too_little_data: {
    readonly clients: number;
    readonly requests: number;
    readonly share: number;
  };
  /** What could not be seen in this log, and why. */
  readonly notes: readonly string[];
}

/** The first of each class and list; without `all`, only those that something speaks against. */
export function firstOf(result: ScrapersResult, limit: number, all: boolean): ScrapersResult {
  const clients = all ? result.clients : result.clients.filter(isOfNote);
  const kinds = new Map<string, number>();
  const first = clients.filter((client) => {
    const place = kinds.get(client.class) ?? 0;
    kinds.set(client.class, place + 1);
    return place < limit;
  });
  return {
    ...result,
    clients: first,
    groups: result.groups.slice(0, limit),
    shared_addresses: result.shared_addresses.slice(0, limit),
  };
}

const isOfNote = ({ band, class: kind }: JudgedClient): boolean =>
  band !== "none" || kind !== "cannot-tell";
