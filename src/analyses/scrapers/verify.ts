import { readFile } from "node:fs/promises";
import { Resolver } from "node:dns/promises";
import { BlockList } from "node:net";
import { Exit, Problem } from "../../problems/problem.js";
import { addressText, parseNetwork } from "../where-ip.js";

/** Whether an address belongs to the crawler that its User-Agent names. */
export type Verification = "verified" | "failed" | "unverifiable";

/** The published addresses of one crawler. */
export interface CrawlerRanges {
  /** What its User-Agent contains, in lower case. */
  readonly crawler: string;
  /** When the publisher made the list, as he writes it. */
  readonly created: string | undefined;
  readonly blocks: readonly string[];
}

/** What is said of a claim, and by what. */
export interface Check {
  readonly verification: Verification;
  readonly sentence: string;
}

/**
 * Reads `crawler=file`: the file as search engines publish it, such as Google's googlebot.json:
 * `{"creationTime": "…", "prefixes": [{"ipv4Prefix": "192.0.2.0/24"}, {"ipv6Prefix": "2001:db8::/32"}]}`.
 */
export async function readRanges(text: string, file: string): Promise<CrawlerRanges> {
  const [, crawler] = /^([^=]+)=./.exec(text) ?? [];
  if (crawler === undefined) throw badRanges(text, "It is not of the form name=file");
  let document: unknown;
  try {
    document = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw badRanges(text, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const list = (document ?? {}) as Published;
  if (!Array.isArray(list.prefixes)) throw badRanges(text, 'The file has no list "prefixes"');
  const ranges = rangesOf(crawler, list);
  if (ranges.blocks.length === 0) throw badRanges(text, "The file names no block of addresses");
  const wrong = ranges.blocks.find((block) => parseNetwork(block) === undefined);
  if (wrong !== undefined)
    throw badRanges(text, `${JSON.stringify(wrong)} is no block of addresses`);
  return ranges;
}

/** A list as operators publish it, nothing of which is sure. */
interface Published {
  readonly creationTime?: unknown;
  readonly prefixes?: unknown;
}

/** The lists that come along, with their dates; one's own go before them. */
export async function ownRanges(): Promise<CrawlerRanges[]> {
  const text = await readFile(new URL("./crawlers.json", import.meta.url), "utf8");
  const { crawlers } = JSON.parse(text) as { crawlers: Record<string, Published> };
  return Object.entries(crawlers).map(([crawler, list]) => rangesOf(crawler, list));
}

function rangesOf(crawler: string, { prefixes, creationTime }: Published): CrawlerRanges {
  const list: readonly unknown[] = Array.isArray(prefixes) ? prefixes : [];
  const blocks = list.flatMap((prefix) => {
    const { ipv4Prefix, ipv6Prefix } = (prefix ?? {}) as Record<string, unknown>;
    return [ipv4Prefix, ipv6Prefix].filter((block) => typeof block === "string");
  });
  const created = typeof creationTime === "string" ? creationTime : undefined;
  return { crawler: crawler.toLowerCase(), created, blocks };
}

const badRanges = (where: string, why: string, cause?: unknown): Problem =>
  new Problem({
    code: "bad-crawler-ranges",
    what: "The crawler's addresses cannot be read",
    where: `--crawler-ranges ${where}`,
    why,
    help: "Fetch the publisher's list, then: --crawler-ranges googlebot=googlebot.json",
    exit: Exit.usage,
    cause,
  });

const isIpv6 = (address: string): boolean => address.includes(":");
const familyOf = (address: string): "ipv4" | "ipv6" => (isIpv6(address) ? "ipv6" : "ipv4");

/** Every client that claims to be a crawler is looked up. */
const lists = new WeakMap<CrawlerRanges, BlockList>();

function listOf(ranges: CrawlerRanges): BlockList {
  const made = lists.get(ranges);
  if (made !== undefined) return made;
  const list = new BlockList();
  for (const block of ranges.blocks) {
    const [network = "", bits] = block.split("/");
    list.addSubnet(network, Number(bits), familyOf(network));
  }
  lists.set(ranges, list);
  return list;
}

/** Judges a claim by the published addresses; undefined where no list is of this crawler. */
export function checkRanges(
  ranges: readonly CrawlerRanges[],
  agent: string,
  address: string,
  lastSeen: Date,
): Check | undefined {
  const lower = agent.toLowerCase();
  const known = ranges.find(({ crawler }) => lower.includes(crawler));
  if (known === undefined) return undefined;
  const { crawler, created, blocks } = known;
  const list = `${crawler}'s published addresses${created === undefined ? "" : ` of ${created.slice(0, 10)}`}`;
  if (listOf(known).check(address, familyOf(address))) {
    return { verification: "verified", sentence: `its address is one of ${list}` };
  }
  if (!blocks.some((block) => isIpv6(block) === isIpv6(address))) {
    return { verification: "unverifiable", sentence: `${list} have none of its kind` };
  }
  const day = created === undefined ? Number.NaN : Date.parse(created.slice(0, 10));
  const age = lastSeen.getTime() - day;
  // A younger log may hold addresses that the list does not know yet, an old one some that were given up.
  if (!(age <= MOST_AGE && age >= -MOST_LATER)) {
    return {
      verification: "unverifiable",
      sentence: `not among ${list}, which are too ${age < 0 ? "young" : "old"} to tell`,
    };
  }
  return { verification: "failed", sentence: `its address is none of ${list}` };
}

/** How much older, and younger, than the log a list may be to refute a claim: a week, and a year. */
const MOST_AGE = 7 * 86_400_000;
const MOST_LATER = 366 * 86_400_000;

/** Domains that the addresses of a crawler resolve to, as its operator documents. */
const domains: readonly (readonly [crawler: string, domains: readonly string[]])[] = [
  ["googlebot", ["googlebot.com", "google.com"]],
  ["bingbot", ["search.msn.com"]],
  ["applebot", ["applebot.apple.com"]],
  ["yandex", ["yandex.ru", "yandex.net", "yandex.com"]],
  ["baiduspider", ["baidu.com", "baidu.jp"]],
];

/** The two questions that are asked of the DNS; an error without an answer is thrown. */
export interface Lookup {
  readonly reverse: (address: string) => Promise<readonly string[]>;
  readonly addresses: (host: string, ipv6: boolean) => Promise<readonly string[]>;
}

/** The system's resolver, which answers within seconds or not at all. */
export function systemLookup(): Lookup {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  return {
    reverse: (address) => resolver.reverse(address),
    addresses: (host, ipv6) => (ipv6 ? resolver.resolve6(host) : resolver.resolve4(host)),
  };
}

/** Answers that mean "there is none", as against no answer. */
const NONE = new Set(["ENOTFOUND", "ENODATA"]);

/**
 * Forward-confirmed reverse DNS: the address's name must be of the operator's domain, and that name
 * must lead back to the address. Undefined for crawlers that document no domain.
 */
export async function checkDns(
  lookup: Lookup,
  agent: string,
  address: string,
): Promise<Check | undefined> {
  const lower = agent.toLowerCase();
  const [crawler, own] = domains.find(([name]) => lower.includes(name)) ?? [];
  if (crawler === undefined || own === undefined) return undefined;
  try {
    const names = await orNone(lookup.reverse(address));
    const ofOwner = names.filter((name) => own.some((domain) => `.${name}`.endsWith(`.${domain}`)));
    if (ofOwner.length === 0) {
      const called = names.length === 0 ? "has no name" : `is called ${names.join(", ")}`;
      return {
        verification: "failed",
        sentence: `its address ${called} in the DNS, and ${crawler}'s end in ${own.join(" or ")}`,
      };
    }
    for (const name of ofOwner) {
      const back = await orNone(lookup.addresses(name, isIpv6(address)));
      if (back.some((found) => addressText(found) === address)) {
        return {
          verification: "verified",
          sentence: `its address is ${name}, and the DNS confirms it`,
        };
      }
    }
    return {
      verification: "failed",
      sentence: `its address claims to be ${ofOwner.join(", ")}, which leads elsewhere`,
    };
  } catch {
    return { verification: "unverifiable", sentence: "the DNS gave no answer about its address" };
  }
}

async function orNone(answer: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await answer;
  } catch (error) {
    if (NONE.has((error as { code?: string }).code ?? "")) return [];
    throw error;
  }
}
