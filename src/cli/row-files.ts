import { columnSqlTypes } from "../engines/duckdb/column-types.js";
import { open } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";
import { record } from "../formats/record.js";
import type { Input } from "../sources/input.js";

/** Rows that culprit wrote: `culprit parse -o`, `culprit stitch -o`. */
export interface RowFiles {
  /** A relation with the record's columns and the files' own. */
  readonly rows: string;
  /** The columns that the record does not have, as text. */
  readonly derived: readonly string[];
  readonly sources: readonly string[];
}

const EXTENSIONS = [".parquet", ".csv", ".jsonl", ".ndjson"];

/** Whether sources could be files of rows: it costs nothing to ask. */
export const mayBeRows = (sources: readonly string[]): boolean =>
  sources.length > 0 && sources.every((name) => EXTENSIONS.includes(extensionOf(name)));

const extensionOf = (name: string): string => path.extname(name).toLowerCase();

/** Columns by which rows of culprit's own are known: no log has both. */
const MARKS = ["log_type", "epoch_s"];

/** Rows that culprit wrote, of one kind of file; undefined when the inputs are logs. */
export async function rowFilesOf(
  db: DuckDb,
  inputs: readonly Input[],
): Promise<RowFiles | undefined> {
  const files = inputs.flatMap((input) => input.path ?? []);
  const [first, ...others] = new Set(files.map(extensionOf));
  if (files.length < inputs.length || first === undefined || others.length > 0) return undefined;
  const relation = await relationOf(first, files);
  if (relation === undefined) return undefined;
  const found = await db.rows(`DESCRIBE SELECT * FROM ${relation}`);
  const names = found.map((row) => String(row["column_name"]));
  if (!MARKS.every((name) => names.includes(name))) return undefined;
  const derived = names.filter((name) => !Object.hasOwn(record, name));
  const columns = [
    ...Object.entries(record).map(([name, { type }]) => {
      const value = !names.includes(name)
        ? "NULL"
        : type === "map"
          ? `CAST(CAST(${ident(name)} AS VARCHAR) AS JSON)`
          : ident(name);
      return `CAST(${value} AS ${columnSqlTypes[type]}) AS ${ident(name)}`;
    }),
    ...derived.map((name) => `CAST(${ident(name)} AS VARCHAR) AS ${ident(name)}`),
  ];
  return {
    rows: `(SELECT ${columns.join(", ")} FROM ${relation})`,
    derived,
    sources: inputs.map(({ name }) => name),
  };
}

async function relationOf(
  extension: string,
  files: readonly string[],
): Promise<string | undefined> {
  const list = `[${files.map((file) => literal(file)).join(", ")}]`;
  const heads = await Promise.all(files.map(headOf));
  if (extension === ".parquet") {
    return heads.every((head) => head.startsWith("PAR1"))
      ? `read_parquet(${list}, union_by_name = true)`
      : undefined;
  }
  if (!heads.every((head) => MARKS.every((name) => head.includes(name)))) return undefined;
  if (extension === ".csv") {
    return `read_csv(${list}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"',
      nullstr = '', union_by_name = true)`;
  }
  // What is missing is left out of an object: the names are those of the first rows together.
  const lines = heads.flatMap((head) => head.slice(0, head.lastIndexOf("\n")).split("\n"));
  const keys = new Set(Object.keys(record));
  for (const line of lines) {
    try {
      Object.keys(JSON.parse(line) as object).forEach((key) => keys.add(key));
    } catch {
      return undefined;
    }
  }
  const columns = [...keys].map(
    (key) => `${literal(key)}: ${literal(key === "extra" ? "JSON" : "VARCHAR")}`,
  );
  return `read_json(${list}, format = 'newline_delimited', columns = {${columns.join(", ")}})`;
}

const HEAD_BYTES = 256 * 1024;

async function headOf(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
