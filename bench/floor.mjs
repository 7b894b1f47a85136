import { DuckDBInstance } from "@duckdb/node-api";

/*
 * The floor under every answer of the embedded engine: reads a log as one column, as culprit does,
 * and only counts the lines.
 *
 *   node bench/floor.mjs FILE
 */

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node bench/floor.mjs FILE");
const { readLines } = await import(new URL("../dist/store/read-lines.js", import.meta.url).href);
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const read = await connection.runAndReadAll(`SELECT count(line) FROM ${readLines(file)}`);
console.log(`${String(read.getRows()[0]?.[0])} lines`);
