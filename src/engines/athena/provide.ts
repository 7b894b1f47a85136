import type { DuckDb } from "../duckdb/engine.js";
import { ident } from "../sql.js";
import { macroName, type Translation } from "./translate.js";

/** The functions that the query needs and the engine does not have, and whole-number division. */
export async function provide(db: DuckDb, { macros }: Translation): Promise<void> {
  await db.run("SET integer_division = true");
  await db.run("CREATE SCHEMA IF NOT EXISTS memory.athena");
  for (const [name, sql] of macros) {
    await db.run(`CREATE OR REPLACE MACRO memory.athena.${ident(macroName(name))} ${sql}`);
  }
}
