import { existsSync } from "node:fs";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { Problem } from "../problems/problem.js";
import { LEDGER, readLedger, type DataFile, type State } from "../store/ledger.js";
import { Snapshot } from "../store/snapshot.js";
import { storedRows } from "../store/stored.js";
import type { Workspace } from "../store/workspace.js";
import { loadConfig, type ConfigFlags } from "./config/find.js";
import type { Io } from "./io.js";
import { scopeOf, type Clock, type Covered, type Times } from "./scope.js";
import type { Session } from "./session.js";

export interface StoreFlags extends ConfigFlags {
  readonly store?: string;
}

/** The store's folder: `--store`, `CULPRIT_STORE`, the configuration; a Problem when there is none. */
export async function storeOf(flags: StoreFlags, io: Io): Promise<string> {
  const named = flags.store ?? io.env["CULPRIT_STORE"];
  if (named !== undefined && named !== "") return path.resolve(io.cwd, named);
  const loaded = await loadConfig(flags, io);
  if (loaded?.config.store !== undefined) {
    return path.resolve(path.dirname(loaded.file), loaded.config.store);
  }
  throw new Problem({
    code: "no-source",
    what: "There is nothing to read",
    why: "No source was given, and no store",
    help: "Name a log: culprit report access.log; or - for standard input; or a store: --store FOLDER",
    exit: 2,
  });
}

/** Opens views over the rows of a store, and what its ledger says of them, for as long as they are used. */
export async function withStore<T>(
  db: DuckDb,
  workspace: Workspace,
  store: string,
  times: Times,
  zone: string,
  filter: (clock: Clock) => string,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  mustExist(store);
  db.readable.add(store);
  const choose = (state: State): DataFile[] => {
    const range = times(clockOf(state, zone));
    return state.files.filter((file) => overlaps(file, range));
  };
  const snapshot = await Snapshot.open(store, workspace, (state) =>
    choose(state).map((file) => file.path),
  );
  try {
    const { state } = snapshot;
    const derived = derivedIn(state);
    const chosen = choose(state);
    const files = chosen.map((file) => snapshot.file(file.path));
    const clock = clockOf(state, zone);
    const rows = storedRows(files, derived);
    const scope = await scopeOf(
      db,
      rows,
      () => times(clock),
      zone,
      () => filter(clock),
      coveredBy(chosen),
    );
    const formats = Object.entries(state.formats)
      .map(([format, inputs]) => ({ format, inputs }))
      .toSorted((a, b) => b.inputs - a.inputs);
    return await use({
      scope,
      accounting: accountingOf(state),
      sources: [store],
      formats,
      derived,
    });
  } finally {
    await snapshot.close();
  }
}

/** Columns of a store that are not the record's: what people derived when they filled it. */
export async function storedColumns(store: string, asked: readonly string[]): Promise<string[]> {
  const columns = derivedIn(await readLedger(store));
  const unknown = asked.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw notDerived(unknown, store);
  return columns;
}

const derivedIn = ({ files }: State): string[] =>
  [...new Set(files.flatMap((file) => file.derived))].toSorted();

/** Relative times count from the last row. */
const clockOf = ({ files }: State, zone: string): Clock => ({
  now: coveredBy(files).last ?? new Date(),
  zone,
});

/** What files cover, as the ledger says: ISO texts of one length are ordered as times are. */
function coveredBy(files: readonly DataFile[]): Covered {
  const first = files.flatMap(({ from }) => from ?? []).toSorted()[0];
  const last = files
    .flatMap(({ until }) => until ?? [])
    .toSorted()
    .at(-1);
  return {
    first: first === undefined ? null : new Date(first),
    last: last === undefined ? null : new Date(last),
  };
}

/** Every line that entered and was not forgotten since. */
function accountingOf({ totals }: State): Session["accounting"] {
  const { lines, parsed, rejected, blank, forgotten_rows, forgotten_rejects } = totals;
  return {
    lines: lines - forgotten_rows - forgotten_rejects,
    parsed: parsed - forgotten_rows,
    rejected: rejected - forgotten_rejects,
    blank,
  };
}

/** Whether a file can hold rows of the range; files without times belong to every one. */
function overlaps({ from, until }: DataFile, range: { since?: Date; until?: Date }): boolean {
  if (from === null || until === null)
    return range.since === undefined && range.until === undefined;
  const before = range.since !== undefined && new Date(until).getTime() < range.since.getTime();
  const after = range.until !== undefined && new Date(from).getTime() >= range.until.getTime();
  return !before && !after;
}

/** A folder without a ledger is no store, or one that nothing has entered yet. */
export function mustExist(store: string): void {
  if (!existsSync(path.join(store, LEDGER))) throw missing(store);
}

const missing = (store: string): Problem =>
  new Problem({
    code: "no-store",
    what: "There is no store at this place",
    where: store,
    help: `Make one: culprit ingest access.log --store ${literal(store)}`,
    exit: 3,
  });

const notDerived = (name: string, where: string): Problem =>
  new Problem({
    code: "bad-flag",
    what: `--derive ${name}: the store has no such column`,
    where,
    why: "Columns are derived from lines, when these are ingested",
    help: "Give --derive to culprit ingest or pull; rows that are in the store already keep what they have",
    exit: 2,
  });
