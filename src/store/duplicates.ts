import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";

/** What tells one request from another where the log type has an identity of its own. */
const identityColumns: Readonly<Record<string, readonly string[]>> = {
  s3: ["request_id", "operation", "key", "time"],
};

/** Whether deliveries of this type are told apart. */
export const hasIdentity = (log_type: string): boolean => Object.hasOwn(identityColumns, log_type);

/**
 * Finds rows that were delivered before, in the store, earlier in the same rows or in other rows
 * before them, and keeps their `file_row_number` in the table `repeated`.
 *
 * `rows` is a relation with `file_row_number`; `stored` are the data files, and `earlier` the relations,
 * that can hold the same requests: same type, and a time in the same range.
 */
export async function findRepeated(
  db: DuckDb,
  log_type: string,
  rows: string,
  stored: readonly string[],
  earlier: readonly string[],
): Promise<void> {
  const columns = (identityColumns[log_type] ?? []).map((name) => ident(name));
  const same = columns.map((name) => `o.${name} IS NOT DISTINCT FROM i.${name}`).join(" AND ");
  const files = stored.map((file) => literal(path.resolve(file))).join(", ");
  const others = [
    ...(stored.length === 0 ? [] : [`read_parquet([${files}], union_by_name = true)`]),
    ...earlier,
  ];
  const before =
    others.length === 0
      ? ""
      : `OR EXISTS (SELECT 1 FROM (${others
          .map((relation) => `SELECT ${columns.join(", ")} FROM ${relation}`)
          .join(" UNION ALL ")}) AS o WHERE ${same})`;
  await db.run(`CREATE OR REPLACE TEMP TABLE repeated AS SELECT file_row_number AS row, source FROM (
    SELECT ${columns.join(", ")}, file_row_number, source,
      row_number() OVER (PARTITION BY ${columns.join(", ")} ORDER BY file_row_number) AS delivery
    FROM ${rows} WHERE request_id IS NOT NULL) AS i
    WHERE delivery > 1 ${before}`);
}
