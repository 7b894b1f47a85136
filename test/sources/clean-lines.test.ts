import { isUtf8 } from "node:buffer";
import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import {
  CUT_LINE,
  MARKER,
  NEVER_DELIMITER,
  NEVER_NULL,
  cleanLines,
  markersToBytes,
  markersToText,
  type CleanOptions,
  type CleanStats,
} from "../../src/sources/clean-lines.js";
import { chunkLengths, hostileBytes } from "./hostile.js";
import { chunked, collect, pieces, whole } from "./streams.js";

async function clean(
  bytes: Buffer,
  lengths: readonly number[] = [bytes.length],
  options?: CleanOptions,
): Promise<{ text: Buffer; stats: CleanStats }> {
  const stats = { lines: 0, dirty: 0, cut: 0 };
  const text = await collect(cleanLines(chunked(bytes, lengths), stats, options));
  return { text, stats };
}

const raw = (latin1: string): Buffer => Buffer.from(latin1, "latin1");

describe("what comes out", () => {
  const table: [name: string, input: Buffer, output: string, lines: number, dirty: number][] = [
    ["nothing", raw(""), "", 0, 0],
    ["one line", raw("a\n"), "a\n", 1, 0],
    ["no end at the end", raw("a\nb"), "a\nb\n", 2, 0],
    ["blank lines count", raw("\n\na\n\n"), "\n\na\n\n", 4, 0],
    ["CRLF stays", raw("a\r\nb\r\n"), "a\r\nb\r\n", 2, 0],
    ["mixed ends stay", raw("a\r\nb\nc"), "a\r\nb\nc\n", 3, 0],
    ["a CR alone", raw("a\rb\n"), "a\uEF0Db\n", 1, 1],
    ["a CR before a CRLF", raw("a\r\r\n"), "a\uEF0D\r\n", 1, 1],
    ["a CR at the very end", raw("a\r"), "a\uEF0D\n", 1, 1],
    ["NUL", raw("a\0b\n"), "a\uEF00b\n", 1, 1],
    ["UTF-8 stays", Buffer.from("é漢😀\n"), "é漢😀\n", 1, 0],
    ["Latin-1", raw("caf\xe9 ol\xe9\nb\n"), "caf\uEFE9 ol\uEFE9\nb\n", 2, 1],
    ["a character cut off", raw("\xe2\x82\n"), "\uEFE2\uEF82\n", 1, 1],
    [
      "overlong and surrogate",
      raw("\xc0\xaf\xed\xa0\x80\n"),
      "\uEFC0\uEFAF\uEFED\uEFA0\uEF80\n",
      1,
      1,
    ],
    ["a marker in the log", Buffer.from("x\uEF41\n"), "x\uEFEE\uEFBD\uEF81\n", 1, 1],
    ["its neighbours stay", Buffer.from("\uEEFF\uF000\n"), "\uEEFF\uF000\n", 1, 0],
    ["a byte order mark", Buffer.from("\uFEFFa\n"), "a\n", 1, 0],
    ["two of them", Buffer.from("\uFEFF\uFEFFa\n"), "a\n", 1, 0],
    ["one inside", Buffer.from("a\uFEFF\n"), "a\uFEFF\n", 1, 0],
    ["nothing but a byte order mark", Buffer.from("\uFEFF"), "", 0, 0],
  ];
  test.each(table)("%s", async (_name, input, output, lines, dirty) => {
    for (const lengths of [[input.length], [1], [2, 1], [3]]) {
      const { text, stats } = await clean(input, lengths);
      expect(text.toString()).toBe(output);
      expect(stats).toEqual({ lines, dirty, cut: 0 });
    }
  });
});

