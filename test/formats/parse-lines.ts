import { tmpdir } from "node:os";
import { DuckDb, type Row } from "../../src/engines/duckdb/engine.js";
import { registerParser } from "../../src/engines/duckdb/functions.js";
import { literal } from "../../src/engines/sql.js";
import type { Derivation } from "../../src/formats/compile/record-sql.js";
import type { Format } from "../../src/formats/format.js";
import { readingOf } from "../../src/formats/reading.js";
import { columnTypes } from "../../src/formats/record.js";

let engine: Promise<DuckDb> | undefined;

export interface ParseOptions {
  /** The lines that decide the layout; default: the lines themselves. */
  readonly like?: readonly string[];
  readonly derivations?: readonly Derivation[];
  readonly dirty?: boolean;
  /** Without the fast reading. */
  readonly exactly?: boolean;
}

/**
 * Reads lines as culprit does, through the engine: a row a line, with `outcome`, `reason` and the
 * record's columns (absent when NULL; times as ISO text with their fraction as it is).
 */
export async function parseLines(
  format: Format,
  lines: readonly string[],
  options: ParseOptions = {},
): Promise<Row[]> {
  engine ??= DuckDb.open({ memory: 2 ** 29, temporary: tmpdir(), logZone: "UTC" });
  const db = await engine;
  const derivations = options.derivations ?? [];
  const parser = readingOf(format, options.like ?? lines).parser({
    derivations,
    exactly: options.exactly ?? false,
  });
  const names = registerParser(db.connection, parser);
  const columns = [...columnTypes().keys(), ...derivations.map(({ name }) => name)].filter(
    (name) => name !== "source" && name !== "line",
  );
  const values = lines.map((line) => `(${literal(line)})`).join(", ");
  const sql = parser.sql(`(VALUES ${values}) AS t(line)`, columns, names, options.dirty ?? false);
  const rows = await db.rows(`SELECT * REPLACE (strftime(time, '%Y-%m-%dT%H:%M:%S.%fZ') AS time,
    CAST(to_json(extra) AS VARCHAR) AS extra) FROM (${sql})`);
  return rows.map(tidy);
}

function tidy(row: Row): Row {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  const tidied = Object.fromEntries(known);
  if (typeof tidied["time"] === "string") tidied["time"] = tidied["time"].replace(/\.?0*Z$/, "Z");
  if (typeof tidied["extra"] === "string") tidied["extra"] = JSON.parse(tidied["extra"]);
  return tidied;
}
