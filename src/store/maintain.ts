import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { describeFiles, moveIn, REQUESTS } from "./data-files.js";
import { appendCommit, readLedger, type DataFile, type State } from "./ledger.js";
import { recover } from "./recover.js";
import { Workspace } from "./workspace.js";

/** A file of this size is not worth rewriting. */
const LARGE = 64 * 2 ** 20;

/**
 * Rewrites the small files of each log type and day as one, sorted by time.
 * The caller holds the writer's lock.
 */
export async function compact(
  db: DuckDb,
  store: string,
  now: Date,
): Promise<{ before: number; after: number }> {
  let state = await recover(store, await readLedger(store));
  const before = state.files.length;
  const groups = new Map<string, DataFile[]>();
  for (const file of state.files.filter(({ bytes }) => bytes < LARGE)) {
    const group = `${file.log_type}/${file.day}`;
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  for (const files of groups.values()) {
    if (files.length > 1) state = await compactDay(db, store, state, files, now);
  }
  return { before, after: state.files.length };
}

async function compactDay(
  db: DuckDb,
  store: string,
  state: State,
  files: readonly DataFile[],
  now: Date,
): Promise<State> {
  const [{ log_type, day } = { log_type: "", day: "" }] = files;
  const staging = path.join(store, "_staging");
  await mkdir(staging, { recursive: true });
  const workspace = Workspace.create(staging);
  try {
    const folder = path.join(workspace.path(REQUESTS), `log_type=${log_type}`, `day=${day}`);
    await mkdir(folder, { recursive: true });
    const list = files.map((file) => literal(path.join(store, file.path))).join(", ");
    await db.run(`COPY (SELECT * FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false)
      ORDER BY time) TO ${literal(path.join(folder, `${randomUUID()}-0.parquet`))} (FORMAT parquet, COMPRESSION zstd)`);
    const written = await describeFiles(db, workspace.path(REQUESTS));
    await moveIn(store, written);
    return await replace(
      store,
      state,
      files,
      written.map(({ file }) => file),
      "compact",
      now,
    );
  } finally {
    workspace.remove();
  }
}

/** Forgets whole days before a time. The caller holds the writer's lock. */
export async function forget(
  store: string,
  before: Date,
  now: Date,
): Promise<{ files: number; rows: number }> {
  const state = await recover(store, await readLedger(store));
  const limit = before.toISOString().slice(0, 10);
  const files = state.files.filter(({ day }) => day !== "undated" && day < limit);
  if (files.length > 0) await replace(store, state, files, [], "forget", now);
  return { files: files.length, rows: files.reduce((sum, { rows }) => sum + rows, 0) };
}

/** Commits that files went and others came; then removes what no commit names any more. */
async function replace(
  store: string,
  state: State,
  gone: readonly DataFile[],
  added: readonly DataFile[],
  action: "compact" | "forget",
  now: Date,
): Promise<State> {
  const next = await appendCommit(store, state, {
    version: 1,
    at: now.toISOString(),
    action,
    added,
    removed: gone.map((file) => file.path),
    objects: null,
    rejects: null,
  });
  for (const file of gone) await rm(path.join(store, file.path), { force: true });
  return next;
}
