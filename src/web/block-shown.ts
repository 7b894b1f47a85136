import { cidrOf } from "../analyses/blockplan/blocks.js";
import type { BlockPlan } from "../analyses/blockplan/blockplan.js";
import type { Hit } from "../analyses/blockplan/replay.js";
import type { Savings } from "../analyses/blockplan/savings.js";
import { whereText } from "../analyses/where-text.js";
import { blockTold } from "../findings/block.js";
import type { BlockList, BlockTarget } from "../outputs/blocklists/blocklist.js";
import { fitsOf } from "../outputs/blocklists/fits.js";
import { blockTargets } from "../outputs/blocklists/registry.js";
import { bytes, integer } from "../outputs/numbers.js";
import type { BlockShown } from "./live-data.js";

/** Rows of each list; the files have all entries. */
const ENTRIES = 200;

/** How long lists from the page hold, in seconds. */
const EXPIRE = 86_400;

/** A plan's list as the page hands it out. */
export const listOf = ({ entries }: BlockPlan, bucket: string | null): BlockList => ({
  entries,
  seconds: EXPIRE,
  ...(bucket !== null && { bucket }),
});

export interface BlockWords {
  readonly query: string;
  readonly savings: Savings;
  /** `culprit block` with all that makes the same plan. */
  readonly command: string;
  readonly bucket: string | null;
}

/** A plan for the page. */
export function blockShown(
  plan: BlockPlan,
  { query, savings, command, bucket }: BlockWords,
): BlockShown {
  const { entries, replay, harm, spared } = plan;
  const part = (value: number): number => (harm === 0 ? 0 : value / harm);
  const excess = new Map(fitsOf(listOf(plan, bucket)).map((one) => [one.name, one.excess]));
  const ofVersion = (version: 4 | 6): number =>
    entries.filter(({ block }) => block.version === version).length;
  return {
    query,
    told: blockTold(plan, savings),
    numbers: {
      entries: entries.length,
      ipv4: ofVersion(4),
      ipv6: ofVersion(6),
      removed: plan.removed,
      requests: replay.requests,
      refused_requests: replay.refused_requests,
      refused_bytes: replay.refused_bytes,
      hit_clients: replay.hit_clients,
      people: replay.hits.some(({ person }) => person === null) ? null : replay.people,
      verified_bots: replay.verified_bots,
    },
    entries: entries.slice(0, ENTRIES).map(({ block, harm: own, addresses, reason }) => ({
      cidr: cidrOf(block),
      where: `client_ip=${cidrOf(block)}`,
      share: part(own),
      addresses,
      reason,
    })),
    hits: replay.hits.map((hit) => ({
      value: hit.client_ip,
      where: whereText("client_ip", hit.client_ip),
      user_agent: hit.user_agent,
      requests: hit.requests,
      looks: looksOf(hit),
    })),
    spared: spared.map(({ why, harm: own, addresses, count }) => ({
      why,
      share: part(own),
      addresses,
      count,
    })),
    targets: blockTargets.map(({ name, about, needsBucket, ...limits }) => ({
      name,
      about,
      limit: limitOf(limits),
      excess: excess.get(name) ?? null,
      needs_bucket: needsBucket === true && bucket === null,
      command: [
        command,
        `--for ${name}`,
        ...(needsBucket === true ? [`--bucket ${bucket ?? "BUCKET"}`] : []),
      ].join(" "),
    })),
    notes: plan.notes,
    command: `${command} -o plan.json`,
  };
}

function limitOf({ entries, bytes: size }: Pick<BlockTarget, "entries" | "bytes">): string | null {
  if (entries !== undefined) return `${integer(entries)} of each IP version`;
  return size === undefined ? null : bytes(size);
}

function looksOf({ person, declared }: Hit): string {
  if (declared !== null) return `says it is ${declared}`;
  if (person === null) return "cannot tell";
  return person ? "looks like a person" : "no sign of a person";
}
