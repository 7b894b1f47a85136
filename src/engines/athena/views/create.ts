import type { DuckDb } from "../../duckdb/engine.js";
import { ident } from "../../sql.js";
import { isSymbol, meaningful, nameOf } from "../tokens.js";
import { athenaViews } from "./registry.js";
import { viewSql, type AthenaView } from "./view.js";

/** A view as a query names it: `view`, `database.view` or `awsdatacatalog.database.view`. */
interface Named {
  readonly view: AthenaView;
  readonly database?: string;
  readonly catalog?: string;
}

/**
 * Creates the views that a query names, and no others: each costs a look at the logs' columns.
 * A database or catalog in front of the name is whatever the person's Athena calls it.
 */
export async function createViews(db: DuckDb, query: string, requests: string): Promise<void> {
  const named = namedViews(query);
  if (named.length === 0) return;
  const stored = await hasDay(db, requests);
  for (const { view, database, catalog } of named) {
    const sql = viewSql(view, `temp.main.${ident(requests)}`, stored);
    if (database === undefined) {
      await db.run(`CREATE OR REPLACE TEMP VIEW ${ident(view.name)} AS ${sql}`);
      continue;
    }
    if (catalog !== undefined) await db.run(`ATTACH IF NOT EXISTS ':memory:' AS ${ident(catalog)}`);
    const path = [catalog ?? "memory", database].map(ident).join(".");
    await db.run(`CREATE SCHEMA IF NOT EXISTS ${path}`);
    await db.run(`CREATE OR REPLACE VIEW ${path}.${ident(view.name)} AS ${sql}`);
  }
}

/** Names that the engine itself owns: nothing is created there. */
const OWNED = new Set(["temp", "system", "memory", "information_schema", "pg_catalog"]);

function namedViews(query: string): Named[] {
  const pieces = meaningful(query);
  const found = new Map<string, Named>();
  pieces.forEach((piece, at) => {
    const name = nameOf(piece)?.toLowerCase();
    const view = athenaViews.find((candidate) => candidate.name === name);
    if (view === undefined) return;
    const qualifier = (back: number): string | undefined =>
      isSymbol(pieces[at - back + 1], ".") ? nameOf(pieces[at - back])?.toLowerCase() : undefined;
    const database = qualifier(2);
    const catalog = database === undefined ? undefined : qualifier(4);
    if ([database, catalog].some((owner) => owner === "" || OWNED.has(owner ?? "-"))) return;
    found.set([catalog, database, name].join("."), {
      view,
      ...(database === undefined ? {} : { database }),
      ...(catalog === undefined ? {} : { catalog }),
    });
  });
  return [...found.values()];
}

/** Rows of the store carry their partition. */
async function hasDay(db: DuckDb, requests: string): Promise<boolean> {
  const found = await db.rows(
    `SELECT 1 FROM duckdb_columns() WHERE table_name = '${requests}' AND column_name = 'day'`,
  );
  return found.length > 0;
}
