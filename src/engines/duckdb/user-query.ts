import type { DuckDBPreparedStatement } from "@duckdb/node-api";
import type { ColumnType } from "../../formats/record.js";
import { literal } from "../sql.js";
import { Problem } from "../../problems/problem.js";
import { DuckDBTypeId, StatementType } from "./api.js";
import type { DuckDb } from "./engine.js";
import { plainValue, type PlainValue } from "./plain-value.js";
import { shortFloat } from "./short-float.js";

/** A person's query that may be run. */
export interface UserQuery {
  readonly columns: readonly { name: string; type: ColumnType | "bool" | "json" }[];
  /** The query as text that may stand in parentheses. */
  readonly sql: string;
  /** Runs it; the rows' values stand in the columns' order. */
  rows(): AsyncGenerator<PlainValue[]>;
}

/**
 * Makes sure that a person's SQL is one SELECT that the engine understands.
 * Nothing it says can write, attach or read anything but the logs: see `lockDown`.
 */
export async function userQuery(db: DuckDb, query: string): Promise<UserQuery> {
  await lockDown(db);
  if (SETTING.test(query)) throw refused(query, "Only SELECT is allowed", "It changes a setting");
  const prepared = await prepare(db, query);
  if (prepared.statementType === StatementType.EXPLAIN) {
    // EXPLAIN ANALYZE runs what it explains.
    const inner = await prepare(db, query.replace(EXPLAIN, ""));
    if (inner.statementType !== StatementType.SELECT) throw notSelect(query);
  } else if (prepared.statementType !== StatementType.SELECT) throw notSelect(query);
  if (prepared.parameterCount > 0) {
    throw refused(
      query,
      "The SQL has a parameter",
      "A ? or $1 stands for a value that is not given",
    );
  }
  return {
    columns: Array.from({ length: prepared.columnCount }, (_, at) => ({
      name: prepared.columnName(at),
      type: typeOf(String(prepared.columnType(at))),
    })),
    sql: `\n${query.replace(TAIL, "")}\n`,
    rows: () => rowsOf(db, prepared, query),
  };
}

/** Functions that do more than answer. */
const SETTING = /\b(?:enable|disable|truncate|set)\w*_(?:logging|log_storage|logs|profiling)\s*\(/i;
/** `EXPLAIN`, `EXPLAIN ANALYZE`, `EXPLAIN (FORMAT json)` and comments before it. */
const EXPLAIN =
  /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*explain(?:\s+analyze\b)?(?:\s*\([^)]*\))?(?:\s+analyze\b)?/i;
/** A semicolon at the end, and comments after it. */
const TAIL = /;(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*$/;

async function prepare(db: DuckDb, query: string): Promise<DuckDBPreparedStatement> {
  if (query.replaceAll(/[\s;]|--[^\n]*(?:\n|$)|\/\*[^]*?\*\//g, "") === "") {
    throw refused(query, "There is no SQL in the query");
  }
  const { connection } = db;
  const extracted = await connection.extractStatements(query).catch((error: Error) => {
    throw explained(query, "The SQL cannot be understood", error);
  });
  if (extracted.count !== 1) {
    const why = "Several statements, or a PIVOT without its values (write ON field IN (…))";
    throw refused(query, "Exactly one query can be run at a time", why);
  }
  return extracted.prepare(0).catch((error: Error) => {
    throw explained(query, "The SQL cannot be run", error);
  });
}

async function* rowsOf(
  db: DuckDb,
  prepared: DuckDBPreparedStatement,
  query: string,
): AsyncGenerator<PlainValue[]> {
  try {
    const result = await prepared.stream();
    const floats = result.columnTypes().map(({ typeId }) => typeId === DuckDBTypeId.FLOAT);
    for await (const rows of result.yieldRows()) {
      db.signal?.throwIfAborted();
      for (const row of rows) {
        yield row.map((value, at) =>
          floats[at] === true && typeof value === "number" ? shortFloat(value) : plainValue(value),
        );
      }
    }
  } catch (error) {
    throw error instanceof Error ? explained(query, "The SQL failed", error) : error;
  }
}

/** From here on the engine reads nothing but the run's folder and the store, and no setting can change that. */
async function lockDown(db: DuckDb): Promise<void> {
  if (locked.has(db)) return;
  const folders = [...db.readable].map((folder) => literal(folder)).join(", ");
  await db.run(`SET allowed_directories = [${folders}]`);
  await db.run("SET enable_external_access = false");
  await db.run("SET lock_configuration = true");
  locked.add(db);
}

/** Engines whose settings cannot be changed any more. */
const locked = new WeakSet<DuckDb>();

const notSelect = (query: string): Problem =>
  refused(query, "Only SELECT is allowed", "culprit sql never changes anything");

/** The engine's own words, where the SQL is to blame and not the machine. */
function explained(query: string, what: string, error: Error): Error {
  const why = error.message.replace(/^Failed to extract statements: /, "");
  if (!/^[A-Z][A-Za-z ]+ Error: /.test(why) || MACHINE.test(why)) return error;
  if (why.startsWith("Permission Error")) {
    return refused(query, what, "SQL reads the sources that stand after it, and no other file");
  }
  return refused(query, what, why);
}

const MACHINE = /^(?:Out of Memory|IO|INTERRUPT|Interrupt|Fatal|Internal) Error/;

const refused = (query: string, what: string, why?: string): Problem =>
  new Problem({
    code: "bad-sql",
    what,
    where: query,
    ...(why === undefined ? {} : { why }),
    help: "The table is requests; culprit formats --fields lists its columns",
    exit: 2,
  });

function typeOf(type: string): ColumnType | "bool" | "json" {
  if (/[\][(]/.test(type.replace(/^DECIMAL\(.*\)$/, ""))) return "json";
  if (/^(TIMESTAMP|DATE)/.test(type)) return "time";
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/.test(type)) return "int";
  if (/^(DOUBLE|FLOAT|DECIMAL.*)$/.test(type)) return "float";
  return type === "BOOLEAN" ? "bool" : "text";
}