describe("lines over the limit", () => {
  const limit = { maxLineBytes: 1024 };

  test("one of exactly the limit passes, its CRLF not counted", async () => {
    const line = "x".repeat(1024);
    const { text, stats } = await clean(raw(`${line}\r\n${line}\n${line}`), [100], limit);
    expect(text.toString()).toBe(`${line}\r\n${line}\n${line}\n`);
    expect(stats).toEqual({ lines: 3, dirty: 0, cut: 0 });
  });

  test("a longer one is cut, its neighbours are not touched", async () => {
    const { text, stats } = await clean(raw(`a\n${"x".repeat(1025)}\r\nb\n`), [100], limit);
    expect(text.toString()).toBe(`a\n${"x".repeat(256)}\uEF0A…[cut: 769 bytes]\r\nb\n`);
    expect(stats).toEqual({ lines: 3, dirty: 0, cut: 1 });
  });

  test("so is one that only the markers make too long", async () => {
    const { text, stats } = await clean(raw(`${"\xff".repeat(400)}\n`), [400], limit);
    expect(text.toString()).toBe(`${"\uEFFF".repeat(256)}\uEF0A…[cut: 144 bytes]\n`);
    expect(stats).toEqual({ lines: 1, dirty: 0, cut: 1 });
  });

  test("it is not cut inside a character", async () => {
    const { text } = await clean(Buffer.from(`x${"😀".repeat(400)}\n`), [64], limit);
    expect(text.toString()).toBe(`x${"😀".repeat(63)}\uEF0A…[cut: ${337 * 4} bytes]\n`);
  });

  test("one of many megabytes that never ends is not kept in memory", async () => {
    const chunk = Buffer.alloc(1 << 20, "x");
    const endless = async function* (): AsyncGenerator<Buffer> {
      for (let n = 0; n < 300; n++) yield await Promise.resolve(chunk);
    };
    const stats = { lines: 0, dirty: 0, cut: 0 };
    const before = process.memoryUsage().arrayBuffers;
    const text = await collect(cleanLines(endless(), stats));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150 << 20);
    expect(stats).toEqual({ lines: 1, dirty: 0, cut: 1 });
    expect(CUT_LINE.exec(text.toString().trimEnd())?.[1]).toHaveLength(64 * 1024);
    expect(CUT_LINE.exec(text.toString().trimEnd())?.[2]).toBe(String((300 << 20) - 64 * 1024));
  });

  test("the note cannot be written by somebody else", async () => {
    const { text } = await clean(Buffer.from("x\uEF0A…[cut: 5 bytes]\n"));
    expect(CUT_LINE.test(text.toString().trimEnd())).toBe(false);
  });

  test("a limit under 1 KiB is a mistake of the caller", async () => {
    await expect(clean(raw("a\n"), [2], { maxLineBytes: 1023 })).rejects.toThrow(RangeError);
  });
});

describe("batches", () => {
  test("end where a line ends and hold about 1 MiB, from chunks of any size", async () => {
    const line = `${"x".repeat(99)}\n`;
    const bytes = raw(line.repeat(50_000));
    for (const length of [4096, 65_536, 1 << 20, bytes.length]) {
      const stats = { lines: 0, dirty: 0, cut: 0 };
      const blocks = await pieces(cleanLines(chunked(bytes, [length]), stats));
      expect(stats.lines).toBe(50_000);
      expect(Buffer.concat(blocks).equals(bytes)).toBe(true);
      expect(blocks.every((block) => block.at(-1) === 0x0a)).toBe(true);
      if (length < bytes.length) expect(blocks.length).toBeLessThanOrEqual(6);
    }
  });

  test("a clean chunk is handed on, not copied", async () => {
    const bytes = raw(`${"x".repeat(99)}\n`.repeat(20_000));
    const [block] = await pieces(cleanLines(whole(bytes), { lines: 0, dirty: 0, cut: 0 }));
    expect(block?.buffer === bytes.buffer).toBe(true);
  });

  test("the stream is closed when the reader stops", async () => {
    let closed = false;
    const endless = async function* (): AsyncGenerator<Buffer> {
      try {
        for (;;) yield await Promise.resolve(raw(`${"x".repeat(1 << 20)}\n`));
      } finally {
        closed = true;
      }
    };
    const blocks = cleanLines(endless(), { lines: 0, dirty: 0, cut: 0 });
    for await (const block of blocks) if (block.length > 0) break;
    expect(closed).toBe(true);
  });
});

/** What the bytes are without the marks at their beginning, and with the last line ended. */
function settled(bytes: Buffer): Buffer {
  let rest = bytes;
  while (rest.subarray(0, 3).equals(Buffer.from("\uFEFF"))) rest = rest.subarray(3);
  const isEnded = rest.length === 0 || rest.at(-1) === 0x0a;
  return isEnded ? rest : Buffer.concat([rest, raw("\n")]);
}

