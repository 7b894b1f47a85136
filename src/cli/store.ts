import { tmpdir } from "node:os";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import type { Enrich } from "../enrichment/enrich.js";
import { Problem } from "../problems/problem.js";
import { integer } from "../outputs/numbers.js";
import { createProgress } from "../outputs/progress.js";
import { isS3Address } from "../sources/s3.js";
import { Bucket, type BucketSettings } from "../store/bucket.js";
import { Folder } from "../store/folder.js";
import { LEDGER, readLedger, type DataFile, type State } from "../store/ledger.js";
import type { Place } from "../store/place.js";
import { Snapshot } from "../store/snapshot.js";
import { storedRows } from "../store/stored.js";
import type { Workspace } from "../store/workspace.js";
import { loadConfig, type ConfigFlags } from "./config/find.js";
import type { Io } from "./io.js";
import { parseSize } from "./parse-flags.js";
import { s3Settings, type S3Flags } from "./s3-settings.js";
import { scopeOf, type Clock, type Covered, type Times } from "./scope.js";
import type { Session } from "./session.js";

export interface StoreFlags extends ConfigFlags, S3Flags {
  readonly store?: string;
  readonly cache?: string;
  readonly cacheSize: string;
}

/** Where the store lies: `--store`, `CULPRIT_STORE`, the configuration; a Problem when there is none. */
export async function storeOf(flags: StoreFlags, io: Io): Promise<Place> {
  const named = flags.store ?? io.env["CULPRIT_STORE"];
  if (named !== undefined && named !== "") return placeAt(named, io.cwd, flags, io);
  const loaded = await loadConfig(flags, io);
  const store = loaded?.config.store;
  if (loaded !== undefined && store !== undefined) {
    const { url, ...own } = typeof store === "string" ? { url: store } : store;
    const given = Object.entries(own).filter(([, value]) => value !== undefined);
    const base = path.dirname(loaded.file);
    return placeAt(url, base, { ...Object.fromEntries(given), ...flags }, io);
  }
  throw new Problem({
    code: "no-source",
    what: "There is nothing to read",
    why: "No source was given, and no store",
    help: "Name a log: culprit report access.log; or - for standard input; or a store: --store FOLDER",
    exit: 2,
  });
}

/** A folder, relative to another, or a prefix of a bucket. */
async function placeAt(
  name: string,
  base: string,
  flags: StoreFlags,
  io: Io,
): Promise<Folder | Bucket> {
  if (!isS3Address(name)) return new Folder(path.resolve(base, name));
  const { TMPDIR = "" } = io.env;
  const folder = cacheFolder(flags, io);
  return Bucket.open(name, {
    s3: s3Settings(flags, io),
    temporary: TMPDIR === "" ? tmpdir() : path.resolve(io.cwd, TMPDIR),
    ...(folder === undefined
      ? {}
      : { cache: { folder, bytes: parseSize("--cache-size", flags.cacheSize) } }),
    onFetch: showFetches(io),
  });
}

/** Undefined where the user has no place for caches. */
function cacheFolder({ cache }: StoreFlags, io: Io): string | undefined {
  if (cache !== undefined) return path.resolve(io.cwd, cache);
  const { XDG_CACHE_HOME = "", HOME = "" } = io.env;
  if (path.isAbsolute(XDG_CACHE_HOME)) return path.join(XDG_CACHE_HOME, "culprit");
  return HOME === "" ? undefined : path.join(HOME, ".cache", "culprit");
}

/** Shows on a terminal how a transfer from the store's bucket goes. */
function showFetches(io: Io): NonNullable<BucketSettings["onFetch"]> {
  const now = (): number => io.now().getTime();
  const progress = createProgress({ stream: io.stderr, env: io.env, now });
  return (files, of, count) => {
    if (files === of) progress.clear();
    else {
      const label = `${integer(files)} of ${integer(of)} files of the store fetched`;
      progress.update({ bytes: count, label });
    }
  };
}

/** What is asked of a store. */
export interface StoreQuestion {
  /** The files that can hold an answer. */
  readonly chosen: (file: DataFile) => boolean;
  readonly times: Times;
  readonly zone: string;
  readonly filter: (clock: Clock) => string;
  readonly enrich: Enrich;
}

/** Opens views over the rows of a store, and what its ledger says of them, for as long as they are used. */
export async function withStore<T>(
  db: DuckDb,
  workspace: Workspace,
  place: Place,
  { chosen, times, zone, filter, enrich }: StoreQuestion,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  await mustExist(place);
  const choose = (state: State): DataFile[] => filesIn(state, times, zone).filter(chosen);
  const snapshot = await Snapshot.open(place, workspace, (state) =>
    choose(state).map((file) => file.path),
  );
  db.readable.add(snapshot.held.folder);
  try {
    const { state } = snapshot;
    const derived = derivedIn(state);
    const wanted = choose(state);
    const files = wanted.map((file) => snapshot.file(file.path));
    const clock = clockOf(state, zone);
    const rows = await enrich(storedRows(files, derived));
    const scope = await scopeOf(
      db,
      rows,
      () => times(clock),
      zone,
      () => filter(clock),
      { covered: coveredBy(wanted) },
    );
    const formats = Object.entries(state.formats)
      .map(([format, inputs]) => ({ format, inputs }))
      .toSorted((a, b) => b.inputs - a.inputs);
    return await use({
      scope,
      embedded: db,
      accounting: accountingOf(state),
      sources: [place.name],
      formats,
      derived,
    });
  } finally {
    await snapshot.close();
  }
}

/** Columns of a store that are not the record's: what people derived when they filled it. */
export async function storedColumns(place: Place, asked: readonly string[]): Promise<string[]> {
  const columns = derivedIn(await readLedger(place));
  const unknown = asked.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw notDerived(unknown, place.name);
  return columns;
}

const derivedIn = ({ files }: State): string[] =>
  [...new Set(files.flatMap((file) => file.derived))].toSorted();

/** The files of a store that can hold rows of the time range. */
export function filesIn(state: State, times: Times, zone: string): DataFile[] {
  const range = times(clockOf(state, zone));
  return state.files.filter((file) => overlaps(file, range));
}

/** Relative times count from the last row. */
const clockOf = ({ files }: State, zone: string): Clock => ({
  now: coveredBy(files).last ?? new Date(),
  zone,
});

/** What files cover, as the ledger says: ISO texts of one length are ordered as times are. */
export function coveredBy(files: readonly DataFile[]): Covered {
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
export function accountingOf({ totals }: State): Session["accounting"] {
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

/** A place without a ledger is no store, or one that nothing has entered yet. */
export async function mustExist(place: Place): Promise<void> {
  if ((await place.list(LEDGER)).length === 0) throw missing(place.name);
}

const missing = (store: string): Problem =>
  new Problem({
    code: "no-store",
    what: "There is no store at this place",
    where: store,
    help: `Make one: culprit ingest access.log --store ${literal(store)}`,
    exit: 3,
  });

export const notDerived = (name: string, where: string): Problem =>
  new Problem({
    code: "bad-flag",
    what: `--derive ${name}: there is no such column`,
    where,
    why: "Columns are derived from lines, when these are ingested",
    help: "Give --derive to culprit ingest or pull; rows that are in the store already keep what they have",
    exit: 2,
  });
