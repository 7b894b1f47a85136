/*
 * Marker characters stand for bytes that cannot stand in a text column: U+EF00 + the byte.
 * They are in Unicode's private use area. One that was really in the log has its own three bytes
 * marked one by one, so the original bytes can always be told from the cleaned text.
 */
const FIRST = 0xef00;

/** Any marker character. */
export const MARKER = /[\uEF00-\uEFFF]/;

/*
 * Only bytes that are no ASCII text, CR and NUL are ever marked. The markers of ordinary letters can
 * therefore not occur in cleaned lines, whoever wrote the log, and are free for other use.
 */
/** A field delimiter for readers that must have one: it never stands in a cleaned line. */
export const NEVER_DELIMITER = "\uEF41";
/** A null text for readers that must have one: it never stands in a cleaned line. */
export const NEVER_NULL = "\uEF42";

/** Begins the note at the end of a line that was too long; a line cannot hold an LF, marked or not. */
const CUT = "\uEF0A";

/** A line that was cut: group 1 is what was kept of it, group 2 the number of bytes left out. */
export const CUT_LINE = /^([^]*)\uEF0A…\[cut: (\d+) bytes\]$/;

/** The note that ends a line that was too long. */
export function cutNote(bytes: number): string {
  return `${CUT}…[cut: ${bytes} bytes]`;
}

/**
 * The original bytes of a cleaned text. Of a line that was cut they end with the note about it.
 *
 * @example
 * markersToBytes("caf\uEFE9") // <Buffer 63 61 66 e9>
 */
export function markersToBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll(CUT, ""), "utf8");
  let to = 0;
  let from = 0;
  for (let at = nextMarker(bytes, 0); at >= 0; at = nextMarker(bytes, from)) {
    to += bytes.copy(bytes, to, from, at);
    bytes[to++] = (((bytes[at + 1] ?? 0) & 0x03) << 6) | ((bytes[at + 2] ?? 0) & 0x3f);
    from = at + 3;
  }
  to += bytes.copy(bytes, to, from);
  return bytes.subarray(0, to);
}

/**
 * A cleaned text for people: marker characters as `\xHH`.
 *
 * @example
 * markersToText("caf\uEFE9") // "caf\\xE9"
 */
export function markersToText(text: string): string {
  return text
    .replaceAll(CUT, "")
    .replace(/[\uEF00-\uEFFF]/g, (marker) => `\\x${hex(marker.charCodeAt(0) - FIRST)}`);
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

/** Where the next marker character begins in UTF-8 bytes: EE BC 80 to EE BF BF; -1 when there is none. */
export function nextMarker(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xee, from); at >= 0; at = bytes.indexOf(0xee, at + 1)) {
    if (isMarkerAt(bytes, at)) return at;
  }
  return -1;
}

/** Whether the byte 0xEE at a place begins a marker character. */
export function isMarkerAt(bytes: Buffer, at: number): boolean {
  const second = bytes[at + 1];
  return second !== undefined && second >= 0xbc && second <= 0xbf;
}

/** Writes the marker of a byte, three bytes of UTF-8, and returns the place after it. */
export function writeMarker(byte: number, target: Buffer, at: number): number {
  target[at] = 0xee;
  target[at + 1] = 0xbc | (byte >> 6);
  target[at + 2] = 0x80 | (byte & 0x3f);
  return at + 3;
}
