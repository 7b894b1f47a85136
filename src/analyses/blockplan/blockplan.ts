import type { CrawlerRanges } from "../scrapers/verify.js";
import { dimension } from "../fields.js";
import { floods } from "../floods/floods.js";
import { measures } from "../measures.js";
import { scrapers } from "../scrapers/scrapers.js";
import { scraperColumns } from "../scrapers/traffic.js";
import { floodColumns } from "../floods/floods.js";
import type { Lookup } from "../scrapers/verify.js";
import type { Scope } from "../scope.js";
import { top } from "../top.js";
import { accusedOf, type Accused } from "./accused.js";
import { Blocks, byAddress, cidrOf, parseBlock, widened, type Block } from "./blocks.js";
import { clientsOf, looksOn, wasRefused, type Client, type Looks } from "./clients.js";
import { cover, isClean, rangesAround, type Entry, type Range, type Unit } from "./cover.js";
import { BLOCK } from "./parameters.js";
import { replay, type Replay } from "./replay.js";
import { SparedList, type Spared } from "./spared.js";

/** Columns of the record that a plan reads. */
export const blockColumns = [...new Set([...scraperColumns, ...floodColumns])] as const;

export interface BlockPlanOptions {
  /** Part of the harm to remove, 0 to 1. */
  readonly target: number;
  readonly by: "requests" | "bytes_sent";
  /** At most so many entries; the worst come first. */
  readonly most?: number;
  /** Harm is what passes the scope's filter, instead of what the accused did. */
  readonly filtered?: boolean;
  /** Harm is only what came from these. */
  readonly only?: readonly Block[];
  /** How sure the verdicts must be. */
  readonly band?: "likely" | "strong";
  readonly allow?: readonly Block[];
  readonly includeShared?: boolean;
  /** Published addresses of crawlers, which are never blocked. */
  readonly ranges?: readonly CrawlerRanges[];
  readonly lookup?: Lookup;
  /** Days before the log's end that are replayed, in milliseconds; default: all of the range. */
  readonly replay?: number;
}

/** Harm that stays, because nobody blocks those it comes from. */
export interface SparedHarm {
  readonly why: Spared | "no address";
  readonly harm: number;
  /** The largest, at most ten. */
  readonly addresses: readonly string[];
  readonly count: number;
}

export interface BlockPlan {
  readonly by: "requests" | "bytes_sent";
  readonly target: number;
  /** Part of the harm that the entries remove, 0 to 1. */
  readonly removed: number;
  readonly harm: number;
  /** Whose harm: of those that verdicts accuse, or whatever the user chose. */
  readonly of: "verdicts" | "choice";
  /** Addresses, IPv6 networks, that did harm. */
  readonly units: number;
  /** Most harm first. */
  readonly entries: readonly Entry[];
  readonly spared: readonly SparedHarm[];
  readonly replay: Replay;
  /** Where nobody is accused: who has most all the same, and which part of all. */
  readonly largest: { readonly client_ip: string; readonly share: number } | null;
  /** What could not be seen in this log, or is no ground to block anybody. */
  readonly notes: readonly string[];
}

/**
 * The smallest set of addresses and ranges that removes a part of the harm, and what it would have
 * done to everybody on the days before. The same rows give the same set: there is no clock in it.
 */
export async function blockPlan(scope: Scope, options: BlockPlanOptions): Promise<BlockPlan> {
  const { by, target, only = [], ranges = [], lookup } = options;
  const admitted = await admittedOf(scope);
  const judged = await scrapers(admitted, { ranges, ...(lookup && { lookup }) });
  const flooded = await floods(admitted);
  const looks = looksOn(judged.site);
  const verdicts = { scrapers: judged, floods: flooded };
  const accused = await accusedOf(verdicts, options.band ?? "likely", looks, scope.dialect);
  const spared = new SparedList(judged, flooded, {
    allow: options.allow ?? [],
    ranges,
    includeShared: options.includeShared === true,
  });
  const chosen = options.filtered === true || only.length > 0;
  const harmOf = harmIn(by, accused, chosen, new Blocks(only), only.length > 0);
  const among = chosen
    ? { onlyChosen: true, ...(only.length > 0 && { within: only }) }
    : { among: accused.where };
  const found = await unitsOf(scope, among, harmOf, spared);
  const candidates = rangesAround(found.units).filter(({ block }) => !spared.touches(block));
  await countOthers(scope, candidates, found.units, looks);
  const wanted = target * found.harm;
  const entries = cover(found.units, candidates.filter(isClean), {
    wanted,
    most: options.most ?? Infinity,
  });
  const removed = entries.reduce((sum, entry) => sum + entry.harm, 0);
  const pool = judged.groups.find(({ kind, band }) => kind === "pool" && band === "likely");
  return {
    by,
    target,
    removed: found.harm === 0 ? 0 : removed / found.harm,
    harm: found.harm,
    of: chosen ? "choice" : "verdicts",
    units: found.units.length,
    entries,
    spared: found.spared,
    replay: await replay(
      scope,
      entries,
      { harmOf, looks, verified: verifiedOf(judged) },
      options.replay,
    ),
    largest: found.harm === 0 && !chosen ? await largestOf(admitted, by) : null,
    notes: [
      ...judged.notes,
      ...(pool === undefined
        ? []
        : [
            `${pool.addresses} scattered addresses work through the site together; none of them is ` +
              "proven on its own, so that they are no ground to block addresses",
          ]),
    ],
  };
}

