import { StatementType } from "@duckdb/node-api";
import type { ColumnType } from "../../formats/record.js";
import { literal } from "../sql.js";
import { Problem } from "../../problems/problem.js";
import type { DuckDb } from "./engine.js";

const refused = (what: string, query: string, why?: string): Problem =>
  new Problem({
    code: "bad-sql",
    what,
    where: query,
    ...(why === undefined ? {} : { why }),
    help: "The table is requests; culprit formats --fields lists its columns",
    exit: 2,
  });

/**
 * Makes sure that a person's SQL is one SELECT that the engine understands, and returns it.
 * Nothing it says can write, attach or read anything but the logs: see `lockDown`.
 */
export async function checkQuery(db: DuckDb, query: string): Promise<string> {
  await lockDown(db);
  const extracted = await db.connection.extractStatements(query).catch((error: Error) => {
    throw refused("The SQL cannot be understood", query, error.message);
  });
  if (extracted.count !== 1) throw refused("Exactly one query can be run at a time", query);
  const prepared = await extracted.prepare(0).catch((error: Error) => {
    throw refused("The SQL cannot be run", query, error.message);
  });
  const { statementType } = prepared;
  prepared.destroySync();
  if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN) {
    throw refused("Only SELECT is allowed: culprit sql never changes anything", query);
  }
  return query.trim().replace(/;$/, "");
}

/** From here on the engine reads nothing but the run's folder and the store, and no setting can change that. */
async function lockDown(db: DuckDb): Promise<void> {
  const folders = [...db.readable].map((folder) => literal(folder)).join(", ");
  await db.run(`SET allowed_directories = [${folders}]`);
  await db.run("SET enable_external_access = false");
  await db.run("SET lock_configuration = true");
}

/** Names and types of a query's columns. */
export async function queryColumns(
  db: DuckDb,
  sql: string,
): Promise<{ name: string; type: ColumnType | "bool" | "json" }[]> {
  const rows = await db.rows(`DESCRIBE (${sql})`);
  return rows.map((row) => ({
    name: String(row["column_name"]),
    type: typeOf(String(row["column_type"])),
  }));
}

function typeOf(type: string): ColumnType | "bool" | "json" {
  if (/^(TIMESTAMP|DATE)/.test(type) && !type.endsWith("]")) return "time";
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/.test(type)) return "int";
  if (/^(DOUBLE|FLOAT|DECIMAL.*)$/.test(type)) return "float";
  if (type === "BOOLEAN") return "bool";
  return /[\][(]/.test(type) ? "json" : "text";
}
