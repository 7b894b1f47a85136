import {
  LineRewriter,
  MAX_LINE_BYTES,
  countLines,
  isCleanBlock,
  type CleanStats,
} from "./line-rewrite.js";
import { Peekable } from "./peekable.js";

export { CUT_LINE, MARKER, NEVER_DELIMITER, NEVER_NULL } from "./markers.js";
export { markersToBytes, markersToText } from "./markers.js";
export { isClean } from "./is-clean.js";
export { MAX_LINE_BYTES, type CleanStats } from "./line-rewrite.js";

export interface CleanOptions {
  /** The longest line that passes, its end not counted; at least 1 KiB. */
  maxLineBytes?: number;
}

const LEAST_LINE_BYTES = 1024;
const BATCH = 1 << 20;
const CR = 0x0d;
const LF = 0x0a;
const END = Buffer.from([LF]);
const CRLF = Buffer.from([CR, LF]);
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Lines that a text column can hold, in batches of about 1 MiB that end where a line ends: valid
 * UTF-8, no byte order mark, no NUL, LF or CRLF at every end, the last one included, no CR elsewhere,
 * no line over the limit. What cannot stand is replaced by marker characters, from which
 * `markersToBytes` makes the original bytes again; a line over the limit is cut, see `CUT_LINE`.
 *
 * @example
 * const stats = { lines: 0, dirty: 0, cut: 0 };
 * for await (const block of cleanLines(decompress(input.open(), input.name), stats)) …
 */
export async function* cleanLines(
  chunks: AsyncIterable<Buffer>,
  stats: CleanStats,
  options: CleanOptions = {},
): AsyncGenerator<Buffer> {
  const maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  if (maxLineBytes < LEAST_LINE_BYTES) {
    throw new RangeError(`maxLineBytes must be at least ${LEAST_LINE_BYTES}`);
  }
  const cleaner = new LineCleaner(stats, maxLineBytes);
  for await (const chunk of withoutBom(chunks)) yield* cleaner.push(chunk);
  yield* cleaner.end();
}

/** Also several marks, as `cat` leaves them: the first line must not begin with one. */
async function* withoutBom(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = new Peekable(chunks);
  try {
    while (BOM.equals((await stream.peek(BOM.length)).subarray(0, BOM.length))) {
      stream.drop(BOM.length);
    }
    yield* stream;
  } finally {
    await stream.close();
  }
}

/** A line that is longer than allowed and whose end has not been seen yet. */
interface LongLine {
  readonly head: Buffer;
  length: number;
  /** Whether its last byte so far is a CR: the line's end if an LF follows. */
  endsInCr: boolean;
}

/** Collects chunks until they hold whole lines. */
class LineCleaner {
  readonly #stats: CleanStats;
  readonly #maxLineBytes: number;
  readonly #rewriter: LineRewriter;
  #parts: Buffer[] = [];
  #size = 0;
  /** How many bytes of the parts are whole lines. */
  #whole = 0;
  #long: LongLine | undefined;

  constructor(stats: CleanStats, maxLineBytes: number) {
    this.#stats = stats;
    this.#maxLineBytes = maxLineBytes;
    this.#rewriter = new LineRewriter(stats, maxLineBytes);
  }

  *push(chunk: Buffer): Generator<Buffer> {
    let rest = chunk;
    if (this.#long) {
      const end = rest.indexOf(LF);
      this.#lengthen(this.#long, end < 0 ? rest : rest.subarray(0, end));
      if (end < 0) return;
      yield this.#endLong(this.#long);
      rest = rest.subarray(end + 1);
    }
    this.#add(rest);
    if (this.#size < BATCH) return;
    if (this.#whole > 0) yield this.#takeWhole();
    // One more than the limit: the last byte may be the CR of the line's end.
    if (this.#whole === 0 && this.#size > this.#maxLineBytes + 1) this.#beginLong();
  }

  /** The last lines, the very last one ended if it was not. */
  *end(): Generator<Buffer> {
    if (this.#long) {
      const { head, length } = this.#long;
      yield Buffer.concat([this.#rewriter.cut(head, length), END]);
      return;
    }
    if (this.#whole > 0) yield this.#takeWhole();
    if (this.#size === 0) return;
    const last = Buffer.concat(this.#parts);
    yield Buffer.concat([this.#rewriter.line(last) ?? last, END]);
  }

  #add(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const end = chunk.lastIndexOf(LF);
    if (end >= 0) this.#whole = this.#size + end + 1;
    this.#parts.push(chunk);
    this.#size += chunk.length;
  }

  #takeWhole(): Buffer {
    const all = this.#takeAll();
    const block = all.subarray(0, this.#whole);
    const tail = all.subarray(this.#whole);
    this.#whole = 0;
    this.#add(tail);
    if (block.length > this.#maxLineBytes || !isCleanBlock(block)) {
      return this.#rewriter.block(block);
    }
    this.#stats.lines += countLines(block);
    return block;
  }

  #takeAll(): Buffer {
    const [only] = this.#parts;
    const all = only && this.#parts.length === 1 ? only : Buffer.concat(this.#parts, this.#size);
    this.#parts = [];
    this.#size = 0;
    return all;
  }

  #beginLong(): void {
    const line = this.#takeAll();
    this.#long = {
      head: Buffer.from(line.subarray(0, this.#rewriter.headBytes)),
      length: line.length,
      endsInCr: line[line.length - 1] === CR,
    };
  }

  #lengthen(line: LongLine, more: Buffer): void {
    if (more.length === 0) return;
    line.length += more.length;
    line.endsInCr = more[more.length - 1] === CR;
  }

  #endLong(line: LongLine): Buffer {
    this.#long = undefined;
    const ending = line.endsInCr ? CRLF : END;
    const length = line.endsInCr ? line.length - 1 : line.length;
    return Buffer.concat([this.#rewriter.cut(line.head, length), ending]);
  }
}
