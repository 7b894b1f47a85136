import { ledgerColumns, rawName, rejectColumns, type RawLines, type RawTables } from "../raw.js";
import { recordColumns } from "../record-columns.js";
import { trino } from "./dialect.js";
import { types } from "./register.js";

const { ident, literal } = trino;

interface Place {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

/**
 * A table of whole lines over a folder: the one format of Trino's Hive connector that keeps empty
 * lines, `\N` and every delimiter. It reads `.gz`, `.bz2`, `.zst` and others by their names.
 */
export function rawLines({ catalog, schema }: Place, place: string): RawLines {
  const table = [catalog, schema, rawName(place)].map(ident).join(".");
  return {
    prepare: [
      `CREATE SCHEMA IF NOT EXISTS ${ident(catalog)}.${ident(schema)}`,
      `DROP TABLE IF EXISTS ${table}`,
      `CREATE TABLE ${table} (line varchar)\nWITH (format = 'REGEX', regex = '(?s)(.*)', external_location = ${literal(place)})`,
    ],
    finish: [`DROP TABLE IF EXISTS ${table}`],
    from: `(SELECT line, "$path" AS source, "$file_size" AS size FROM ${table})`,
  };
}

/** Tables of the Hive connector, in Parquet. */
export function rawTables(
  { catalog, schema, table }: Place,
  at: string | undefined,
  derived: readonly string[],
): RawTables {
  const full = (name: string): string => [catalog, schema, name].map(ident).join(".");
  const create = (
    name: string,
    folder: string,
    columns: readonly (readonly [string, string])[],
    partitioned = "",
  ): string => {
    const list = columns.map(([column, type]) => `  ${ident(column)} ${type}`).join(",\n");
    const location =
      at === undefined
        ? ""
        : `, external_location = ${literal(`${at.replace(/\/+$/, "")}/${folder}`)}`;
    return `CREATE TABLE IF NOT EXISTS ${full(name)} (\n${list}\n)\nWITH (format = 'PARQUET'${location}${partitioned})`;
  };
  const [rejects, ledger] = [`${table}_rejects`, `${table}_ingested`];
  return {
    create: [
      `CREATE SCHEMA IF NOT EXISTS ${ident(catalog)}.${ident(schema)}`,
      create(
        table,
        "requests",
        [...recordColumns(derived, types), ["log_type", "varchar"], ["day", "varchar"]],
        `, partitioned_by = ARRAY['log_type', 'day']`,
      ),
      create(
        rejects,
        "rejects",
        rejectColumns.map((name) => [name, "varchar"]),
      ),
      create(ledger, "ingested", [
        ...ledgerColumns.text.map((name) => [name, "varchar"] as const),
        ...ledgerColumns.int.map((name) => [name, "bigint"] as const),
      ]),
    ],
    requests: full(table),
    rejects: full(rejects),
    ledger: full(ledger),
  };
}
