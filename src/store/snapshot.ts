import { Problem } from "../problems/problem.js";
import { readLedger, type State } from "./ledger.js";
import { Gone, type Held, type Place } from "./place.js";
import type { Workspace } from "./workspace.js";

/** Files of a state that a reader needs, by their names in the store. */
type Choice = (state: State) => readonly string[];

/**
 * A store as it was at one commit, for as long as a reader needs it.
 *
 * Readers take no lock, and a writer removes files as soon as a commit has replaced them. So a
 * reader gets hold of every file it needs before it asks its first question; where one is gone by
 * then, a later commit has replaced it, and the reader begins again from there.
 */
export class Snapshot {
  private constructor(
    readonly state: State,
    readonly held: Held,
  ) {}

  static async open(place: Place, workspace: Workspace, choose: Choice): Promise<Snapshot> {
    let state = await readLedger(place);
    for (;;) {
      try {
        return new Snapshot(state, await place.open(choose(state), workspace));
      } catch (error) {
        if (!(error instanceof Gone)) throw error;
        const again = await readLedger(place);
        if (again.commit === state.commit) throw missing(error.where);
        state = again;
      }
    }
  }

  /** Where a file of the store can be read. */
  get file(): Held["file"] {
    return this.held.file;
  }

  close(): Promise<void> {
    return this.held.close();
  }
}

/** The Problem of a file that the ledger names and that is not there. */
export const missing = (where: string): Problem =>
  new Problem({
    code: "store-incomplete",
    what: "A file of the store is missing",
    where,
    why: "The ledger names it, and no later commit has replaced it",
    help: "culprit store verify lists what is missing; restore it from a backup",
    exit: 3,
  });
