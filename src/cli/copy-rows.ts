import { copyFile, rename } from "node:fs/promises";
import path from "node:path";
import { columnSqlTypes } from "../engines/duckdb/column-types.js";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";
import type { ColumnType } from "../formats/record.js";
import type { RowSet } from "../outputs/rows.js";
import type { Value } from "../outputs/values.js";
import { writeWhole } from "../store/whole-file.js";
import type { Io } from "./io.js";

const types: Record<ColumnType | "bool" | "json", string> = {
  ...columnSqlTypes,
  bool: "BOOLEAN",
  json: "VARCHAR",
  // As JSON, which every reader of Parquet understands.
  map: "VARCHAR",
};

/** Rows given to the engine together. */
const AT_ONCE = 500;

/** Writes a small result as Parquet. */
export async function copyRows(db: DuckDb, set: RowSet, file: string, io: Io): Promise<void> {
  const columns = set.columns.map(({ name, type }) => `${ident(name)} ${types[type]}`);
  await db.run(`CREATE OR REPLACE TEMP TABLE result (${columns.join(", ")})`);
  let some: string[] = [];
  const insert = async (): Promise<void> => {
    if (some.length > 0) await db.run(`INSERT INTO result VALUES ${some.join(", ")}`);
    some = [];
  };
  for await (const row of set.rows) {
    some.push(`(${row.map(sqlValue).join(", ")})`);
    if (some.length === AT_ONCE) await insert();
  }
  await insert();
  await copyQuery(db, "FROM result", file, io);
}

/** Writes a query's result as Parquet; the engine itself only writes to its own folder. */
export async function copyQuery(db: DuckDb, sql: string, file: string, io: Io): Promise<void> {
  const staged = path.join(db.temporary, "result.parquet");
  await db.run(`COPY (${sql}) TO ${literal(staged)} (FORMAT parquet, COMPRESSION zstd)`);
  await writeWhole(path.resolve(io.cwd, file), async (draft) => {
    await rename(staged, draft).catch(() => copyFile(staged, draft));
  });
}

function sqlValue(value: Value): string {
  if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    return literal(JSON.stringify(value));
  }
  return literal(value ?? null);
}
