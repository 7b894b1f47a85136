import { writeFile } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import * as fc from "../fast-check.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  MAX_LINE_BYTES,
  NEVER_DELIMITER,
  NEVER_NULL,
  cleanLines,
} from "../../src/sources/clean-lines.js";
import { isClean } from "../../src/sources/is-clean.js";
import { hostileBytes } from "./hostile.js";
import { collect, temporaryFolder, whole } from "./streams.js";

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** The lines of a file as DuckDB reads them into one text column. */
async function linesOf(file: string): Promise<unknown[]> {
  const reader = await connection.runAndReadAll(`
    SELECT line FROM read_csv('${file}', columns = {line: 'VARCHAR'},
      delim = '${NEVER_DELIMITER}', nullstr = '${NEVER_NULL}', quote = '', escape = '',
      strict_mode = false, header = false, auto_detect = false,
      max_line_size = 16777216, compression = 'none')`);
  return reader.getRows().map(([line]) => line);
}

/** DuckDB leaves blank lines out, and takes a byte order mark away at the beginning of any line. */
function expected(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  return lines.map((line) => line.replace(/^\uFEFF/, ""));
}

test("DuckDB reads every cleaned line as it is", async () => {
  const file = path.join(await temporaryFolder(), "lines");
  const property = fc.asyncProperty(hostileBytes, async (bytes) => {
    const stats = { lines: 0, dirty: 0, cut: 0 };
    const text = await collect(cleanLines(whole(bytes), stats));
    await writeFile(file, text);
    expect(await linesOf(file)).toEqual(expected(text.toString()));
  });
  await fc.assert(property, { numRuns: 300 });
});

test("DuckDB reads a clean file as cleanLines would give it", async () => {
  const file = path.join(await temporaryFolder(), "lines");
  let clean = 0;
  const property = fc.asyncProperty(hostileBytes, async (bytes) => {
    await writeFile(file, bytes);
    if (!(await isClean(file))) return;
    clean++;
    const text = await collect(cleanLines(whole(bytes), { lines: 0, dirty: 0, cut: 0 }));
    expect(await linesOf(file)).toEqual(expected(text.toString()));
  });
  await fc.assert(property, { numRuns: 1000 });
  expect(clean).toBeGreaterThan(20);
});

test("a delimiter of control characters would lose text, which is why the marker is one", async () => {
  const file = path.join(await temporaryFolder(), "lines");
  const line = 'GET /\u0001\u0002\u0003\u0004 "tail" \t;|,';
  await writeFile(file, `${line}\n`);
  expect(await isClean(file)).toBe(true);
  expect(await linesOf(file)).toEqual([line]);
});

test("the longest line that passes is one that DuckDB takes, a longer one is cut", async () => {
  const file = path.join(await temporaryFolder(), "lines");
  for (const end of ["\n", "\r\n"]) {
    const longest = "x".repeat(MAX_LINE_BYTES);
    const bytes = Buffer.from(["a", longest, `${longest}y`, "b", ""].join(end));
    const stats = { lines: 0, dirty: 0, cut: 0 };
    await writeFile(file, await collect(cleanLines(whole(bytes), stats)));
    expect(stats).toEqual({ lines: 4, dirty: 0, cut: 1 });
    const lengths = (await linesOf(file)).map((line) => String(line).length);
    expect(lengths).toEqual([1, MAX_LINE_BYTES, expect.any(Number), 1]);
  }
});
