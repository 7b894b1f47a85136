import { recordColumns } from "../record-columns.js";
import type { Registration } from "../remote.js";
import { clickhouse } from "./dialect.js";

/** ClickHouse's words for the types of columns. */
export const types = {
  text: "Nullable(String)",
  ip: "Nullable(String)",
  int: "Nullable(Int64)",
  float: "Nullable(Float64)",
  time: "Nullable(DateTime64(6, 'UTC'))",
  map: "Map(String, Nullable(String))",
} as const;

/**
 * The statement that makes a view over the files: below the server's `user_files_path`, or in S3 with
 * the credentials that the server has.
 */
export function registerSql(
  { database, table }: { database: string; table: string },
  { place, derived }: Registration,
): string[] {
  const { ident, literal } = clickhouse;
  const columns = recordColumns(derived, types);
  const structure = [...columns, ["log_type", "String"], ["day", "String"]]
    .map(([name = "", type]) => `${ident(name)} ${type}`)
    .join(", ");
  const files = `${place.replace(/\/+$/, "")}/log_type=*/day=*/*.parquet`;
  const source = /^(?:s3|https?):\/\//.test(place) ? "s3" : "file";
  return [
    `CREATE DATABASE IF NOT EXISTS ${ident(database)}`,
    `CREATE OR REPLACE VIEW ${ident(database)}.${ident(table)} AS\n` +
      `SELECT * FROM ${source}(${literal(files)}, 'Parquet', ${literal(structure)})\n` +
      `SETTINGS use_hive_partitioning = 1, input_format_parquet_allow_missing_columns = 1`,
  ];
}
