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
  /** In one reading, which keeps the order, as `parse` does it. */
  readonly ordered?: boolean;
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
  const source = `(VALUES ${values}) AS t(line)`;
  const dirty = options.dirty ?? false;
  const { quick } = parser;
  let sql = parser.sql(source, columns, names, dirty);
  if (quick !== undefined && options.ordered !== true) {
    await db.run(`CREATE OR REPLACE TEMP TABLE quick AS
      SELECT *, row_number() OVER () AS row FROM (${quick(source, columns, dirty)})`);
    const odd = "(SELECT raw AS line, row FROM quick WHERE outcome = 'odd')";
    sql = `SELECT * EXCLUDE (row) FROM (
      SELECT * FROM quick WHERE outcome <> 'odd'
      UNION ALL BY NAME ${parser.sql(odd, columns, names, dirty, ["row"])}) ORDER BY row`;
  }
  const rows = await db.rows(`SELECT * REPLACE (strftime(time, '%Y-%m-%dT%H:%M:%S.%fZ') AS time,
    CAST(to_json(extra) AS VARCHAR) AS extra) FROM (${sql})`);
  return rows.map(tidy);
}

function tidy(row: Row): Row {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  const tidied = Object.fromEntries(known);
  if (typeof tidied["time"] === "string") tidied["time"] = tidied["time"].replace(/\.?0*Z$/, "Z");
  if (typeof tidied["extra"] === "string") {
    const extra = Object.entries(JSON.parse(tidied["extra"]) as Record<string, unknown>);
    const filled = extra.filter(([, value]) => value !== null);
    if (filled.length > 0) tidied["extra"] = Object.fromEntries(filled);
    else delete tidied["extra"];
  }
  return tidied;
}
