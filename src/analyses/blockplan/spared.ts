import { isOwnNetwork } from "../../formats/addresses.js";
import { isAccused, type ScrapersResult } from "../scrapers/result.js";
import type { FloodsResult } from "../floods/floods.js";
import type { CrawlerRanges } from "../scrapers/verify.js";
import { Blocks, parseBlock, type Block } from "./blocks.js";

/** Why somebody is never blocked, whatever it did. */
export type Spared = "allowed" | "own network" | "verified crawler" | "shared address";

/** Private, loopback, link-local and the space behind carriers: RFC 1918, 4193, 4291, 6598. */
const OWN = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

export interface SparedOptions {
  readonly allow: readonly Block[];
  readonly ranges: readonly CrawlerRanges[];
  /** Addresses with people behind them may be blocked, too. */
  readonly includeShared: boolean;
}

/** Who must not be blocked, in lists by reason. */
export class SparedList {
  readonly #lists: readonly (readonly [why: Spared, blocks: Blocks])[];

  constructor(
    { clients, groups, shared_addresses: shared }: ScrapersResult,
    floods: FloodsResult,
    { allow, ranges, includeShared }: SparedOptions,
  ) {
    const verified = clients.filter(({ class: kind }) => kind === "verified-crawler");
    const crawlers = [
      ...verified.map(({ client_ip: ip }) => ip),
      ...ranges.flatMap(({ blocks }) => blocks),
    ];
    // `floods` only counts User-Agents; whether they are people or one that changes them, `scrapers` knows.
    const rotating = new Set(
      groups
        .filter((group) => group.kind === "address" && isAccused(group))
        .map(({ value }) => value),
    );
    const busy = [...shared, ...floods.shared]
      .map(({ client_ip: ip }) => ip)
      .filter((ip) => !rotating.has(ip));
    this.#lists = [
      ["allowed", new Blocks(allow)],
      ["own network", new Blocks(parsed(OWN))],
      ["verified crawler", new Blocks(parsed(crawlers))],
      ["shared address", new Blocks(includeShared ? [] : parsed(busy))],
    ];
  }

  /** Why an address, or a unit around it, is spared; undefined when it is not. */
  why(unit: Block, address: string): Spared | undefined {
    if (isOwnNetwork(address)) return "own network";
    return this.#lists.find(([, blocks]) => blocks.touches(unit))?.[0];
  }

  /** Whether anybody in a block is spared. */
  touches(block: Block): boolean {
    return this.#lists.some(([, blocks]) => blocks.touches(block));
  }
}

const parsed = (texts: readonly string[]): Block[] =>
  texts.flatMap((text) => parseBlock(text) ?? []);