/** Whoever has most of a measure, accused or not. */
async function largestOf(scope: Scope, by: BlockPlanOptions["by"]): Promise<BlockPlan["largest"]> {
  const fields = [dimension("client_ip", [], scope.zone, scope.dialect)];
  const { rows } = await top(scope, {
    fields,
    by: measures[by],
    limit: 1,
    where: "client_ip IS NOT NULL",
  });
  const [first] = rows;
  const address = first?.["client_ip"];
  return typeof address === "string" ? { client_ip: address, share: first?.share ?? 0 } : null;
}

/** A client's harm, with what it is accused of; undefined where it did none. */
export type HarmOf = (
  client: Client,
) => { readonly harm: number; readonly reason: string; readonly subnet: boolean } | undefined;

function harmIn(
  by: BlockPlanOptions["by"],
  accused: Accused,
  chosen: boolean,
  only: Blocks,
  narrowed: boolean,
): HarmOf {
  return (client) => {
    if (narrowed) {
      const block = parseBlock(client.address);
      if (block === undefined || only.around(block) === undefined) return undefined;
    }
    const accusation = accused.of(client);
    if (!chosen && accusation === undefined) return undefined;
    const harm = chosen
      ? by === "requests"
        ? client.chosen
        : client.chosen_bytes
      : by === "requests"
        ? client.requests
        : client.bytes_sent;
    if (harm === 0) return undefined;
    const reason = accusation?.reason ?? "chosen by you, accused by no verdict";
    return { harm, reason, subnet: accusation?.subnet === true };
  };
}

/** The same range without what was refused: a block list must not feed on its own refusals. */
async function admittedOf(scope: Scope): Promise<Scope> {
  const sql = `SELECT * FROM ${scope.everything} WHERE NOT ${wasRefused()}`;
  return { ...scope, requests: await scope.db.view("admitted", sql) };
}

interface Found {
  /** In order of address. */
  readonly units: readonly Unit[];
  readonly harm: number;
  readonly spared: readonly SparedHarm[];
}

/** What is blocked of an address: itself, or its IPv6 network. */
const unitOf = (block: Block): Block =>
  block.version === 4 ? block : widened(block, BLOCK.ipv6Unit);

/** Everybody who did harm, by what can be blocked. */
async function unitsOf(
  scope: Scope,
  among: Parameters<typeof clientsOf>[1],
  harmOf: HarmOf,
  list: SparedList,
): Promise<Found> {
  const units = new Map<string, Unit & { heaviest: number; seen: Set<string> | undefined }>();
  const spared = new Map<SparedHarm["why"], Map<string, number>>();
  let total = 0;
  for await (const client of clientsOf(scope, among)) {
    const did = harmOf(client);
    if (did === undefined) continue;
    total += did.harm;
    const block = parseBlock(client.address);
    const unit = block === undefined ? undefined : unitOf(block);
    const why = unit === undefined ? "no address" : list.why(unit, client.address);
    if (unit === undefined || why !== undefined) {
      const some = spared.get(why ?? "no address") ?? new Map<string, number>();
      some.set(client.address, (some.get(client.address) ?? 0) + did.harm);
      spared.set(why ?? "no address", some);
      continue;
    }
    const key = cidrOf(unit);
    const known = units.get(key) ?? {
      block: unit,
      harm: 0,
      addresses: 0,
      reason: "",
      subnet: true,
      heaviest: -1,
      // An IPv4 unit is one address.
      seen: unit.version === 6 ? new Set<string>() : undefined,
    };
    known.harm += did.harm;
    known.seen?.add(client.address);
    known.subnet &&= did.subnet;
    const heavier = did.harm > known.heaviest;
    if (heavier || (did.harm === known.heaviest && did.reason < known.reason)) {
      known.reason = did.reason;
      known.heaviest = did.harm;
    }
    units.set(key, known);
  }
  return {
    units: [...units.values()]
      .map(({ block, harm, reason, subnet, seen }) => ({
        block,
        harm,
        reason,
        subnet,
        addresses: seen?.size ?? 1,
      }))
      .toSorted((a, b) => byAddress(a.block, b.block)),
    harm: total,
    spared: [...spared]
      .map(([why, some]) => sparedHarm(why, some))
      .toSorted((a, b) => b.harm - a.harm),
  };
}

function sparedHarm(why: SparedHarm["why"], some: ReadonlyMap<string, number>): SparedHarm {
  const ranked = [...some].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return {
    why,
    harm: ranked.reduce((sum, [, harm]) => sum + harm, 0),
    addresses: ranked.slice(0, 10).map(([address]) => address),
    count: ranked.length,
  };
}

/** Counts, for every range, those in it who did no harm. */
async function countOthers(
  scope: Scope,
  ranges: readonly Range[],
  units: readonly Unit[],
  looks: Looks,
): Promise<void> {
  if (ranges.length === 0) return;
  const within = ranges.map(({ block }) => block);
  const outermost = new Blocks(within);
  const byCidr = new Map(ranges.map((range) => [cidrOf(range.block), range]));
  const lengths = [...new Set(ranges.map(({ block }) => block.bits))];
  const harmful = new Set(units.map(({ block }) => cidrOf(block)));
  for await (const client of clientsOf(scope, { within })) {
    const block = parseBlock(client.address);
    if (block === undefined || outermost.around(block) === undefined) continue;
    const unit = unitOf(block);
    if (harmful.has(cidrOf(unit))) continue;
    const person = looks(client) === true;
    for (const bits of lengths.filter((length) => length <= unit.bits)) {
      const range = byCidr.get(cidrOf(widened(unit, bits)));
      if (range === undefined) continue;
      range.others += client.requests;
      range.people ||= person;
    }
  }
}

const verifiedOf = ({ clients }: Awaited<ReturnType<typeof scrapers>>): ReadonlySet<string> =>
  new Set(
    clients.filter(({ class: kind }) => kind === "verified-crawler").map(({ client_ip: ip }) => ip),
  );
