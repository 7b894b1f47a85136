import { cidrOf, parseBlock } from "../../analyses/blockplan/blocks.js";

/** What is to be the case: entries put in, and taken out. */
export interface Wanted {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** What was changed, or would be, in one place. */
export interface Change {
  /** The IP set, or the bucket's policy. */
  readonly place: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Of what was to be added, what was there already; undo leaves it. */
  readonly already: readonly string[];
  /** Entries that others put in, and that stay. */
  readonly others: number;
  /** The place was not there and was made. */
  readonly created: boolean;
}

/** One spelling: AWS gives IPv6 back in full length. */
const canonical = (text: string): string => {
  const block = parseBlock(text);
  return block === undefined ? text : cidrOf(block);
};

/** Merges into what is there: nothing of others is lost. `next` is undefined when nothing changes. */
export function merge(
  place: string,
  current: readonly string[],
  { add, remove }: Wanted,
): { readonly change: Change; readonly next: readonly string[] | undefined } {
  const present = new Set(current.map(canonical));
  const wanted = new Set(add.map(canonical));
  const gone = new Set(remove.map(canonical).filter((cidr) => !wanted.has(cidr)));
  const added = [...wanted].filter((cidr) => !present.has(cidr));
  const removed = [...gone].filter((cidr) => present.has(cidr));
  const kept = current.filter((text) => !gone.has(canonical(text)));
  const already = [...wanted].filter((cidr) => present.has(cidr));
  return {
    change: {
      place,
      added,
      removed,
      already,
      others: kept.length - already.length,
      created: false,
    },
    next: added.length + removed.length === 0 ? undefined : [...kept, ...added],
  };
}
