import { isUtf8 } from "node:buffer";
import { cutNote, isMarkerAt, nextMarker, writeMarker } from "./markers.js";
import { sequenceAt } from "./utf8.js";

const NUL = 0x00;
const CR = 0x0d;
const LF = 0x0a;
/**
 * The longest line that passes unless another limit is given: a little under 16 MiB, because DuckDB
 * counts the line's end too, and gives the whole file up for one line over its `max_line_size`.
 */
export const MAX_LINE_BYTES = 16 * 1024 * 1024 - 1024;
/** What is kept of a line that is too long: enough to see whose it is. */
const KEPT = 64 * 1024;

/** What was met in the lines cleaned so far. */
export interface CleanStats {
  /** All lines, blank ones too. */
  lines: number;
  /** Lines that hold marker characters for bytes that cannot stand in text. */
  dirty: number;
  /** Lines that were too long and were cut; these are not in `dirty`. */
  cut: number;
}

/** Whether a block of whole lines needs no change, so that it need not be looked at line by line. */
export function isCleanBlock(block: Buffer): boolean {
  return isPlain(block) && !hasLoneCr(block);
}

/** UTF-8 without NUL, which databases and C programs do not carry, and without marker characters. */
export const isPlain = (bytes: Buffer): boolean =>
  isUtf8(bytes) && !bytes.includes(NUL) && nextMarker(bytes, 0) < 0;

/** Whether a CR stands where no LF follows; one at the very end counts. */
export function hasLoneCr(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] !== LF) return true;
  }
  return false;
}

export function countLines(block: Buffer): number {
  let lines = 0;
  for (let at = block.indexOf(LF); at >= 0; at = block.indexOf(LF, at + 1)) lines++;
  return lines;
}

/** Rewrites the lines that cannot stand as they are. */
export class LineRewriter {
  readonly #stats: CleanStats;
  readonly #maxLineBytes: number;

  constructor(stats: CleanStats, maxLineBytes: number) {
    this.#stats = stats;
    this.#maxLineBytes = maxLineBytes;
  }

  /** As much of a line's beginning as `cut` can need. */
  get headBytes(): number {
    return this.#keep + 4;
  }

  /** Where a quarter is less than 64 KiB: three bytes for each kept one, and the note, must fit. */
  get #keep(): number {
    return Math.min(KEPT, this.#maxLineBytes >> 2);
  }

  /** A block of whole lines, made clean line by line; the lines are counted. */
  block(block: Buffer): Buffer {
    const parts: Buffer[] = [];
    let unchanged = 0;
    for (let start = 0; start < block.length;) {
      const end = block.indexOf(LF, start);
      const contentEnd = end > start && block[end - 1] === CR ? end - 1 : end;
      const rewritten = this.line(block.subarray(start, contentEnd));
      if (rewritten) {
        parts.push(block.subarray(unchanged, start), rewritten);
        unchanged = contentEnd;
      }
      start = end + 1;
    }
    parts.push(block.subarray(unchanged));
    return Buffer.concat(parts);
  }

  /** One line without its end, made clean and counted; undefined when it is clean as it is. */
  line(content: Buffer): Buffer | undefined {
    if (content.length > this.#maxLineBytes) return this.cut(content, content.length);
    const isClean = isPlain(content) && !content.includes(CR);
    const marked = isClean ? content : mark(content);
    if (marked.length > this.#maxLineBytes) return this.cut(content, content.length);
    this.#stats.lines++;
    if (isClean) return undefined;
    this.#stats.dirty++;
    return marked;
  }

  /** The beginning of a line that is too long, and the note that says so; it is counted. */
  cut(head: Buffer, length: number): Buffer {
    this.#stats.lines++;
    this.#stats.cut++;
    const kept = wholeCharacters(head, this.#keep);
    return Buffer.concat([mark(head.subarray(0, kept)), Buffer.from(cutNote(length - kept))]);
  }
}

/** A length of at most `most` bytes that does not end inside a character. */
function wholeCharacters(bytes: Buffer, most: number): number {
  for (let back = 1; back <= 3 && back <= most; back++) {
    if (sequenceAt(bytes, most - back) > back) return most - back;
  }
  return Math.min(most, bytes.length);
}

/** The content of a line with a marker character for every byte that cannot stand. */
function mark(content: Buffer): Buffer {
  const marked = Buffer.allocUnsafe(content.length * 3);
  let to = 0;
  for (let at = 0; at < content.length;) {
    const byte = content[at] ?? 0;
    if (byte < 0x80 && byte !== CR && byte !== NUL) {
      marked[to++] = byte;
      at++;
      continue;
    }
    const length = byte < 0x80 ? 0 : sequenceAt(content, at);
    if (length === 0 || (byte === 0xee && isMarkerAt(content, at))) {
      to = writeMarker(byte, marked, to);
      at++;
    } else {
      for (const end = at + length; at < end; at++) marked[to++] = content[at] ?? 0;
    }
  }
  return marked.subarray(0, to);
}
