import { cidrOf, parseBlock, type Block } from "../../analyses/blockplan/blocks.js";
import { Exit, Problem } from "../../problems/problem.js";
import { bytes, duration, integer } from "../numbers.js";

/** An address or range with why it is blocked; the reason may hold text of a log. */
export interface ListedBlock {
  readonly block: Block;
  readonly reason: string;
}

/** What is written for a target. */
export interface BlockList {
  readonly entries: readonly ListedBlock[];
  /** How long it is meant to hold, in seconds from when it is put in place. */
  readonly seconds: number;
  /** The end of that, where its beginning is known. */
  readonly until?: Date;
  /** The bucket that a policy is for. */
  readonly bucket?: string;
}

/** Something that can refuse clients, and how it is told to. */
export interface BlockTarget {
  readonly name: string;
  readonly about: string;
  /** Entries of one IP version, where there is a most. */
  readonly entries?: number;
  /** Bytes of the file, where there is a most. */
  readonly bytes?: number;
  /** It needs to know the bucket. */
  readonly needsBucket?: boolean;
  /** The file that refuses the entries. */
  emit(list: BlockList): string;
  /** The file, or the commands, that let them in again. */
  undo(list: BlockList): string;
}

export const ofVersion = ({ entries }: BlockList, version: 4 | 6): ListedBlock[] =>
  entries.filter(({ block }) => block.version === version);

/** How long a list holds, in words. */
export function expiryOf({ seconds, until }: BlockList): string {
  if (until !== undefined) return `until ${until.toISOString().replace(".000Z", "Z")}`;
  return `for ${duration(seconds * 1000)} from when it is put in place`;
}

/** Refuses what is no block of addresses, and what would be everybody. */
function checkEntry({ block }: ListedBlock): void {
  const text = cidrOf(block);
  const read = parseBlock(text);
  if (block.bits > 0 && read !== undefined && cidrOf(read) === text) return;
  throw new Problem({
    code: "block-entry",
    what: "This is nothing that can be blocked",
    where: text,
    why: block.bits === 0 ? "It is everybody" : "It is no address and no range",
    help: "Leave it out of the plan",
    exit: Exit.usage,
  });
}

/** Refuses to write a policy for no bucket. */
export function checkBucket(target: BlockTarget, { bucket }: Pick<BlockList, "bucket">): void {
  if (target.needsBucket !== true || bucket !== undefined) return;
  throw new Problem({
    code: "block-bucket",
    what: `${target.name} needs to know the bucket`,
    help: "Name it with --bucket",
    exit: Exit.usage,
  });
}

/** The text for a target; what it cannot hold is a Problem with the mend. */
export function written(target: BlockTarget, list: BlockList, undo = false): string {
  list.entries.forEach(checkEntry);
  checkBucket(target, list);
  if (undo) return target.undo(list);
  const text = target.emit(list);
  const excess = excessOf(target, list, text);
  if (excess === undefined) return text;
  throw new Problem({
    code: "block-list-too-long",
    what: `The plan is too long for ${target.name}`,
    where: `--for ${target.name}`,
    why: excess,
    help: "Ask for less with --entries or a lower --target, or block where there is no limit: nftables, ipset, nginx-geo",
    exit: Exit.usage,
  });
}

/** By how much a list exceeds what a target holds, in words; undefined when it fits. */
export function excessOf(target: BlockTarget, list: BlockList, text: string): string | undefined {
  for (const version of [4, 6] as const) {
    const count = ofVersion(list, version).length;
    if (target.entries !== undefined && count > target.entries) {
      return `It has ${integer(count)} entries of IPv${String(version)} and ${target.name} takes ${integer(target.entries)}`;
    }
  }
  const size = Buffer.byteLength(text);
  if (target.bytes === undefined || size <= target.bytes) return undefined;
  return `It has ${bytes(size)} and ${target.name} takes ${bytes(target.bytes)}`;
}
