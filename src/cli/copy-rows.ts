import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";
import type { ColumnType } from "../formats/record.js";
import type { RowSet } from "../outputs/rows.js";
import type { Value } from "../outputs/values.js";
import type { Io } from "./io.js";

const types: Record<ColumnType | "bool" | "json", string> = {
  text: "VARCHAR",
  ip: "VARCHAR",
  int: "BIGINT",
  float: "DOUBLE",
  time: "TIMESTAMP",
  map: "MAP(VARCHAR, VARCHAR)",
  bool: "BOOLEAN",
  json: "VARCHAR",
};

/** Writes a small result as Parquet. */
export async function copyRows(db: DuckDb, set: RowSet, file: string, io: Io): Promise<void> {
  const columns = set.columns.map(({ name, type }) => `${ident(name)} ${types[type]}`);
  await db.run(`CREATE OR REPLACE TEMP TABLE result (${columns.join(", ")})`);
  for await (const row of set.rows) {
    await db.run(`INSERT INTO result VALUES (${row.map(sqlValue).join(", ")})`);
  }
  await copyQuery(db, "FROM result", file, io);
}

/** Writes a query's result as Parquet. */
export async function copyQuery(db: DuckDb, sql: string, file: string, io: Io): Promise<void> {
  const target = literal(path.resolve(io.cwd, file));
  await db.run(`COPY (${sql}) TO ${target} (FORMAT parquet, COMPRESSION zstd)`);
}

function sqlValue(value: Value): string {
  if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    return literal(JSON.stringify(value));
  }
  return literal(value ?? null);
}
