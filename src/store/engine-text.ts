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

/** Where a text has one of these, `engineText` changes it; `startsBlank` tells of its first line. */
export const SIGNS = ["\n\n", "\n\r\n", "\n\uFEFF"].map((text) => Buffer.from(text));
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

/** Whether a clean text begins with a blank line. */
export const startsBlank = (head: Buffer): boolean =>
  head[0] === LF || (head[0] === CR && head[1] === LF);

/** Whether the line that starts here is blank or begins with a byte order mark. */
const isOdd = (block: Buffer, start: number): boolean =>
  block[start] === LF || block.subarray(start, start + BOM.length).equals(BOM);
