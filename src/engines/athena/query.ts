import type { DuckDb } from "../duckdb/engine.js";
import { userQuery, type UserQuery } from "../duckdb/user-query.js";
import { asWritten, explained } from "./explain.js";
import { namedColumns } from "./names.js";
import { provide } from "./provide.js";
import type { Translation } from "./translate.js";

/** An Athena query that may be run: the engine gets what it lacks for it. */
export async function athenaQuery(
  db: DuckDb,
  query: string,
  translation: Translation,
): Promise<UserQuery> {
  await provide(db, translation);
  const { sql } = translation;
  const asked = await asWritten(query, () => userQuery(db, sql));
  return {
    ...asked,
    columns: await namedColumns(db, sql, asked.columns),
    rows: () => rowsOf(asked, query),
  };
}

async function* rowsOf(asked: UserQuery, query: string): ReturnType<UserQuery["rows"]> {
  try {
    yield* asked.rows();
  } catch (error) {
    throw explained(error, query);
  }
}
