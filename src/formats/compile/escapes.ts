import { MARKER, markersToBytes, markersToText } from "../../sources/clean-lines.js";
import type { Escaping } from "../layout.js";

const CONTROL: Record<string, number> = { n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, a: 7 };
const NUL = "\\x00";
const ESCAPE = /\\(?:u00|x)00|((?:\\u(?!0000)[0-9A-Fa-f]{4})+)|\\(?:x([0-9A-Fa-f]{2})|([\s\S]))/g;

/**
 * Takes back what Apache, nginx, Tomcat and HAProxy write for bytes that would break a line:
 * `\"`, `\\`, `\n`, `\xHH`, `\uHHHH`. Bytes that are UTF-8 together become their character; others stay
 * visible as `\xHH`, as does NUL, which no engine carries safely.
 */
export function unescapeBackslashes(text: string, units: Units = unescapeUnits): string {
  if (!text.includes("\\")) return text;
  // Nothing that is taken back is longer than what was written for it.
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text));
  let length = 0;
  let end = 0;
  for (const match of text.matchAll(ESCAPE)) {
    if (match.index > end) length += bytes.write(text.slice(end, match.index), length);
    const plain = unescapeOne(match, units);
    if (typeof plain === "number") bytes[length++] = plain;
    else length += plain.copy(bytes, length);
    end = match.index + match[0].length;
  }
  length += bytes.write(text.slice(end), length);
  return decodeUtf8(bytes.subarray(0, length));
}

/** What a run of `\uHHHH` stands for. */
type Units = (codes: number[]) => Buffer;

/** One byte, or several. */
function unescapeOne([all, run, hex, char]: RegExpMatchArray, units: Units): number | Buffer {
  if (run !== undefined) {
    const codes = run.split("\\u").slice(1);
    return units(codes.map((digits) => Number.parseInt(digits, 16)));
  }
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (char === undefined) return Buffer.from(NUL);
  if (char === '"' || char === "\\") return char.charCodeAt(0);
  // An escape that no writer uses is text that happens to hold a backslash: DOMAIN\user.
  return CONTROL[char] ?? Buffer.from(all);
}

/**
 * UTF-16 as JSON and Go write it, or, as Tomcat writes what it received, one byte each. Bytes that
 * are UTF-8 together are taken as such.
 */
const unescapeUnits: Units = (codes) => {
  const bytes = Buffer.from(codes.filter((code) => code < 256));
  const isUtf8 = bytes.length === codes.length && !bytes.toString("utf8").includes("\uFFFD");
  // One argument a unit would be too many for a long run.
  return isUtf8
    ? bytes
    : Buffer.from(Buffer.from(Uint16Array.from(codes).buffer).toString("utf16le"));
};

const unescapeBytes: Units = (codes) =>
  Buffer.concat(
    codes.map((code) => (code < 256 ? Buffer.of(code) : Buffer.from(String.fromCharCode(code)))),
  );

/** UTF-8 text; every byte that is not part of a valid sequence is shown as `\xHH`. */
function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\uFFFD")) return text;
  let shown = "";
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      shown += `\\x${bytes
        .subarray(at, at + 1)
        .toString("hex")
        .toUpperCase()}`;
      at += 1;
    } else {
      shown += bytes.toString("utf8", at, at + length);
      at += length;
    }
  }
  return shown;
}

/** Length of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    const character = bytes.toString("utf8", at, at + length);
    if (!character.startsWith("\uFFFD")) return length;
    if (isReplacement(bytes, at, length)) return length;
  }
  return 0;
}

/** U+FFFD itself, written out in the log. */
const isReplacement = (bytes: Buffer, at: number, length: number): boolean =>
  length === 3 && bytes.readUIntBE(at, 3) === 0xefbfbd;

/** A value as people should see it: escapes taken back, unreadable bytes as `\xHH`. */
export function readable(text: string, escaping: Escaping): string {
  if (escaping === "backslash") return unescapeBackslashes(markersToText(text));
  if (escaping === "bytes") return unescapeBackslashes(markersToText(text), unescapeBytes);
  return MARKER.test(text) ? decodeUtf8(markersToBytes(text)).replaceAll("\0", NUL) : text;
}
