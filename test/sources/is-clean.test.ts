import { writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "../fast-check.js";
import { beforeEach, describe, expect, test } from "vitest";
import { Problem } from "../../src/problems/problem.js";
import { MAX_LINE_BYTES, cleanLines } from "../../src/sources/clean-lines.js";
import { isClean } from "../../src/sources/is-clean.js";
import { hostileBytes } from "./hostile.js";
import { collect, temporaryFolder, whole } from "./streams.js";

const MIB = 1 << 20;
const raw = (latin1: string): Buffer => Buffer.from(latin1, "latin1");
let file: string;
beforeEach(async () => {
  file = path.join(await temporaryFolder(), "access.log");
});

describe("what may be read as it lies", () => {
  const table: [name: string, bytes: Buffer, clean: boolean][] = [
    ["an empty file", raw(""), true],
    ["lines", raw("a\n\nb\n"), true],
    ["no end at the end", raw("a"), true],
    ["CRLF", raw("a\r\nb\r\n"), true],
    ["a byte order mark", Buffer.from("\uFEFFa\n"), true],
    ["two byte order marks", Buffer.from("\uFEFF\uFEFFa\n"), false],
    ["NUL", raw("a\0\n"), false],
    ["a CR alone", raw("a\rb\n"), false],
    ["a CR before a CRLF", raw("a\r\r\n"), false],
    ["a CR at the very end", raw("a\r"), false],
    ["Latin-1", raw("caf\xe9\n"), false],
    ["a character cut off by the end", raw("a\n\xe2\x82"), false],
    ["a marker", Buffer.from("\uEF00\n"), false],
    ["other private characters", Buffer.from("\uEEFF\uF000\n"), true],
    ["gzip", gzipSync("a\n"), false],
    ["bzip2", raw("BZh91AY&SYabc\n"), false],
    ["a long line", Buffer.alloc(MAX_LINE_BYTES, "x"), true],
    [
      "a line over the limit",
      Buffer.concat([raw("a\n"), Buffer.alloc(MAX_LINE_BYTES + 1, "x")]),
      false,
    ],
  ];
  test.each(table)("%s", async (_name, bytes, clean) => {
    await writeFile(file, bytes);
    expect(await isClean(file)).toBe(clean);
  });

  const cut: [name: string, text: string, clean: boolean][] = [
    ["a character", "😀", true],
    ["a CRLF", "\r\n", true],
    ["a CR and something else", "\rx", false],
    ["a CR and half a character", "\r\xe2", false],
    ["a marker", "\uEF41", false],
    ["a marker's neighbour", "\uEEFF", true],
  ];
  test.each(cut)("%s across the border of two chunks", async (_name, text, clean) => {
    const middle = text === "\r\xe2" ? raw(text) : Buffer.from(text);
    for (let before = 1; before < middle.length; before++) {
      const start = Buffer.alloc(MIB - before, "x");
      await writeFile(file, Buffer.concat([start, middle, raw("\nlast\n")]));
      expect(await isClean(file)).toBe(clean);
    }
  });

  test("is exactly what cleanLines leaves alone", async () => {
    const property = fc.asyncProperty(hostileBytes, async (bytes) => {
      await writeFile(file, bytes);
      const stats = { lines: 0, dirty: 0, cut: 0 };
      const text = await collect(cleanLines(whole(bytes), stats));
      const twoMarks = bytes.subarray(0, 6).equals(Buffer.from("\uFEFF\uFEFF"));
      expect(await isClean(file)).toBe(stats.dirty === 0 && !twoMarks);
      if (stats.dirty === 0) expect(bytes.includes(text.subarray(0, -1))).toBe(true);
    });
    await fc.assert(property, { numRuns: 500 });
  });
});

test("progress tells the bytes, and a stop is a stop", async () => {
  await writeFile(file, Buffer.alloc(3 * MIB + 5, "x\n"));
  const read: number[] = [];
  expect(await isClean(file, undefined, (n) => read.push(n))).toBe(true);
  expect(read).toEqual([MIB, MIB, MIB, 5]);
  const controller = new AbortController();
  const reason = new Error("enough");
  const reading = isClean(file, controller.signal, () => controller.abort(reason));
  await expect(reading).rejects.toBe(reason);
});

test("a file that is not there is a Problem", async () => {
  await expect(isClean(`${file}.gone`)).rejects.toThrow(Problem);
});
