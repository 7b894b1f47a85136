import { DuckDBInstance } from "@duckdb/node-api";
import { readLines } from "../dist/store/read-lines.js";

/*
 * The floor under every answer of the embedded engine: reads a log as one column, as culprit does,
 * and only counts the lines.
 *
 *   node bench/floor.mjs FILE
 */

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node bench/floor.mjs FILE");
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const read = await connection.runAndReadAll(`SELECT count(line) FROM ${readLines(file)}`);
console.log(`${String(read.getRows()[0]?.[0])} lines`);
