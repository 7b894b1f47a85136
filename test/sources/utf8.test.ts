import { isUtf8 } from "node:buffer";
import * as fc from "../fast-check.js";
import { expect, test } from "vitest";
import { sequenceAt, unfinished } from "../../src/sources/utf8.js";
import { hostileBytes } from "./hostile.js";

/** Valid throughout, decided sequence by sequence. */
function isValid(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length;) {
    const length = sequenceAt(bytes, at);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

test("sequences of two bytes and the beginnings of longer ones are told as buffer.isUtf8 tells them", () => {
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      for (const rest of [[], [0x80], [0xbf, 0x80], [0x80, 0xbf, 0x80]]) {
        const bytes = Buffer.from([first, second, ...rest]);
        if (isValid(bytes) !== isUtf8(bytes)) expect.fail(bytes.toString("hex"));
      }
    }
  }
});

test("any bytes are told as buffer.isUtf8 tells them", () => {
  fc.assert(fc.property(hostileBytes, (bytes) => isValid(bytes) === isUtf8(bytes)));
});

test("text cut anywhere is valid up to the unfinished character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (text, at) => {
      const all = Buffer.from(text);
      const bytes = all.subarray(0, at % (all.length + 1));
      return isUtf8(bytes.subarray(0, bytes.length - unfinished(bytes)));
    }),
  );
});
