import { ledgerColumns, rawName, rejectColumns, type RawLines, type RawTables } from "../raw.js";
import { recordColumns } from "../record-columns.js";
import { ident, literal } from "../sql.js";
import { name, types } from "./register.js";

interface Place {
  readonly database: string;
  readonly table: string;
}

const folder = (place: string): string => place.replace(/\/*$/, "/");

/** A table of whole lines over a prefix, and all that lies below it. */
export function rawLines({ database }: Place, place: string): RawLines {
  const own = rawName(place);
  const drop = `DROP TABLE IF EXISTS ${name(database)}.${name(own)}`;
  return {
    prepare: [
      `CREATE DATABASE IF NOT EXISTS ${name(database)}`,
      drop,
      `CREATE EXTERNAL TABLE ${name(database)}.${name(own)} (line string)\n` +
        `ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'\n` +
        `WITH SERDEPROPERTIES ('input.regex' = '(?s)(.*)')\nLOCATION ${literal(folder(place))}`,
    ],
    finish: [drop],
    from: `(SELECT line, "$path" AS source, "$file_size" AS size FROM ${ident(database)}.${ident(own)})`,
  };
}

/** Tables of Glue's catalogue, in Parquet below a prefix. */
export function rawTables(
  { database, table }: Place,
  at: string,
  derived: readonly string[],
): RawTables {
  const [rejects, ledger] = [`${table}_rejects`, `${table}_ingested`];
  const create = (
    own: string,
    below: string,
    columns: readonly (readonly [string, string])[],
    partitioned = "",
  ): string => {
    const list = columns.map(([column, type]) => `  ${name(column)} ${type}`).join(",\n");
    return (
      `CREATE EXTERNAL TABLE IF NOT EXISTS ${name(database)}.${name(own)} (\n${list}\n)\n${partitioned}` +
      `STORED AS PARQUET\nLOCATION ${literal(`${folder(at)}${below}/`)}`
    );
  };
  const full = (own: string): string => `${ident(database)}.${ident(own)}`;
  return {
    create: [
      `CREATE DATABASE IF NOT EXISTS ${name(database)}`,
      create(
        table,
        "requests",
        recordColumns(derived, types),
        "PARTITIONED BY (`log_type` string, `day` string)\n",
      ),
      create(
        rejects,
        "rejects",
        rejectColumns.map((column) => [column, "string"]),
      ),
      create(ledger, "ingested", [
        ...ledgerColumns.text.map((column) => [column, "string"] as const),
        ...ledgerColumns.int.map((column) => [column, "bigint"] as const),
      ]),
    ],
    requests: full(table),
    rejects: full(rejects),
    ledger: full(ledger),
  };
}
