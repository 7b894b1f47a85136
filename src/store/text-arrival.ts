import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { countLines } from "../sources/line-rewrite.js";
import type { Input } from "../sources/input.js";
import type { Arrival, Outcome } from "./arrivals.js";
import { openInput } from "./head.js";
import type { KnownText } from "./objects.js";
import {
  changed,
  following,
  overlapWith,
  TextHash,
  textIdentity,
  wholeLines,
  type Overlap,
} from "./texts.js";

/** A file that was written to this lately may still be growing, in milliseconds. */
const SETTLED = 3_600_000;

const LF = 0x0a;

/** What texts with the same beginning are known: in the store, and in this batch so far. */
export interface TextLookup {
  find(identity: string): Promise<readonly KnownText[]>;
  add(identity: string, text: KnownText): void;
}

/** A log as text, plain or compressed: only what the store does not hold yet enters. */
export class TextArrival implements Arrival {
  readonly input: Input;
  heldBack = false;
  #outcome: Outcome | undefined;
  #firstLine = 1;
  #lines = 0;

  constructor(
    readonly source: Input,
    readonly lookup: TextLookup,
    readonly now: Date,
  ) {
    const { name, bytes } = source;
    const firstLine = (): number => this.#firstLine;
    this.input = {
      name,
      ...(bytes === undefined ? {} : { bytes }),
      open: () => this.#read(),
      // Known once reading has begun.
      get firstLine() {
        return firstLine();
      },
    };
  }

  outcome(): Outcome | undefined {
    return this.#outcome;
  }

  async *#read(): AsyncGenerator<Buffer> {
    const { source } = this;
    const before = await statsOf(source);
    let stored = 0;
    const opened = await openInput(source, (bytes) => (stored += bytes));
    try {
      const identity = textIdentity(opened.head);
      const texts = await this.lookup.find(identity);
      const overlap = await this.#overlap(texts);
      if (overlap.complete) return;
      this.#firstLine = (overlap.known?.lines ?? 0) + 1;
      const hash = new TextHash(texts);
      const text = this.#text(opened.chunks, before);
      yield* this.#counted(following(text, hash, overlap.known, source.name));
      const after = await statsOf(source);
      const still =
        before !== undefined && after !== undefined && placeOf(before) === placeOf(after);
      if (!still) await mustBeWhole(source, identity, stored, before, after);
      this.#finish(identity, hash, still && !this.heldBack ? placeOf(before) : null);
    } finally {
      await opened.close();
    }
  }

  /** What can be read only once is compared while it is read, see `#finish`. */
  async #overlap(texts: readonly KnownText[]): Promise<Overlap> {
    if (this.source.path === undefined) return { known: undefined, complete: false };
    return overlapWith(this.source, texts);
  }

  /** A file that is still written to may end in half a line. */
  #text(chunks: AsyncIterable<Buffer>, stats: BigIntStats | undefined): AsyncIterable<Buffer> {
    const live = stats !== undefined && this.now.getTime() - Number(stats.mtimeMs) < SETTLED;
    return live ? wholeLines(chunks, () => (this.heldBack = true)) : chunks;
  }

  async *#counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let ended = true;
    for await (const chunk of chunks) {
      this.#lines += countLines(chunk);
      ended = chunk.at(-1) === LF;
      yield chunk;
    }
    if (!ended) this.#lines += 1;
  }

  #finish(identity: string, hash: TextHash, place: string | null): void {
    if (hash.bytes <= (hash.known?.text_bytes ?? 0)) return;
    const text = { text_bytes: hash.bytes, content: hash.content };
    this.lookup.add(identity, { ...text, lines: this.#firstLine - 1 + this.#lines });
    // A stream is passed on from its beginning: what was known turns out only now.
    this.#outcome = { identity, place, text, skipLines: hash.known?.lines ?? 0 };
  }
}

export async function statsOf({ path }: Input): Promise<BigIntStats | undefined> {
  if (path === undefined) return undefined;
  return stat(path, { bigint: true }).catch(() => undefined);
}

/** Tells a file as it is now from all others and from itself at other times; some disks cannot. */
export const placeOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string | null =>
  ino === 0n ? null : `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;

/** A file that was emptied and filled again while it was read is neither the old one nor the new. */
async function mustBeWhole(
  source: Input,
  identity: string,
  stored: number,
  before: BigIntStats | undefined,
  after: BigIntStats | undefined,
): Promise<void> {
  // Renamed or removed, it was still read to its end; cut, it was read as far as it went.
  if (before === undefined || after?.ino !== before.ino || after.size < stored) return;
  const opened = await openInput(source, () => {});
  await opened.close();
  if (textIdentity(opened.head) !== identity) throw changed(source.name);
}
