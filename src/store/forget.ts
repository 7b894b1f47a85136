import { Change, recover } from "./change.js";
import { UNDATED } from "./data-files.js";
import { noTotals, readLedger, rowsIn, type State } from "./ledger.js";
import type { Place } from "./place.js";

export interface Forgotten {
  readonly files: number;
  readonly rows: number;
  readonly rejects: number;
}

/** What `forget` would take: whole days before a time, in UTC. */
export function forgettable(state: State, before: Date): Pick<State, "files" | "rejects"> {
  const limit = before.toISOString().slice(0, 10);
  const old = ({ entered }: { entered: string }): boolean => entered.slice(0, 10) < limit;
  return {
    files: state.files.filter((file) => (file.day === UNDATED ? old(file) : file.day < limit)),
    // Rejects have no time of their own.
    rejects: state.rejects.filter(old),
  };
}

/**
 * Forgets whole days before a time; rejects and rows without a time by the day they entered.
 * The objects stay known, so that no later ingest brings back what was forgotten.
 * The caller holds the writer's lock.
 */
export async function forget(place: Place, before: Date, now: Date): Promise<Forgotten> {
  const state = await recover(place, await readLedger(place), now);
  const { files, rejects } = forgettable(state, before);
  const forgotten = { files: files.length, rows: rowsIn(files), rejects: rowsIn(rejects) };
  if (files.length + rejects.length === 0) return forgotten;
  await Change.run(place, (change) =>
    change.commit(
      state,
      {
        version: 1,
        at: now.toISOString(),
        action: "forget",
        added: [],
        removed: [...files, ...rejects].map((file) => file.path),
        objects: [],
        rejects: [],
        totals: {
          ...noTotals,
          forgotten_rows: forgotten.rows,
          forgotten_rejects: forgotten.rejects,
        },
        formats: {},
      },
      [],
    ),
  );
  return forgotten;
}
