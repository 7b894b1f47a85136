import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { Problem } from "../problems/problem.js";

/** A Parquet file of the store, by its path relative to the store's folder. */
export interface DataFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly log_type: string;
  /** `YYYY-MM-DD` in UTC, or `undated`. */
  readonly day: string;
  /** First and last time in it as ISO text; null where the rows have none. */
  readonly from: string | null;
  readonly until: string | null;
}

/** What one commit changed; the ledger is the sum of its commits. */
export interface Commit {
  readonly version: 1;
  /** When it was made, ISO. */
  readonly at: string;
  readonly action: "ingest" | "compact" | "forget";
  /** Data files that came, and paths of those that went. */
  readonly added: readonly DataFile[];
  readonly removed: readonly string[];
  /** Parquet files, relative to the store, that list the objects and the rejects of this commit. */
  readonly objects: string | null;
  readonly rejects: string | null;
}

/** What the store holds at one commit: readers work on this and never see half of one. */
export interface State {
  /** Number of the last commit, 0 for an empty store. */
  readonly commit: number;
  readonly files: readonly DataFile[];
  readonly objects: readonly string[];
  readonly rejects: readonly string[];
}

const FOLDER = "ledger";
/** Commits folded into one file, so that reading the ledger stays fast over the years. */
const CHECKPOINT = 100;

const name = (commit: number): string => `${String(commit).padStart(12, "0")}.json`;
const checkpointName = (commit: number): string => `${String(commit).padStart(12, "0")}.state.json`;

/**
 * Reads the state of a store: the last checkpoint and the commits after it.
 * An absent folder is an empty store.
 */
export async function readLedger(store: string): Promise<State> {
  const folder = path.join(store, FOLDER);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw unreadable(folder, error);
  });
  const numbers = (pattern: RegExp): number[] =>
    names
      .flatMap((file) => pattern.exec(file)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b);
  const checkpoint = numbers(/^(\d{12})\.state\.json$/).at(-1);
  let state: State = { commit: 0, files: [], objects: [], rejects: [] };
  if (checkpoint !== undefined) state = await readJson<State>(folder, checkpointName(checkpoint));
  for (const commit of numbers(/^(\d{12})\.json$/)) {
    if (commit <= state.commit) continue;
    state = apply(state, await readJson<Commit>(folder, name(commit)), commit);
  }
  return state;
}

function apply(state: State, commit: Commit, number: number): State {
  const gone = new Set(commit.removed);
  const more = (list: readonly string[], file: string | null): readonly string[] =>
    file === null ? list : [...list, file];
  return {
    commit: number,
    files: [...state.files.filter((file) => !gone.has(file.path)), ...commit.added],
    objects: more(state.objects, commit.objects),
    rejects: more(state.rejects, commit.rejects),
  };
}

/**
 * Makes a commit durable: it is there whole or not at all, whenever the machine stops.
 * Fails when another writer was faster.
 */
export async function appendCommit(store: string, before: State, commit: Commit): Promise<State> {
  const folder = path.join(store, FOLDER);
  await mkdir(folder, { recursive: true });
  const number = before.commit + 1;
  await publish(folder, name(number), commit);
  const state = apply(before, commit, number);
  if (number % CHECKPOINT === 0) await publish(folder, checkpointName(number), state);
  return state;
}

/** Writes a file under a name that must not be taken yet, in one step. */
async function publish(folder: string, file: string, content: unknown): Promise<void> {
  const draft = path.join(folder, `.${randomUUID()}.tmp`);
  const handle = await open(draft, "wx");
  try {
    await handle.writeFile(JSON.stringify(content));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, path.join(folder, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw overtaken(folder);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(folder);
}

/** Makes a rename or link in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readJson<T>(folder: string, file: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path.join(folder, file), "utf8")) as T;
  } catch (error) {
    throw unreadable(path.join(folder, file), error as Error);
  }
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

const overtaken = (where: string): Problem =>
  new Problem({
    code: "store-changed",
    what: "Another writer changed the store at the same time",
    where,
    help: "Run the command again: nothing was lost and nothing is counted twice",
    exit: 3,
  });
