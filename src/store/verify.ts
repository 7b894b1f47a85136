import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { RANGE, REQUESTS, sha256 } from "./data-files.js";
import { namedBy, readLedger, rowsIn, type DataFile, type State } from "./ledger.js";
import { Snapshot } from "./snapshot.js";
import { objectRows } from "./stored.js";
import type { Workspace } from "./workspace.js";

export interface Verdict {
  readonly commit: number;
  readonly files: number;
  readonly rows: number;
  /** In words; none when all is well. */
  readonly faults: readonly string[];
}

/**
 * Counts every file against the ledger: bytes and their hash, rows, first and last time; and the
 * sums against the objects. Readers and a writer may work meanwhile.
 */
export async function verify(db: DuckDb, store: string, workspace: Workspace): Promise<Verdict> {
  const strays = await straysOf(store);
  // What is missing is a fault to tell, not a reason to stop.
  const snapshot = await Snapshot.open(store, workspace, (state) => [...namedBy(state)]).catch(
    () => undefined,
  );
  try {
    const state = snapshot?.state ?? (await readLedger(store));
    const place = snapshot?.file ?? ((name: string) => path.join(store, name));
    const faults: string[] = [];
    for (const file of state.files) faults.push(...(await checkFile(db, file, place(file.path))));
    for (const { path: name, rows } of [...state.objects, ...state.rejects]) {
      faults.push(...(await checkRows(db, name, rows, place(name))));
    }
    faults.push(...(await checkTotals(db, state, place)));
    faults.push(...(await stillStray(store, strays)));
    const rows = rowsIn(state.files);
    return { commit: state.commit, files: state.files.length, rows, faults };
  } finally {
    await snapshot?.close();
  }
}

async function checkFile(db: DuckDb, file: DataFile, place: string): Promise<string[]> {
  const size = await stat(place).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return [`${file.path}: missing`];
  if (size !== file.bytes) return [`${file.path}: ${size} bytes, the ledger says ${file.bytes}`];
  if ((await sha256(place)) !== file.sha256) return [`${file.path}: its bytes have changed`];
  try {
    const [found] = await db.rows(
      `SELECT count(*) AS rows, ${RANGE} FROM read_parquet(${literal(place)}, hive_partitioning = false)`,
    );
    return (["rows", "from", "until"] as const)
      .filter((key) => found?.[key] !== file[key])
      .map((key) => `${file.path}: ${key} ${String(found?.[key])}, the ledger says ${file[key]}`);
  } catch (error) {
    return [`${file.path}: ${(error as Error).message}`];
  }
}

async function checkRows(db: DuckDb, name: string, rows: number, place: string): Promise<string[]> {
  try {
    const [found] = await db.rows(`SELECT count(*) AS rows FROM read_parquet(${literal(place)})`);
    return found?.["rows"] === rows
      ? []
      : [`${name}: ${String(found?.["rows"])} rows, the ledger says ${rows}`];
  } catch (error) {
    return [`${name}: ${(error as Error).message}`];
  }
}

/** Whether objects, data and rejects add up. */
async function checkTotals(
  db: DuckDb,
  { files, objects, rejects, totals }: State,
  place: (name: string) => string,
): Promise<string[]> {
  const sums = await db
    .rows(
      `SELECT count(*) AS objects, ${["lines", "parsed", "rejected", "blank", "duplicates"]
        .map((key) => `CAST(coalesce(sum(${key}), 0) AS BIGINT) AS ${key}`)
        .join(", ")} FROM ${objectRows(objects.map((file) => place(file.path)))}`,
    )
    .catch(() => []);
  const faults = (["objects", "lines", "parsed", "rejected", "blank", "duplicates"] as const)
    .filter((key) => sums[0] !== undefined && sums[0][key] !== totals[key])
    .map(
      (key) => `${key}: ${String(sums[0]?.[key])} of the objects, the ledger says ${totals[key]}`,
    );
  if (totals.lines !== totals.parsed + totals.rejected + totals.blank) {
    faults.push("the lines are not parsed + rejected + blank");
  }
  if (rowsIn(files) !== totals.parsed - totals.duplicates - totals.forgotten_rows) {
    faults.push("the rows are not those parsed, less duplicates and forgotten ones");
  }
  if (rowsIn(rejects) !== totals.rejected - totals.forgotten_rejects) {
    faults.push("the rejects are not those counted, less forgotten ones");
  }
  return faults;
}

/** Data files that no commit names. */
async function straysOf(store: string): Promise<string[]> {
  const entries = await readdir(path.join(store, REQUESTS), { recursive: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.endsWith(".parquet"))
    .map((entry) => path.posix.join(REQUESTS, ...entry.split(path.sep)));
  const named = namedBy(await readLedger(store));
  return names.filter((name) => !named.has(name));
}

/** A writer at work has files in their places shortly before the commit that names them. */
async function stillStray(store: string, strays: readonly string[]): Promise<string[]> {
  if (strays.length === 0) return [];
  const now = new Set(await straysOf(store));
  return strays
    .filter((name) => now.has(name))
    .map((name) => `${name}: in no commit; if a killed writer left it, the next one removes it`);
}
