import { stat } from "node:fs/promises";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { RANGE, REQUESTS, sha256 } from "./data-files.js";
import { namedBy, readLedger, rowsIn, type DataFile, type State } from "./ledger.js";
import { Gone, type Place } from "./place.js";
import { withObjects } from "./stored.js";
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
export async function verify(db: DuckDb, place: Place, workspace: Workspace): Promise<Verdict> {
  const strays = await straysOf(place);
  const state = await readLedger(place);
  const faults: Fault[] = [];
  for (const file of state.files) {
    faults.push(...(await checkHeld(place, file.path, workspace, (at) => checkFile(db, file, at))));
  }
  for (const { path: name, rows } of [...state.objects, ...state.rejects]) {
    faults.push(
      ...(await checkHeld(place, name, workspace, (at) => checkRows(db, name, rows, at))),
    );
  }
  const sums = await checkTotals(db, place, state);
  const words = [
    ...(await stillNamed(place, faults)),
    ...sums,
    ...(await stillStray(place, strays)),
  ];
  return {
    commit: state.commit,
    files: state.files.length,
    rows: rowsIn(state.files),
    faults: words,
  };
}

/** What is wrong with a file, in words. */
interface Fault {
  readonly name: string;
  readonly words: string;
}

/** Checks a file as it lies in the store now; that it is missing is a fault to tell too. */
async function checkHeld(
  place: Place,
  name: string,
  workspace: Workspace,
  check: (at: string) => Promise<string[]>,
): Promise<Fault[]> {
  let words: string[];
  try {
    const held = await place.open([name], workspace, { fresh: true });
    words = await check(held.file(name)).finally(() => held.close());
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
    words = [`${name}: missing`];
  }
  return words.map((text) => ({ name, words: text }));
}

/** A writer may have replaced files since the ledger was read: they are missing rightly. */
async function stillNamed(place: Place, faults: readonly Fault[]): Promise<string[]> {
  if (faults.length === 0) return [];
  const named = namedBy(await readLedger(place));
  return faults.filter(({ name }) => named.has(name)).map(({ words }) => words);
}

async function checkFile(db: DuckDb, file: DataFile, at: string): Promise<string[]> {
  const { size } = await stat(at);
  if (size !== file.bytes) return [`${file.path}: ${size} bytes, the ledger says ${file.bytes}`];
  if ((await sha256(at)) !== file.sha256) return [`${file.path}: its bytes have changed`];
  try {
    const [found] = await db.rows(
      `SELECT count(*) AS rows, ${RANGE} FROM read_parquet(${literal(at)}, hive_partitioning = false)`,
    );
    return (["rows", "from", "until"] as const)
      .filter((key) => found?.[key] !== file[key])
      .map((key) => `${file.path}: ${key} ${String(found?.[key])}, the ledger says ${file[key]}`);
  } catch (error) {
    return [`${file.path}: ${(error as Error).message}`];
  }
}

async function checkRows(db: DuckDb, name: string, rows: number, at: string): Promise<string[]> {
  try {
    const [found] = await db.rows(`SELECT count(*) AS rows FROM read_parquet(${literal(at)})`);
    return found?.["rows"] === rows
      ? []
      : [`${name}: ${String(found?.["rows"])} rows, the ledger says ${rows}`];
  } catch (error) {
    return [`${name}: ${(error as Error).message}`];
  }
}

/** Whether objects, data and rejects add up. */
async function checkTotals(db: DuckDb, place: Place, state: State): Promise<string[]> {
  const { files, rejects, totals } = state;
  // Where a list of objects is missing or damaged, that was said; or it was replaced meanwhile.
  const sums = await withObjects(db, place, state, (objects) =>
    db.rows(
      `SELECT count(*) AS objects, ${["lines", "parsed", "rejected", "blank", "duplicates"]
        .map((key) => `CAST(coalesce(sum(${key}), 0) AS BIGINT) AS ${key}`)
        .join(", ")} FROM ${objects}`,
    ),
  ).catch(() => []);
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
async function straysOf(place: Place): Promise<string[]> {
  const names = (await place.list(REQUESTS)).map(({ name }) => name);
  const named = namedBy(await readLedger(place));
  return names.filter((name) => name.endsWith(".parquet") && !named.has(name));
}

/** A writer at work has files in their places shortly before the commit that names them. */
async function stillStray(place: Place, strays: readonly string[]): Promise<string[]> {
  if (strays.length === 0) return [];
  const now = new Set(await straysOf(place));
  return strays
    .filter((name) => now.has(name))
    .map((name) => `${name}: in no commit; if a killed writer left it, the next one removes it`);
}
