import { columnSqlTypes } from "../engines/duckdb/column-types.js";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";
import { columnTypes } from "../formats/record.js";
import type { State } from "./ledger.js";
import { objectTypes } from "./objects.js";
import type { Place } from "./place.js";
import { Workspace } from "./workspace.js";

/**
 * The rows of data files as a relation. Columns of the record that no file has are NULL: files
 * keep the columns they were written with, and the record may grow.
 */
export function storedRows(files: readonly string[], derived: readonly string[] = []): string {
  const columns = [...columnTypes(derived)].map(
    ([name, type]) => `CAST(NULL AS ${columnSqlTypes[type]}) AS ${ident(name)}`,
  );
  const none = `SELECT ${columns.join(", ")}, CAST(NULL AS VARCHAR) AS day WHERE false`;
  if (files.length === 0) return `(${none})`;
  const list = files.map((file) => literal(file)).join(", ");
  return `(${none} UNION ALL BY NAME SELECT * FROM read_parquet([${list}], union_by_name = true,
    hive_partitioning = true, hive_types = {'log_type': VARCHAR, 'day': VARCHAR}))`;
}

/** Makes files of a store readable as local ones for as long as work needs them. */
export async function withFiles<T>(
  db: DuckDb,
  place: Place,
  names: readonly string[],
  use: (files: string[]) => Promise<T>,
): Promise<T> {
  const workspace = Workspace.create(db.temporary);
  try {
    const held = await place.open(names, workspace);
    return await use(names.map((name) => held.file(name))).finally(() => held.close());
  } finally {
    workspace.remove();
  }
}

/** What the ledger keeps of every object, as a relation, for as long as work needs it. */
export const withObjects = <T>(
  db: DuckDb,
  place: Place,
  { objects }: State,
  use: (objects: string) => Promise<T>,
): Promise<T> => {
  const names = objects.map((file) => file.path);
  return withFiles(db, place, names, (files) => use(objectRows(files)));
};

/** Lists of objects as a relation. */
export function objectRows(files: readonly string[]): string {
  const columns = Object.entries(objectTypes).map(
    ([name, type]) => `CAST(NULL AS ${type}) AS ${ident(name)}`,
  );
  if (files.length === 0) return `(SELECT ${columns.join(", ")} WHERE false)`;
  return `read_parquet([${files.map((file) => literal(file)).join(", ")}], union_by_name = true)`;
}
