import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { provide } from "../../src/engines/athena/provide.js";
import { athenaQuery } from "../../src/engines/athena/query.js";
import { translate } from "../../src/engines/athena/translate.js";
import { DuckDb } from "../../src/engines/duckdb/engine.js";
import { plainValue } from "../../src/engines/duckdb/plain-value.js";

const folder = mkdtempSync(path.join(tmpdir(), "culprit-athena-"));
const open = (): Promise<DuckDb> =>
  DuckDb.open({ memory: 2 ** 29, temporary: folder, logZone: "UTC" });

let shared: Promise<DuckDb> | undefined;
afterAll(async () => {
  (await shared)?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The rows of a translated query, on an engine that all of a file's queries share. */
export async function translated(sql: string): Promise<unknown[][]> {
  const db = await (shared ??= open());
  const translation = translate(sql);
  await provide(db, translation);
  const result = await db.connection.runAndReadAll(translation.sql);
  return result.getRows().map((row) => row.map(plainValue));
}

/** Rows and column names as a person gets them: an engine is locked after one query. */
export async function asked(sql: string): Promise<{ names: string[]; rows: unknown[][] }> {
  const db = await open();
  try {
    const query = await athenaQuery(db, sql, translate(sql));
    const rows: unknown[][] = [];
    for await (const row of query.rows()) rows.push(row);
    return { names: query.columns.map(({ name }) => name), rows };
  } finally {
    db.close();
  }
}
