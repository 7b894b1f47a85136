import { link, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { Problem } from "../problems/problem.js";
import { makeFolder, sync, writeDurably } from "./durable.js";

/** A Parquet file of the store, by its path relative to the store's folder. */
export interface DataFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly log_type: string;
  /** `YYYY-MM-DD` in UTC, or `undated`. */
  readonly day: string;
  /** First and last time in it as ISO text; null where the rows have none. */
  readonly from: string | null;
  readonly until: string | null;
  /** When the youngest of its rows entered the store, ISO. */
  readonly entered: string;
  /** Its columns that are not the record's: a person's own. */
  readonly derived: readonly string[];
}

/** A Parquet file beside the data: what objects entered, what lines were rejected. */
export interface SideFile {
  readonly path: string;
  readonly rows: number;
  /** When the youngest of its rows entered the store, ISO. */
  readonly entered: string;
}

/** Sums over everything that ever entered; what was forgotten is counted beside it. */
export interface Totals {
  readonly objects: number;
  readonly lines: number;
  readonly parsed: number;
  readonly rejected: number;
  readonly blank: number;
  /** Parsed rows that were left out because they had been delivered before. */
  readonly duplicates: number;
  readonly forgotten_rows: number;
  readonly forgotten_rejects: number;
}

/** What one commit changed; the ledger is the sum of its commits. */
export interface Commit {
  readonly version: 1;
  /** When it was made, ISO. */
  readonly at: string;
  readonly action: "ingest" | "compact" | "forget";
  /** Files that came: data, lists of objects, lists of rejects. */
  readonly added: readonly DataFile[];
  readonly objects: readonly SideFile[];
  readonly rejects: readonly SideFile[];
  /** Paths of the files of any kind that went. */
  readonly removed: readonly string[];
  /** What it adds to the sums, and to the number of objects of each format. */
  readonly totals: Totals;
  readonly formats: Readonly<Record<string, number>>;
}

/** What the store holds at one commit: readers work on this and never see half of one. */
export interface State {
  readonly version: 1;
  /** Number of the last commit, 0 for an empty store. */
  readonly commit: number;
  readonly files: readonly DataFile[];
  readonly objects: readonly SideFile[];
  readonly rejects: readonly SideFile[];
  readonly totals: Totals;
  readonly formats: Readonly<Record<string, number>>;
}

export const LEDGER = "ledger";
/** Commits folded into one file, so that reading the ledger stays fast over the years. */
const CHECKPOINT = 100;

export const noTotals: Totals = {
  objects: 0,
  lines: 0,
  parsed: 0,
  rejected: 0,
  blank: 0,
  duplicates: 0,
  forgotten_rows: 0,
  forgotten_rejects: 0,
};

const EMPTY: State = {
  version: 1,
  commit: 0,
  files: [],
  objects: [],
  rejects: [],
  totals: noTotals,
  formats: {},
};

const name = (commit: number): string => `${String(commit).padStart(12, "0")}.json`;
const checkpointName = (commit: number): string => `${String(commit).padStart(12, "0")}.state.json`;

/** The ledger's numbered files: commits, and checkpoints that sum them up. */
interface Numbers {
  readonly commits: readonly number[];
  readonly checkpoints: readonly number[];
}

async function numbersIn(folder: string): Promise<Numbers> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw unreadable(folder, error);
  });
  const numbers = (pattern: RegExp): number[] =>
    names
      .flatMap((file) => pattern.exec(file)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b);
  return {
    commits: numbers(/^(\d{12})\.json$/),
    checkpoints: numbers(/^(\d{12})\.state\.json$/),
  };
}

/** A writer may put a hundred commits together while they are read: then they are read again. */
const ATTEMPTS = 5;

/**
 * Reads the state of a store: the last checkpoint and the commits after it.
 * An absent folder is an empty store.
 */
export async function readLedger(store: string): Promise<State> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(path.join(store, LEDGER));
    } catch (error) {
      const gone = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
      if (!gone || attempt === ATTEMPTS) throw error;
    }
  }
}

