import { createHash, type Hash } from "node:crypto";
import { decompress } from "../sources/decompress.js";
import type { Input } from "../sources/input.js";

/** What the ledger keeps of every source object that entered the store. */
export interface StoredObject {
  /** Tells whether the same bytes come again: `s3://bucket/key#etag#size`, or `text:` + first line's hash. */
  readonly identity: string;
  readonly name: string;
  readonly format: string;
  /** Decompressed bytes up to which it is in the store, and the SHA-256 of them; null for S3 objects. */
  readonly text_bytes: number | null;
  readonly content: string | null;
  /** Number of its first line; more than 1 for what a file has grown by. */
  readonly first_line: number;
  readonly lines: number;
  readonly parsed: number;
  readonly rejected: number;
  readonly blank: number;
  /** Parsed rows that were in the store already, by their request identity. */
  readonly duplicates: number;
  readonly ingested_at: string;
}

/** How far a text was read, and the hash of what was read. */
export interface ReadText {
  readonly text_bytes: number;
  readonly content: string;
}

/** A text in the store, with the number of lines it has there. */
export interface KnownText extends ReadText {
  readonly lines: number;
}

/** A first line longer than this is compared by its beginning. */
const FIRST_LINE = 4096;

/**
 * Identity of a text by its first line: a log keeps it when it grows, is renamed, rotated or
 * compressed. What follows is compared by hash (`unreadFrom`), so that a chance match does no harm.
 */
export function textIdentity(head: Buffer): string {
  const end = head.indexOf(10);
  const line = head.subarray(0, Math.min(end < 0 ? head.length : end, FIRST_LINE));
  return `text:${createHash("sha256").update(line).digest("hex").slice(0, 32)}`;
}

/** How much of an input is in the store already. */
export interface Overlap {
  /** The decompressed byte from which on it is new. */
  readonly from: number;
  /** How many lines that is. */
  readonly lines: number;
  /** Nothing follows: all of it is in the store. */
  readonly complete: boolean;
}

/** Compares an input with the known texts that have its first line: the longest it begins with counts. */
export async function overlapWith(input: Input, known: readonly KnownText[]): Promise<Overlap> {
  const wanted = known.toSorted((a, b) => a.text_bytes - b.text_bytes);
  if (wanted.length === 0) return { from: 0, lines: 0, complete: false };
  const hash = createHash("sha256");
  let read = 0;
  let from = 0;
  let lines = 0;
  for await (const chunk of decompress(input.open(), input.name)) {
    let rest = chunk;
    while (wanted[0] !== undefined && read + rest.length >= wanted[0].text_bytes) {
      const upTo = wanted[0].text_bytes - read;
      hash.update(rest.subarray(0, upTo));
      read += upTo;
      rest = rest.subarray(upTo);
      if (hash.copy().digest("hex") === wanted[0].content) [from, lines] = [read, wanted[0].lines];
      wanted.shift();
    }
    if (wanted.length === 0 && rest.length > 0) return { from, lines, complete: false };
    hash.update(rest);
    read += rest.length;
  }
  return { from, lines, complete: from === read && read > 0 };
}

/** Passes bytes on while hashing them, and leaves out the first `skip`, which are only hashed. */
export class Fingerprint {
  readonly #hash: Hash = createHash("sha256");
  #bytes = 0;
  #head = Buffer.alloc(0);

  async *follow(chunks: AsyncIterable<Buffer>, skip: number): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      const start = Math.max(0, skip - this.#bytes);
      if (this.#head.length < FIRST_LINE)
        this.#head = Buffer.concat([this.#head, chunk]).subarray(0, FIRST_LINE);
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      if (start < chunk.length) yield chunk.subarray(start);
    }
  }

  /** The identity of what has been read. */
  get identity(): string {
    return textIdentity(this.#head);
  }

  get result(): ReadText {
    return { text_bytes: this.#bytes, content: this.#hash.copy().digest("hex") };
  }
}
