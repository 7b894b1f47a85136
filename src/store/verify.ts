import { stat } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import type { State } from "./ledger.js";
import { storedObjects } from "./stored.js";

/** Counts every file against the ledger; returns the faults in words, none when all is well. */
export async function verify(db: DuckDb, store: string, state: State): Promise<string[]> {
  const faults: string[] = [];
  for (const { path: name, rows, bytes } of state.files) {
    const file = path.join(store, name);
    const size = await stat(file).then(
      (found) => found.size,
      () => undefined,
    );
    if (size === undefined) {
      faults.push(`${name}: missing`);
      continue;
    }
    if (size !== bytes) faults.push(`${name}: ${size} bytes, the ledger says ${bytes}`);
    const counted = await db
      .rows(`SELECT count(*) AS rows FROM read_parquet(${literal(file)})`)
      .then(
        ([row]) => Number(row?.["rows"]),
        (error: Error) => error.message,
      );
    if (counted !== rows) faults.push(`${name}: ${counted} rows, the ledger says ${rows}`);
  }
  const [sums] = await db.rows(
    `SELECT CAST(coalesce(sum(lines - parsed - rejected - blank), 0) AS BIGINT) AS odd FROM ${storedObjects(store, state)}`,
  );
  if (Number(sums?.["odd"]) !== 0)
    faults.push("the objects' lines are not parsed + rejected + blank");
  return faults;
}