async function readOnce(folder: string): Promise<State> {
  const { commits, checkpoints } = await numbersIn(folder);
  const checkpoint = checkpoints.at(-1);
  let state = EMPTY;
  if (checkpoint !== undefined) state = await readJson<State>(folder, checkpointName(checkpoint));
  for (const commit of commits) {
    if (commit <= state.commit) continue;
    if (commit !== state.commit + 1) throw gap(path.join(folder, name(state.commit + 1)));
    state = apply(state, await readJson<Commit>(folder, name(commit)), commit);
  }
  return state;
}

function apply(state: State, commit: Commit, number: number): State {
  const gone = new Set(commit.removed);
  const next = <T extends { readonly path: string }>(had: readonly T[], came: readonly T[]): T[] =>
    had.filter((file) => !gone.has(file.path)).concat(came);
  const totals = Object.fromEntries(
    Object.entries(state.totals).map(([key, sum]) => [
      key,
      (sum as number) + commit.totals[key as keyof Totals],
    ]),
  ) as unknown as Totals;
  const formats = { ...state.formats };
  for (const [format, objects] of Object.entries(commit.formats)) {
    formats[format] = (formats[format] ?? 0) + objects;
  }
  return {
    version: 1,
    commit: number,
    files: next(state.files, commit.added),
    objects: next(state.objects, commit.objects),
    rejects: next(state.rejects, commit.rejects),
    totals,
    formats,
  };
}

/** Every file that a state names. */
export const namedBy = ({ files, objects, rejects }: State): Set<string> =>
  new Set([...files, ...objects, ...rejects].map((file) => file.path));

/** How many rows files have together. */
export const rowsIn = (files: readonly { readonly rows: number }[]): number =>
  files.reduce((sum, { rows }) => sum + rows, 0);

/**
 * Makes a commit durable: it is there whole or not at all, whenever the machine stops.
 * Fails when another writer was faster. `draft` is a name in the store's staging folder.
 */
export async function appendCommit(
  store: string,
  before: State,
  commit: Commit,
  draft: string,
): Promise<State> {
  const folder = path.join(store, LEDGER);
  const number = before.commit + 1;
  await publish(folder, name(number), commit, draft);
  const state = apply(before, commit, number);
  if (number % CHECKPOINT === 0) await sumUp(folder, state, draft);
  return state;
}

/** Sums up all commits, and leaves out those that were summed up the time before. */
async function sumUp(folder: string, state: State, draft: string): Promise<void> {
  await publish(folder, checkpointName(state.commit), state, draft);
  const { commits, checkpoints } = await numbersIn(folder);
  const last = checkpoints.at(-2) ?? 0;
  for (const old of commits.filter((commit) => commit <= last))
    await rm(path.join(folder, name(old)));
  for (const old of checkpoints.filter((commit) => commit < last)) {
    await rm(path.join(folder, checkpointName(old)));
  }
}

/** Writes a file under a name that must not be taken yet, in one step. */
async function publish(
  folder: string,
  file: string,
  content: unknown,
  draft: string,
): Promise<void> {
  await makeFolder(folder);
  await writeDurably(draft, JSON.stringify(content));
  try {
    await link(draft, path.join(folder, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw overtaken(folder);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await sync(folder);
}

async function readJson<T extends { version: number }>(folder: string, file: string): Promise<T> {
  const place = path.join(folder, file);
  let content: T;
  try {
    content = JSON.parse(await readFile(place, "utf8")) as T;
  } catch (error) {
    throw unreadable(place, error as Error);
  }
  if (content.version !== 1) throw newer(place);
  return content;
}

const unreadable = (where: string, error: Error): Problem =>
  new Problem({
    code: "ledger-unreadable",
    what: "The store's ledger cannot be read",
    where,
    why: error.message,
    help: "Restore the file from a backup; the data files are untouched",
    exit: 3,
    cause: error,
  });

const gap = (where: string): Problem =>
  new Problem({
    code: "ledger-unreadable",
    what: "A commit is missing in the store's ledger",
    where,
    why: "Later commits are there, and they build on it",
    help: "Restore the file from a backup; the data files are untouched",
    exit: 3,
  });

const newer = (where: string): Problem =>
  new Problem({
    code: "store-newer",
    what: "The store was written by a newer culprit",
    where,
    help: "Use that version, or a newer one",
    exit: 3,
  });

const overtaken = (where: string): Problem =>
  new Problem({
    code: "store-changed",
    what: "Another writer changed the store at the same time",
    where,
    help: "Run the command again: nothing was lost and nothing is counted twice",
    exit: 3,
  });
