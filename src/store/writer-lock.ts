import { mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { Problem } from "../problems/problem.js";

/**
 * One writer at a time. The lock is a symbolic link that names its owner: it is made in one step,
 * and one whose owner is gone is void. Readers need no lock.
 */
export async function withWriterLock<T>(store: string, work: () => Promise<T>): Promise<T> {
  await mkdir(store, { recursive: true });
  const lock = path.join(store, "writer.lock");
  const owner = `${process.pid}@${hostname()}`;
  await take(lock, owner);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string, owner: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await symlink(owner, lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await readlink(lock).catch(() => undefined);
    if (holder === undefined) continue;
    if (isAlive(holder)) throw busy(lock, holder);
    // Of several that find it void only one moves it away.
    const stale = `${lock}.${owner}`;
    await rename(lock, stale).catch(() => {});
    await rm(stale, { force: true });
  }
  throw busy(lock, "another process");
}

/** A holder on another machine is taken to be alive. */
function isAlive(holder: string): boolean {
  const [pid, host] = holder.split("@");
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const busy = (lock: string, holder: string): Problem =>
  new Problem({
    code: "store-busy",
    what: `Another culprit is writing to the store (${holder})`,
    where: lock,
    why: "One writer at a time; readers are not held up",
    help: "Wait until it has ended; if that machine is gone for good, remove the lock",
    exit: 3,
  });
