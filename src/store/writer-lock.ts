import type { DuckDBInstance as Instance } from "@duckdb/node-api";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { DuckDBInstance } from "../engines/duckdb/api.js";
import { Problem } from "../problems/problem.js";
import { makeFolder } from "./durable.js";
import { STAGING } from "./place.js";

/** Stores this process is writing to: the system's lock only keeps other processes out. */
const held = new Set<string>();

/**
 * One writer at a time; readers need no lock.
 *
 * The lock is an empty DuckDB file, opened for writing. The system holds a lock on it as long as
 * the process lives and drops it when the process ends, whatever ends it: there is no stale lock to
 * judge, and none of two that would judge it at the same time.
 */
export async function withWriterLock<T>(store: string, work: () => Promise<T>): Promise<T> {
  await writable(store, () => makeFolder(store));
  const key = await realpath(store);
  if (held.has(key)) throw busy(store);
  held.add(key);
  try {
    const lock = await take(store);
    try {
      return await work();
    } finally {
      lock.closeSync();
    }
  } finally {
    held.delete(key);
  }
}

async function take(store: string): Promise<Instance> {
  const lock = path.join(store, "writer.lock");
  // DuckDB would make the file too, but one that is half made would be there for good.
  while (!existsSync(lock)) await writable(store, () => create(store, lock));
  try {
    return await DuckDBInstance.create(lock, { threads: "1" });
  } catch (error) {
    const { message } = error as Error;
    if (/Conflicting lock/i.test(message)) throw busy(lock, /\(PID (\d+)\)/.exec(message)?.[1]);
    throw unusable(lock, error as Error);
  }
}

/** Puts the lock's file in its place whole; if another writer was faster, its file stays. */
async function create(store: string, lock: string): Promise<void> {
  const staging = path.join(store, STAGING);
  await mkdir(staging, { recursive: true });
  const draft = path.join(staging, `${randomUUID()}.lock`);
  (await DuckDBInstance.create(draft, { threads: "1" })).closeSync();
  await link(draft, lock).catch((error: NodeJS.ErrnoException) => {
    // The holder of the lock clears the staging folder.
    if (error.code !== "EEXIST" && error.code !== "ENOENT") throw error;
  });
  await rm(draft, { force: true });
}

async function writable<T>(store: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unusable(store, error as Error);
  }
}

const busy = (where: string, pid?: string): Problem =>
  new Problem({
    code: "store-busy",
    what: `Another culprit is writing to the store${pid === undefined ? "" : ` (process ${pid})`}`,
    where,
    why: "One writer at a time; readers are not held up",
    help: "Run the command again when the other has ended",
    exit: 3,
  });

const unusable = (where: string, error: Error): Problem =>
  new Problem({
    code: "store-not-writable",
    what: "The store cannot be written to",
    where,
    why: error.message,
    help: "Give the user who runs culprit write access, on a file system that can lock files",
    exit: 3,
    cause: error,
  });
