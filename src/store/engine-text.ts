import { open } from "node:fs/promises";
import { writeMarker } from "../sources/markers.js";

/*
 * Habits of the engine's CSV reader that would lose bytes or lines: it leaves blank lines out, so that
 * all later lines were counted wrong, drops a byte order mark at the start of any line, and gives a
 * file up when LF and CRLF are mixed and it happens to divide its work at one of them.
 */
const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from("\uFEFF");
const MARKED_BOM = Buffer.alloc(9);
BOM.forEach((byte, at) => writeMarker(byte, MARKED_BOM, at * 3));

/** Found before the line end it stands at, these mean that lines must be rewritten. */
const SIGNS = ["\n\n", "\n\r\n", "\n\uFEFF"].map((text) => Buffer.from(text));
const BLANK = Buffer.from(" ");

/**
 * A block of whole clean lines as the engine reads it without loss: lines end in LF, a blank line
 * holds a space, a mark at the start of a line is three marker characters.
 */
export function engineText(lines: Buffer): { readonly text: Buffer; readonly marked: boolean } {
  const block = withoutCr(lines);
  if (!SIGNS.some((sign) => block.includes(sign)) && !isOdd(block, 0)) {
    return { text: block, marked: false };
  }
  const parts: Buffer[] = [];
  let unchanged = 0;
  let marked = false;
  for (let start = 0; start < block.length; start = block.indexOf(LF, start) + 1) {
    if (!isOdd(block, start)) continue;
    const isBom = block.subarray(start, start + BOM.length).equals(BOM);
    parts.push(block.subarray(unchanged, start), isBom ? MARKED_BOM : BLANK);
    unchanged = isBom ? start + BOM.length : start;
    marked ||= isBom;
  }
  parts.push(block.subarray(unchanged));
  return { text: Buffer.concat(parts), marked };
}

/** In clean lines a CR only stands before an LF. */
function withoutCr(lines: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = lines.indexOf(CR); at >= 0; at = lines.indexOf(CR, from)) {
    parts.push(lines.subarray(from, at));
    from = at + 1;
  }
  if (from === 0) return lines;
  parts.push(lines.subarray(from));
  return Buffer.concat(parts);
}

/** Whether the line that starts here is blank or begins with a byte order mark. */
const isOdd = (block: Buffer, start: number): boolean =>
  block[start] === LF || block.subarray(start, start + BOM.length).equals(BOM);

const CHUNK = 2 ** 20;
const LONGEST = Math.max(...SIGNS.map((sign) => sign.length));

/**
 * Whether the engine may read a clean file as it lies: no blank line, no byte order mark but at the
 * very beginning, and none of `more` after the first line.
 */
export async function isPlain(file: string, more: readonly Buffer[] = []): Promise<boolean> {
  const wanted = [...SIGNS, ...more];
  const room = Math.max(LONGEST, ...more.map((text) => text.length));
  const buffer = Buffer.alloc(CHUNK + room);
  const handle = await open(file);
  try {
    let kept = 0;
    for (let first = true; ; first = false) {
      const { bytesRead } = await handle.read(buffer, kept, CHUNK, null);
      if (bytesRead === 0) return true;
      const filled = buffer.subarray(0, kept + bytesRead);
      if (first && (filled[0] === LF || (filled[0] === CR && filled[1] === LF))) return false;
      if (wanted.some((sign) => filled.includes(sign))) return false;
      kept = Math.min(room - 1, filled.length);
      filled.copy(buffer, 0, filled.length - kept);
    }
  } finally {
    await handle.close();
  }
}
