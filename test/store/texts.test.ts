import { createHash } from "node:crypto";
import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import type { KnownText } from "../../src/store/objects.js";
import {
  following,
  overlapWith,
  TextHash,
  textIdentity,
  wholeLines,
} from "../../src/store/texts.js";

const known = (text: string): KnownText => ({
  text_bytes: text.length,
  content: createHash("sha256").update(text).digest("hex"),
  lines: text.split("\n").length - 1,
});

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

async function all(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

describe("a text's identity is its first line that is no comment, and what stands before it", () => {
  test.each([
    ["grows", "one\n", "one\ntwo\n", true],
    ["has another first line", "one\n", "two\n", false],
    ["has the same header and other lines", "#h\none\n", "#h\ntwo\n", false],
    ["grows under a header", "#h\none\n", "#h\none\ntwo\n", true],
    ["has a first line of many pages", "x".repeat(9000), "x".repeat(20_000), true],
  ])("%s", (_what, a, b, same) => {
    expect(textIdentity(Buffer.from(a)) === textIdentity(Buffer.from(b))).toBe(same);
  });
});

test("the longest known beginning is found, however the bytes come", async () => {
  const letters = fc.array(fc.constantFrom("a", "b", "\n"), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      letters,
      fc.array(letters),
      fc.integer({ min: 1, max: 7 }),
      async (chars, others, size) => {
        const text = chars.join("");
        const texts = [
          ...others.map((one) => one.join("")),
          text.slice(0, 3),
          text.slice(0, 8),
        ].filter((one) => one !== "");
        const longest = Math.max(
          0,
          ...texts.filter((one) => text.startsWith(one)).map((one) => one.length),
        );
        const input = { name: "x", open: () => chunksOf(text, size) };
        const found = await overlapWith(input, texts.map(known));
        expect(found.known?.text_bytes ?? 0).toBe(longest);
        expect(found.complete).toBe(longest === text.length && longest > 0);
        const hash = new TextHash(texts.map(known));
        const rest = following(chunksOf(text, size), hash, undefined, "x");
        expect(await all(rest)).toBe(text);
        expect(hash.known?.text_bytes ?? 0).toBe(longest);
      },
    ),
  );
});

describe("a log that is not the one it was is not read on", () => {
  test.each([
    ["other bytes of the same length", "ONE\ntwo\nthree\n"],
    ["cut", "one\n"],
    ["emptied", ""],
  ])("%s", async (_what, text) => {
    const before = known("one\ntwo\n");
    const rest = following(chunksOf(text, 5), new TextHash([before]), before, "a.log");
    await expect(all(rest)).rejects.toMatchObject({ code: "input-changed", where: "a.log" });
  });

  test("grown, it is read from where it was left", async () => {
    const before = known("one\ntwo\n");
    const hash = new TextHash([before]);
    const rest = following(chunksOf("one\ntwo\nthree\n", 5), hash, before, "a.log");
    expect(await all(rest)).toBe("three\n");
    expect(hash.content).toBe(known("one\ntwo\nthree\n").content);
  });
});

test.each([
  ["one\ntwo\nthr", "one\ntwo\n", true],
  ["one\ntwo\n", "one\ntwo\n", false],
  ["thr", "", true],
  ["", "", false],
])("whole lines of %j", async (text, whole, rest) => {
  for (const size of [1, 2, 5, 100]) {
    let held = false;
    expect(await all(wholeLines(chunksOf(text, size), () => (held = true)))).toBe(whole);
    expect(held).toBe(rest);
  }
});
