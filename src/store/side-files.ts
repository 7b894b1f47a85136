import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import type { Change } from "./change.js";
import type { SideFile } from "./ledger.js";
import type { Staged } from "./place.js";

/** A side file that a change brings, and those that it takes the place of. */
export interface StagedSide {
  readonly file: SideFile;
  readonly staged: Staged;
  readonly replaced: readonly string[];
}

/**
 * Writes rows beside the data (objects, rejects) and takes in the youngest files of their kind as
 * long as they are no larger: so their number grows with the logarithm of the rows, however small
 * the commits are. Rows that entered in different months stay apart, so that they can be forgotten.
 */
export async function stageSide(
  db: DuckDb,
  change: Change,
  folder: string,
  rows: { readonly sql: string; readonly count: number },
  had: readonly SideFile[],
  entered: string,
): Promise<StagedSide> {
  const taken: SideFile[] = [];
  let count = rows.count;
  for (const file of had.toReversed()) {
    if (file.rows > count || file.entered.slice(0, 7) !== entered.slice(0, 7)) break;
    taken.push(file);
    count += file.rows;
  }
  const name = path.posix.join(folder, `${change.id}.parquet`);
  const staged = change.workspace.path(`${folder}.parquet`);
  const replaced = taken.map((file) => file.path);
  const held = await change.place.open(replaced, change.workspace);
  const older = replaced.map((file) => literal(held.file(file))).join(", ");
  const all =
    taken.length === 0
      ? rows.sql
      : `SELECT * FROM (${rows.sql}) UNION ALL BY NAME
         SELECT * FROM read_parquet([${older}], union_by_name = true)`;
  const written = await db.copy(all, staged).finally(() => held.close());
  if (written !== count) throw new Error(`${written} of ${count} rows were written to ${name}`);
  return {
    file: { path: name, rows: count, entered },
    staged: { staged, path: name },
    replaced,
  };
}
