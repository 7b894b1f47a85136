import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { makeFolder, sync, writeDurably } from "./durable.js";
import { appendCommit, namedBy, readLedger, type Commit, type State } from "./ledger.js";
import { Workspace } from "./workspace.js";

/** Where changes are prepared; only the holder of the writer's lock uses it. */
export const STAGING = "_staging";
const TOUCHED = ".touched.json";

/** A file that lies in the staging folder, and its place relative to the store. */
export interface Staged {
  readonly staged: string;
  readonly path: string;
}

/**
 * One change of the store in the making. Its files are prepared aside; `commit` puts them in their
 * places and makes them part of the store in one step: the commit's link in the ledger.
 *
 * What a change is about to touch is written down first. Whenever it ends early, the next writer
 * removes those of these files that no commit names, and no other file ever (`recover`).
 */
export class Change {
  readonly id = randomUUID();

  private constructor(
    readonly store: string,
    readonly workspace: Workspace,
  ) {}

  /** Runs work that may end in a commit, and clears up after it, whatever happens. */
  static async run<T>(store: string, work: (change: Change) => Promise<T>): Promise<T> {
    const staging = path.join(store, STAGING);
    await mkdir(staging, { recursive: true });
    const workspace = Workspace.create(staging);
    try {
      return await work(new Change(store, workspace));
    } finally {
      workspace.remove();
    }
  }

  async commit(before: State, commit: Commit, staged: readonly Staged[]): Promise<State> {
    for (const file of staged) await sync(file.staged);
    const touched = path.join(this.store, STAGING, `${this.id}${TOUCHED}`);
    const places = [...staged.map((file) => file.path), ...commit.removed];
    await writeDurably(touched, JSON.stringify(places));
    await sync(path.dirname(touched));
    try {
      await moveIn(this.store, staged);
      return await appendCommit(this.store, before, commit, this.workspace.path("commit.json"));
    } finally {
      // Of a change that failed too: the ledger says which files stay.
      await removeUnnamed(this.store, places, await readLedger(this.store));
      await rm(touched);
    }
  }
}

/** Puts staged files in their places, each in one step. */
async function moveIn(store: string, files: readonly Staged[]): Promise<void> {
  const folders = new Set<string>();
  for (const { staged, path: name } of files) {
    const target = path.join(store, name);
    const folder = path.dirname(target);
    if (!folders.has(folder)) await makeFolder(folder);
    folders.add(folder);
    await rename(staged, target);
  }
  for (const folder of folders) await sync(folder);
}

/**
 * Clears up after a writer that was killed: files that it touched and no commit names, and what it
 * had prepared. Only for the holder of the writer's lock.
 */
export async function recover(store: string, state: State): Promise<State> {
  const staging = path.join(store, STAGING);
  const left = await readdir(staging).catch(() => []);
  for (const name of left.filter((file) => file.endsWith(TOUCHED))) {
    await removeUnnamed(store, await readPlaces(path.join(staging, name)), state);
  }
  await rm(staging, { recursive: true, force: true });
  return state;
}

/** A list that was not finished is of a change that had not touched anything. */
async function readPlaces(file: string): Promise<string[]> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as string[];
  } catch {
    return [];
  }
}

async function removeUnnamed(
  store: string,
  places: readonly string[],
  state: State,
): Promise<void> {
  const named = namedBy(state);
  const gone = places.filter((place) => !named.has(place));
  for (const place of gone) await rm(path.join(store, place), { force: true });
  for (const folder of new Set(gone.map((place) => path.dirname(place)))) {
    // Days that have become empty; the others stay.
    await rmdir(path.join(store, folder)).catch(() => {});
  }
}
