import { ledgerColumns, rejectColumns, type RawLines, type RawTables } from "../raw.js";
import { recordColumns } from "../record-columns.js";
import { clickhouse } from "./dialect.js";
import { types } from "./register.js";

const { ident, literal } = clickhouse;

/**
 * The lines of files below the server's `user_files_path`, or of objects in S3 with the credentials
 * that the server has. A place without a wildcard is a folder.
 */
export function rawLines(place: string): RawLines {
  const files = /[*?{]/.test(place) ? place : `${place.replace(/\/+$/, "")}/**`;
  const source = /^(?:s3|https?):\/\//.test(place) ? "s3" : "file";
  return {
    prepare: [],
    finish: [],
    from: `(SELECT line, _path AS source, _size AS size FROM ${source}(${literal(files)}, 'LineAsString', 'line String'))`,
  };
}

/** Tables of the server's own storage. */
export function rawTables(
  { database, table }: { readonly database: string; readonly table: string },
  derived: readonly string[],
): RawTables {
  const full = (name: string): string => `${ident(database)}.${ident(name)}`;
  const create = (
    name: string,
    columns: readonly (readonly [string, string])[],
    order: string,
  ): string => {
    const list = columns.map(([column, type]) => `  ${ident(column)} ${type}`).join(",\n");
    return `CREATE TABLE IF NOT EXISTS ${full(name)} (\n${list}\n)\nENGINE = MergeTree ${order}`;
  };
  const [rejects, ledger] = [`${table}_rejects`, `${table}_ingested`];
  return {
    create: [
      `CREATE DATABASE IF NOT EXISTS ${ident(database)}`,
      create(
        table,
        [...recordColumns(derived, types), ["log_type", "String"], ["day", "String"]],
        "PARTITION BY (log_type, substring(day, 1, 7)) ORDER BY day",
      ),
      create(
        rejects,
        rejectColumns.map((name) => [name, "String"]),
        "ORDER BY source",
      ),
      create(
        ledger,
        [
          ...ledgerColumns.text.map((name) => [name, "String"] as const),
          ...ledgerColumns.int.map((name) => [name, "Int64"] as const),
        ],
        "ORDER BY source",
      ),
    ],
    requests: full(table),
    rejects: full(rejects),
    ledger: full(ledger),
  };
}
