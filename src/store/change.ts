import { randomUUID } from "node:crypto";
import { Problem } from "../problems/problem.js";
import { appendCommit, namedBy, noTotals, readLedger, type Commit, type State } from "./ledger.js";
import { STAGING, type Place, type Staged } from "./place.js";
import { Workspace } from "./workspace.js";

const TOUCHED = ".touched.json";

/**
 * One change of the store in the making. Its files are prepared aside; `commit` puts them in their
 * places and makes them part of the store in one step: the commit's file in the ledger.
 *
 * What a change is about to touch is written down first. Whenever it ends early, the next writer
 * removes those of these files that no commit names, and no other file ever (`recover`).
 */
export class Change {
  readonly id = randomUUID();

  private constructor(
    readonly place: Place,
    readonly workspace: Workspace,
  ) {}

  /** Runs work that may end in a commit, and clears up after it, whatever happens. */
  static async run<T>(place: Place, work: (change: Change) => Promise<T>): Promise<T> {
    const workspace = Workspace.create(await place.stagingFolder());
    try {
      return await work(new Change(place, workspace));
    } finally {
      workspace.remove();
    }
  }

  async commit(before: State, commit: Commit, staged: readonly Staged[]): Promise<State> {
    const { place } = this;
    const note = `${STAGING}/${this.id}${TOUCHED}`;
    const touched = [...staged.map((file) => file.path), ...commit.removed];
    await place.create(note, JSON.stringify(touched));
    let state: State;
    try {
      await place.put(staged);
      state = await appendCommit(place, before, { ...commit, change: this.id });
    } catch (error) {
      // The ledger says which files stay; unless a request is under way that may still change it.
      if (!mayStillHappen(error)) await tidy(place, note, touched, await readLedger(place));
      throw error;
    }
    await tidy(place, note, touched, state);
    return state;
  }
}

/** Whether a failure leaves open what became of the last request: the next writer finds out. */
const mayStillHappen = (error: unknown): boolean =>
  error instanceof Problem && error.code.startsWith("s3-");

async function tidy(
  place: Place,
  note: string,
  touched: readonly string[],
  state: State,
): Promise<void> {
  await removeUnnamed(place, touched, state);
  await place.remove([note]);
}

/**
 * Clears up after a writer that was killed: files that it touched and no commit names, and what it
 * had prepared. Only for the holder of the writer's lock. Returns the state to go on from.
 */
export async function recover(place: Place, state: State, now: Date): Promise<State> {
  const left = (await place.list(STAGING)).map(({ name }) => name);
  const notes = left.filter((name) => name.endsWith(TOUCHED));
  const next = notes.length > 0 && !place.lockIsCertain ? await fence(place, state, now) : state;
  for (const note of notes) await removeUnnamed(place, placesIn(await place.read(note)), next);
  await place.clearStaging(left);
  return next;
}

/**
 * Takes the next number, so that a writer that has merely been slow cannot commit any more: it
 * would name files that are removed now.
 */
async function fence(place: Place, state: State, now: Date): Promise<State> {
  const nothing = { added: [], objects: [], rejects: [], removed: [], totals: noTotals };
  const at = now.toISOString();
  const change = randomUUID();
  return appendCommit(place, state, {
    version: 1,
    at,
    change,
    action: "recover",
    ...nothing,
    formats: {},
  });
}

/** A list that was not finished is of a change that had not touched anything. */
function placesIn(note: string | undefined): string[] {
  try {
    return JSON.parse(note ?? "[]") as string[];
  } catch {
    return [];
  }
}

async function removeUnnamed(
  place: Place,
  touched: readonly string[],
  state: State,
): Promise<void> {
  const named = namedBy(state);
  const gone = touched.filter((name) => !named.has(name));
  if (gone.length > 0) await place.remove(gone);
}
