import { open } from "node:fs/promises";
import { cannotRead, errorCode } from "./file-problems.js";
import { MAX_LINE_BYTES, hasLoneCr, isPlain } from "./line-rewrite.js";
import { archiveProblem, compressionOf, foreignProblem } from "./magic.js";
import { unfinished } from "./utf8.js";

const CHUNK = 1 << 20;
/** Room before a chunk for the end of the one before: a character or a CRLF cut in two. */
const ROOM = 8;
const CR = 0x0d;
const LF = 0x0a;

/**
 * Whether a file can be read as it lies, because `cleanLines` would not change a byte of it except
 * a byte order mark at its beginning and a missing end of the last line.
 * `onBytes` is told how many bytes were read each time.
 */
export async function isClean(
  path: string,
  signal?: AbortSignal,
  onBytes?: (n: number) => void,
): Promise<boolean> {
  try {
    return await isCleanFile(path, signal, onBytes);
  } catch (error) {
    throw errorCode(error) && !signal?.aborted ? cannotRead(path, error) : error;
  }
}

async function isCleanFile(
  path: string,
  signal: AbortSignal | undefined,
  onBytes: ((n: number) => void) | undefined,
): Promise<boolean> {
  const file = await open(path, "r");
  const read = async (buffer: Buffer): Promise<number> =>
    (await file.read(buffer, ROOM, CHUNK, null)).bytesRead;
  // Two buffers: one is looked at while the other is filled.
  let current = Buffer.allocUnsafeSlow(ROOM + CHUNK);
  let next = Buffer.allocUnsafeSlow(ROOM + CHUNK);
  let reading = read(current);
  try {
    const check = new Check();
    for (let bytes = await reading; bytes > 0; bytes = await reading) {
      signal?.throwIfAborted();
      reading = read(next);
      onBytes?.(bytes);
      if (!check.chunk(current, bytes)) return false;
      [current, next] = [next, current];
    }
    return check.isComplete;
  } finally {
    await reading.catch(() => 0);
    await file.close();
  }
}

class Check {
  #isFirst = true;
  /** The end of the last chunk that only the next one decides. */
  #open = Buffer.alloc(0);
  /** The length so far of the line that goes on in the next chunk. */
  #line = 0;

  get isComplete(): boolean {
    return this.#open.length === 0;
  }

  chunk(buffer: Buffer, bytes: number): boolean {
    const start = ROOM - this.#open.copy(buffer, ROOM - this.#open.length);
    const all = buffer.subarray(start, ROOM + bytes);
    if (this.#isFirst && isNoText(all)) return false;
    this.#isFirst = false;
    let end = all.length - unfinished(all);
    if (end > 0 && all[end - 1] === CR) end--;
    this.#open = Buffer.from(all.subarray(end));
    const text = all.subarray(0, end);
    return isPlain(text) && !hasLoneCr(text) && this.#isShortEnough(text);
  }

  #isShortEnough(text: Buffer): boolean {
    const end = text.indexOf(LF);
    if (this.#line + (end < 0 ? text.length : end) > MAX_LINE_BYTES) return false;
    this.#line = end < 0 ? this.#line + text.length : text.length - text.lastIndexOf(LF) - 1;
    return true;
  }
}

/** Compressed, packed, another encoding, or with a byte order mark that would stay in the first line. */
function isNoText(head: Buffer): boolean {
  return (
    compressionOf(head) !== undefined ||
    foreignProblem(head, "") !== undefined ||
    archiveProblem(head, "") !== undefined ||
    head.subarray(0, 6).equals(Buffer.from("\ufeff\ufeff"))
  );
}
