import { describe, expect, test } from "vitest";
import { Xxh64 } from "../../src/sources/xxh64.js";
import { noZstd, zstd } from "./zstd-samples.js";

function checksum(bytes: Buffer, piece: number): bigint {
  const hash = new Xxh64();
  for (let at = 0; at < bytes.length; at += piece) hash.update(bytes.subarray(at, at + piece));
  return hash.digest();
}

describe("the checksum", () => {
  const known: [text: string, hash: bigint][] = [
    ["", 0xef46db3751d8e999n],
    ["a", 0xd24ec4f1a98c6e5bn],
    ["abc", 0x44bc2cf5ad770999n],
    ["Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1n],
  ];
  test.each(known)("of %j", (text, hash) => {
    expect(checksum(Buffer.from(text), 7)).toBe(hash);
  });

  test.skipIf(noZstd)("is the one that the zstd program writes, for every length and cut", () => {
    const bytes = Buffer.from(Array.from({ length: 200 }, (_, n) => (n * 167) % 256));
    for (let length = 0; length <= bytes.length; length += 3) {
      const packed = zstd(bytes.subarray(0, length), "--check");
      const written = BigInt(packed.readUInt32LE(packed.length - 4));
      for (const piece of [1, 5, 31, 32, 33, 200]) {
        expect(BigInt.asUintN(32, checksum(bytes.subarray(0, length), piece))).toBe(written);
      }
    }
  });
});
