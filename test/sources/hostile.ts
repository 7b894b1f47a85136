import * as fc from "../fast-check.js";

/** The bytes that decide something, alone and in the company that makes them dangerous. */
const SPECIAL = [
  "\n",
  "\r",
  "\r\n",
  "\r\r\n",
  "\n\n",
  "\0",
  "\uFEFF",
  "\uEF00",
  "\uEF0A",
  "\uEF41",
  "\uEF42",
  "\uEFFF",
  "\uEEFF",
  "\uF000",
  "é",
  "漢",
  "😀",
  '"',
  "…[cut: 5 bytes]",
  "\u0001\u0002\u0003\u0004",
].map((text) => Buffer.from(text));
const BROKEN = ["ff", "c3", "e2 82", "f0 9f 98", "ed a0 80", "c0 af", "80", "ee", "ee bc", "ef bb"];

/** Bytes as nobody should log them. */
export const hostileBytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SPECIAL),
      fc.constantFrom(...BROKEN.map((hex) => Buffer.from(hex.replaceAll(" ", ""), "hex"))),
      fc.string({ maxLength: 12 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts));

/** How a stream is cut into chunks. */
export const chunkLengths: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 30 }), {
  minLength: 1,
  maxLength: 20,
});
