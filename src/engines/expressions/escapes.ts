/**
 * What one step of taking escapes back looks at: a run of bytes that are UTF-8 together, a single
 * escape, or text without any. The same notations as `formats/compile/escapes.ts` reads.
 */
const HEX = (digits: string): string => `\\\\x${digits}`;
const TAIL = HEX("[89ABab][0-9A-Fa-f]");

/** UTF-8 as RFC 3629 has it, written `\xHH`; NUL is none of it. */
const CHARACTER = [
  HEX("0[1-9A-Fa-f]"),
  HEX("[1-7][0-9A-Fa-f]"),
  `${HEX("(?:[Cc][2-9A-Fa-f]|[Dd][0-9A-Fa-f])")}${TAIL}`,
  `${HEX("[Ee]0")}${HEX("[ABab][0-9A-Fa-f]")}${TAIL}`,
  `${HEX("(?:[Ee][1-9A-Ca-cEeFf])")}${TAIL}${TAIL}`,
  `${HEX("[Ee][Dd]")}${HEX("[89][0-9A-Fa-f]")}${TAIL}`,
  `${HEX("[Ff]0")}${HEX("[9ABab][0-9A-Fa-f]")}${TAIL}${TAIL}`,
  `${HEX("[Ff][1-3]")}${TAIL}${TAIL}${TAIL}`,
  `${HEX("[Ff]4")}${HEX("8[0-9A-Fa-f]")}${TAIL}${TAIL}`,
].join("|");

/** A run of characters: what is left of it without `\x` is their UTF-8 in hexadecimal. */
export const RUN = `(?:${CHARACTER})+`;

/** A character of ASCII, written `\u00HH`; its byte in hexadecimal begins at `UNIT_BYTE`. */
export const ASCII_UNIT = "\\\\u00(?:0[1-9A-Fa-f]|[1-7][0-9A-Fa-f])";
export const UNIT_BYTE = 5;
/** NUL is shown as the byte that it is. */
export const NUL_UNIT = "\\u0000";

/** The pieces of a text: all of it, in order. */
export const PIECES = `${RUN}|\\\\x[0-9A-Fa-f]{2}|\\\\u00[0-7][0-9A-Fa-f]|\\\\[^u]|[^\\\\]+|\\\\`;

/** A byte that is part of no character: shown with capital digits. */
export const BYTE = "\\\\x[0-9A-Fa-f]{2}";

/** `\uHHHH` beyond ASCII is read by none of the engines: such a line is refused. */
export const UNIT =
  "\\\\u(?:00[89A-Fa-f]|0[1-9A-Fa-f][0-9A-Fa-f]|[1-9A-Fa-f][0-9A-Fa-f]{2})[0-9A-Fa-f]";

/** Escapes of one character and what they stand for. */
export const SINGLE: readonly (readonly [escape: string, code: number])[] = [
  ['\\"', 34],
  ["\\\\", 92],
  ["\\n", 10],
  ["\\t", 9],
  ["\\r", 13],
  ["\\b", 8],
  ["\\f", 12],
  ["\\v", 11],
  ["\\a", 7],
];

/** Percent-encoded bytes, or text without any: all of it, in order. */
export const PERCENT_PIECES = "(?:%[0-9A-Fa-f]{2})+|[^%]+|%";
export const PERCENT_RUN = "(?:%[0-9A-Fa-f]{2})+";

/** Between the groups of a line, where an engine joins them for a while: lines with it are refused. */
export const BORDER = "\uF8FE";
