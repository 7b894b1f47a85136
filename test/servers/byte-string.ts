/*
 * What goes over the wire is written as a byte string: one character a byte, U+0000 to U+00FF.
 */

/** Text as the bytes of its UTF-8, `utf8("é")` is `"\xc3\xa9"`. */
export const utf8 = (text: string): string => Buffer.from(text).toString("latin1");

export const toBuffer = (bytes: string): Buffer => Buffer.from(bytes, "latin1");

export const base64 = (bytes: string): string => toBuffer(bytes).toString("base64");

/** Bytes `from` to `to`, both included. */
export const byteRange = (from: number, to: number): string =>
  String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, index) => from + index));

/** One character of well-formed UTF-8, NUL excepted (RFC 3629, section 4), or any one byte. */
const CHARACTER =
  /([\x01-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})|[^]/g;

/** Bytes as a record shows them: UTF-8 as its characters, each other byte as `\xHH`. */
export const shown = (bytes: string): string =>
  bytes.replace(CHARACTER, (byte: string, character: string | undefined) =>
    character === undefined
      ? `\\x${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`
      : toBuffer(character).toString("utf8"),
  );

/** A logged value: what is absent, empty or a single dash is NULL in the record. */
export const logged = (bytes: string | undefined): string | null =>
  bytes === undefined || bytes === "" || bytes === "-" ? null : shown(bytes);
