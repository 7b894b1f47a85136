import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { REQUESTS } from "./data-files.js";
import type { State } from "./ledger.js";

/**
 * Removes what a writer that was killed left behind: staged files, and files that no commit names.
 * Only for the holder of the writer's lock.
 */
export async function recover(store: string, state: State): Promise<State> {
  await rm(path.join(store, "_staging"), { recursive: true, force: true });
  const data = new Set(state.files.map(({ path: name }) => name));
  await removeUnnamed(store, REQUESTS, data);
  await removeUnnamed(store, "rejects", new Set(state.rejects));
  const objects = new Set(state.objects);
  await removeUnnamed(store, "ledger", objects, /^objects-.*\.parquet(\.tmp)?$|\.tmp$/);
  return state;
}

async function removeUnnamed(
  store: string,
  folder: string,
  named: ReadonlySet<string>,
  only = /\.parquet$/,
): Promise<void> {
  const entries = await readdir(path.join(store, folder), { recursive: true }).catch(() => []);
  for (const entry of entries) {
    const name = path.posix.join(folder, ...entry.split(path.sep));
    if (only.test(path.basename(entry)) && !named.has(name)) await rm(path.join(store, name));
  }
}