describe("any bytes in any chunks", () => {
  test("become valid lines from which the original bytes can be made", async () => {
    const property = fc.asyncProperty(hostileBytes, chunkLengths, async (bytes, lengths) => {
      const { text, stats } = await clean(bytes, lengths);
      expect(isUtf8(text)).toBe(true);
      expect(text.length === 0 || text.at(-1) === 0x0a).toBe(true);
      expect(text.toString()).not.toMatch(/\r(?!\n)/);
      expect(text.subarray(0, 3).equals(Buffer.from("\uFEFF"))).toBe(false);
      expect(text.toString()).not.toContain(NEVER_DELIMITER);
      expect(text.toString()).not.toContain(NEVER_NULL);
      const lines = text.toString().split("\n").slice(0, -1);
      expect(stats.lines).toBe(lines.length);
      expect(stats.lines).toBe(settled(bytes).toString("latin1").split("\n").length - 1);
      expect(stats.dirty).toBe(lines.filter((line) => MARKER.test(line)).length);
      expect(markersToBytes(text.toString()).equals(settled(bytes))).toBe(true);
    });
    await fc.assert(property, { numRuns: 1500 });
  });

  test("are cut line by line at the limit, and only there", async () => {
    const long = fc
      .array(fc.tuple(hostileBytes, fc.integer({ min: 1, max: 60 })), { maxLength: 6 })
      .map((parts) =>
        Buffer.concat(parts.flatMap(([part, times]) => Array<Buffer>(times).fill(part))),
      );
    const lengths = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 9 });
    const property = fc.asyncProperty(long, lengths, async (bytes, chunks) => {
      const { text, stats } = await clean(bytes, chunks, { maxLineBytes: 1024 });
      const originals = settled(bytes).toString("latin1").split("\n").slice(0, -1);
      const lines = text.toString().split("\n").slice(0, -1);
      expect(isUtf8(text)).toBe(true);
      expect(lines.length).toBe(originals.length);
      expect(stats.lines).toBe(originals.length);
      let cut = 0;
      lines.forEach((line, at) => {
        const content = line.replace(/\r$/, "");
        expect(Buffer.byteLength(content)).toBeLessThanOrEqual(1024);
        const isOpen = at === lines.length - 1 && bytes.at(-1) !== 0x0a;
        const original = raw((originals[at] ?? "").replace(isOpen ? "" : /\r$/, ""));
        const match = CUT_LINE.exec(content);
        if (!match) {
          expect(markersToBytes(line).equals(raw(originals[at] ?? ""))).toBe(true);
          return;
        }
        cut++;
        const kept = markersToBytes(match[1] ?? "");
        expect(kept.equals(original.subarray(0, kept.length))).toBe(true);
        expect(kept.length + Number(match[2])).toBe(original.length);
      });
      expect(stats.cut).toBe(cut);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test("give the same lines however they are cut", async () => {
    const property = fc.asyncProperty(hostileBytes, chunkLengths, async (bytes, lengths) => {
      expect((await clean(bytes, lengths)).text.equals((await clean(bytes)).text)).toBe(true);
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

describe("markers", () => {
  test("every byte has one, and it is undone", async () => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const { text } = await clean(every);
    expect(markersToBytes(text.toString()).subarray(0, 256).equals(every)).toBe(true);
  });

  const shown: [text: string, plain: string][] = [
    ["plain", "plain"],
    ["caf\uEFE9", "caf\\xE9"],
    ["a\uEF0Db", "a\\x0Db"],
    ["\uEFEE\uEFBD\uEF81", "\\xEE\\xBD\\x81"],
    ["x\uEF0A…[cut: 5 bytes]", "x…[cut: 5 bytes]"],
  ];
  test.each(shown)("%j is shown as %j", (text, plain) => {
    expect(markersToText(text)).toBe(plain);
  });

  test("a line that was cut has the note in its bytes, and no line end", () => {
    expect(markersToBytes("\uEFFFx\uEF0A…[cut: 5 bytes]")).toEqual(
      Buffer.concat([raw("\xffx"), Buffer.from("…[cut: 5 bytes]")]),
    );
  });
});
