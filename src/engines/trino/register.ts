import { recordColumns } from "../record-columns.js";
import type { Registration } from "../remote.js";
import { trino } from "./dialect.js";

/** Trino's words for the types of columns. */
export const types = {
  text: "varchar",
  ip: "varchar",
  int: "bigint",
  float: "double",
  time: "timestamp(6)",
  map: "map(varchar, varchar)",
} as const;

/** The statements that make an external table of Trino's Hive connector, and find its partitions. */
export function registerSql(
  { catalog, schema, table }: { catalog: string; schema: string; table: string },
  { place, derived }: Registration,
): string[] {
  const { ident, literal } = trino;
  const name = [catalog, schema, table].map(ident).join(".");
  const columns = [
    ...recordColumns(derived, types),
    ["log_type", "varchar"] as const,
    ["day", "varchar"] as const,
  ].map(([column, type]) => `  ${ident(column)} ${type}`);
  return [
    `CREATE SCHEMA IF NOT EXISTS ${ident(catalog)}.${ident(schema)}`,
    `DROP TABLE IF EXISTS ${name}`,
    `CREATE TABLE ${name} (\n${columns.join(",\n")}\n)\nWITH (\n  format = 'PARQUET',\n` +
      `  external_location = ${literal(place)},\n  partitioned_by = ARRAY['log_type', 'day']\n)`,
    `CALL ${ident(catalog)}.system.sync_partition_metadata(${literal(schema)}, ${literal(table)}, 'FULL')`,
  ];
}
