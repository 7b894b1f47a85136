import path from "node:path";
import { literal } from "../engines/sql.js";
import { columnTypes } from "../formats/record.js";
import type { DataFile, State } from "./ledger.js";

const types = {
  text: "VARCHAR",
  ip: "VARCHAR",
  int: "BIGINT",
  float: "DOUBLE",
  time: "TIMESTAMP",
  map: "MAP(VARCHAR, VARCHAR)",
} as const;

/** The rows of data files as a relation; without files an empty one with the record's columns. */
export function storedRows(store: string, files: readonly DataFile[]): string {
  if (files.length === 0) {
    const columns = [...columnTypes()].map(
      ([name, type]) => `CAST(NULL AS ${types[type]}) AS "${name}"`,
    );
    return `(SELECT ${columns.join(", ")} WHERE false)`;
  }
  const list = files.map((file) => literal(path.join(store, file.path))).join(", ");
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = true,
    hive_types = {'log_type': VARCHAR, 'day': VARCHAR})`;
}

/** What the ledger keeps of every object, as a relation. */
export function storedObjects(store: string, { objects }: State): string {
  if (objects.length === 0) {
    return "(SELECT '' AS identity, '' AS name, '' AS format, 0 AS text_bytes, '' AS content, 0 AS lines, 0 AS parsed, 0 AS rejected, 0 AS blank, 0 AS duplicates, '' AS ingested_at WHERE false)";
  }
  return `read_parquet([${objects.map((file) => literal(path.join(store, file))).join(", ")}])`;
}
