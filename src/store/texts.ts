import { createHash, type Hash } from "node:crypto";
import { decompress } from "../sources/decompress.js";
import { Problem } from "../problems/problem.js";
import type { Input } from "../sources/input.js";
import type { KnownText } from "./objects.js";

/** More than this of a text's beginning is not looked at to name it. */
const BEGINNING = 8192;

/**
 * Identity of a text by its first line that is no comment, and the comments before it: a log keeps
 * it when it grows, is renamed, rotated or compressed. What follows is compared by hash, so that a
 * chance match does no harm.
 */
export function textIdentity(head: Buffer): string {
  let end = 0;
  for (let comment = true; comment && end < Math.min(head.length, BEGINNING);) {
    comment = head[end] === 0x23;
    const at = head.indexOf(10, end);
    end = at < 0 ? head.length : at + 1;
  }
  const beginning = head.subarray(0, Math.min(end, BEGINNING));
  return `text:${createHash("sha256").update(beginning).digest("hex").slice(0, 32)}`;
}

/** How much of a text is in the store already. */
export interface Overlap {
  /** The known text it begins with, the longest of several; undefined when it is new. */
  readonly known: KnownText | undefined;
  /** Nothing follows: all of it is in the store. */
  readonly complete: boolean;
}

/** Reads an input as far as known texts go, and finds the longest that it begins with. */
export async function overlapWith(input: Input, known: readonly KnownText[]): Promise<Overlap> {
  if (known.length === 0) return { known: undefined, complete: false };
  const longest = Math.max(...known.map(({ text_bytes }) => text_bytes));
  const reader = new TextHash(known);
  for await (const chunk of decompress(input.open(), input.name)) {
    reader.add(chunk);
    if (reader.bytes > longest) return { known: reader.known, complete: false };
  }
  const bytes = reader.known?.text_bytes;
  return { known: reader.known, complete: bytes === reader.bytes && bytes > 0 };
}

/** The hash of a text as it passes, and the known texts that it turns out to begin with. */
export class TextHash {
  readonly #hash: Hash = createHash("sha256");
  readonly #ahead: KnownText[];
  #known: KnownText | undefined;
  #bytes = 0;

  constructor(known: readonly KnownText[] = []) {
    this.#ahead = known.toSorted((a, b) => a.text_bytes - b.text_bytes);
  }

  add(chunk: Buffer): void {
    let rest = chunk;
    for (
      let next = this.#ahead[0];
      next !== undefined && this.#bytes + rest.length >= next.text_bytes;
      next = this.#ahead[0]
    ) {
      rest = this.#take(rest, next.text_bytes - this.#bytes);
      if (this.content === next.content) this.#known = next;
      this.#ahead.shift();
    }
    this.#take(rest, rest.length);
  }

  #take(chunk: Buffer, length: number): Buffer {
    this.#hash.update(chunk.subarray(0, length));
    this.#bytes += length;
    return chunk.subarray(length);
  }

  /** The longest known text so far. */
  get known(): KnownText | undefined {
    return this.#known;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get content(): string {
    return this.#hash.copy().digest("hex");
  }
}

/** Passes on what follows a known text, once it is sure that the input still begins with it. */
export async function* following(
  chunks: AsyncIterable<Buffer>,
  hash: TextHash,
  known: KnownText | undefined,
  name: string,
): AsyncGenerator<Buffer> {
  const skip = known?.text_bytes ?? 0;
  for await (const chunk of chunks) {
    const start = Math.max(0, skip - hash.bytes);
    hash.add(chunk);
    if (start >= chunk.length) continue;
    if (known !== undefined && hash.known !== known) throw changed(name);
    yield start === 0 ? chunk : chunk.subarray(start);
  }
  if (hash.bytes < skip) throw changed(name);
}

/** A line longer than this is cut anyway: it is not waited for. */
const LONGEST_LINE = 32 * 2 ** 20;
const EMPTY = Buffer.alloc(0);

/** Leaves out what follows the last line end, and says so: the next ingest finds the line whole. */
export async function* wholeLines(
  chunks: AsyncIterable<Buffer>,
  onRest: () => void,
): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(10) + 1;
    rest.push(chunk);
    size += chunk.length;
    if (end === 0 && size <= LONGEST_LINE) continue;
    const half = end === 0 ? EMPTY : chunk.subarray(end);
    rest[rest.length - 1] = chunk.subarray(0, chunk.length - half.length);
    yield* rest;
    [rest, size] = half.length === 0 ? [[], 0] : [[half], half.length];
  }
  if (size > 0) onRest();
}

export const changed = (name: string): Problem =>
  new Problem({
    code: "input-changed",
    what: "A log was replaced or cut while it was read",
    where: name,
    why: "It was probably rotated at this moment; nothing of it entered the store",
    help: "Run the command again, with the rotated file among the sources",
    exit: 3,
  });
