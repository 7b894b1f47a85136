import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import * as fc from "../fast-check.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanLines, markersToBytes } from "../../src/sources/clean-lines.js";
import { engineText } from "../../src/store/engine-text.js";
import { readLines } from "../../src/store/read-lines.js";

const folder = mkdtempSync(path.join(tmpdir(), "culprit-lines-"));
const file = path.join(folder, "lines.txt");
let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "4" });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

async function linesOf(text: Buffer): Promise<string[]> {
  writeFileSync(file, text);
  const read = await connection.runAndReadAll(`SELECT line FROM ${readLines(file)}`);
  return read.getRows().map(([line]) => String(line));
}

/** Bytes as the store writes them for the engine. */
async function forEngine(bytes: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  const chunks = (async function* () {
    yield bytes;
  })();
  for await (const lines of cleanLines(chunks, { lines: 0, dirty: 0, cut: 0 })) {
    parts.push(engineText(lines).text);
  }
  return Buffer.concat(parts);
}

const piece = fc.oneof(
  fc.constantFrom(
    "\n",
    "\r\n",
    "\n\n",
    "\r",
    "\uFEFF",
    "\uEF41",
    "\uEF42",
    "\0",
    '"',
    "\\",
    "'",
    ",",
    " ",
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.uint8Array({ maxLength: 6 }),
);
const hostile = fc
  .array(piece, { maxLength: 40 })
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part as string))))
  // What begins so is another encoding or compressed, and told apart earlier.
  .map((bytes) => Buffer.concat([Buffer.from("x"), bytes]));

describe("the engine reads what the store writes", () => {
  test("line by line, whatever the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (bytes) => {
        const parts = bytes.toString("latin1").split("\n");
        // A CR belongs to a line's end only before LF; what follows the last LF is a line if it is not empty.
        const last = parts.pop() ?? "";
        const ended = parts.map((line) => line.replace(/\r$/, "") || " ");
        const wanted = last === "" ? ended : [...ended, last];
        const found = await linesOf(await forEngine(bytes));
        expect(found.map((line) => markersToBytes(line).toString("latin1"))).toEqual(wanted);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test("also where it divides a large file among its threads", async () => {
    const lines = Array.from(
      { length: 700 },
      (_, at) => `${at} ${"z".repeat((at * 7919) % 200_003)}`,
    );
    const text = Buffer.from(`${lines.join("\n")}\n`);
    expect(text.length).toBeGreaterThan(64 * 2 ** 20);
    const found = await linesOf(text);
    expect(found).toHaveLength(lines.length);
    expect(found.every((line, at) => line === lines[at])).toBe(true);
  });

  test("within little memory, the longest lines too", async () => {
    const small = await DuckDBInstance.create(":memory:", { memory_limit: "128MiB" });
    const own = await small.connect();
    writeFileSync(file, `short\n${"x".repeat(16 * 2 ** 20 - 1024)}\n`.repeat(4));
    const read = await own.runAndReadAll(`SELECT length(line) FROM ${readLines(file)}`);
    expect(read.getRows().map(([length]) => Number(length))).toEqual(
      Array.from({ length: 4 }, () => [5, 16 * 2 ** 20 - 1024]).flat(),
    );
    own.closeSync();
    small.closeSync();
  });
});

describe("engineText", () => {
  test.each([
    ["a\nb\n", "a\nb\n", false],
    ["a\r\nb\r\n", "a\nb\n", false],
    ["\n", " \n", false],
    ["\r\n\r\na\n", " \n \na\n", false],
    ["a\n\n\nb\n", "a\n \n \nb\n", false],
    ["\uFEFFa\n", "\uEFEF\uEFBB\uEFBFa\n", true],
    ["a\n\uFEFF\n", "a\n\uEFEF\uEFBB\uEFBF\n", true],
  ])("%j", (text, wanted, marked) => {
    const made = engineText(Buffer.from(text));
    expect([made.text.toString(), made.marked]).toEqual([wanted, marked]);
  });
});
