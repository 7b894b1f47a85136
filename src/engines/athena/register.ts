import { recordColumns } from "../record-columns.js";
import { literal } from "../sql.js";
import type { Registration } from "../remote.js";

/** Hive's words for the types of columns. */
export const types = {
  text: "string",
  ip: "string",
  int: "bigint",
  float: "double",
  time: "timestamp",
  map: "map<string,string>",
} as const;

/** Partitions in one statement. */
const AT_ONCE = 100;

/** A name in Athena's DDL, which is Hive's. */
export function name(text: string): string {
  if (text === "" || /[`\0]/.test(text))
    throw new RangeError(`not a name: ${JSON.stringify(text)}`);
  return `\`${text}\``;
}

/** The statements that make a table of Glue's catalogue, with every partition that the store has. */
export function registerSql(
  { database, table }: { database: string; table: string },
  { place, derived, partitions }: Registration,
): string[] {
  const full = `${name(database)}.${name(table)}`;
  const root = place.replace(/\/*$/, "/");
  const columns = recordColumns(derived, types).map(
    ([column, type]) => `  ${name(column)} ${type}`,
  );
  const added = partitions.map(
    ({ log_type: type, day }) =>
      `PARTITION (log_type = ${literal(type)}, day = ${literal(day)}) ` +
      `LOCATION ${literal(`${root}log_type=${type}/day=${day}/`)}`,
  );
  const batches = Array.from({ length: Math.ceil(added.length / AT_ONCE) }, (_, at) =>
    added.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
  return [
    `CREATE DATABASE IF NOT EXISTS ${name(database)}`,
    `DROP TABLE IF EXISTS ${full}`,
    `CREATE EXTERNAL TABLE ${full} (\n${columns.join(",\n")}\n)\n` +
      `PARTITIONED BY (\`log_type\` string, \`day\` string)\nSTORED AS PARQUET\nLOCATION ${literal(root)}`,
    ...batches.map((some) => `ALTER TABLE ${full} ADD IF NOT EXISTS\n  ${some.join("\n  ")}`),
  ];
}
