import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, rm, symlink, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { Gone, type Held } from "./place.js";
import type { Workspace } from "./workspace.js";

/** Open files that the engine needs for itself. */
const SPARE = 64;
/** Opened at a time. */
const AT_ONCE = 32;

/**
 * Holds files of a folder by opening them: the system keeps what is open, whatever becomes of its
 * name. They are read again through links to the open files. Where the system offers no such way,
 * or the process may not open as many, they are read by their names.
 */
export async function pin(
  folder: string,
  names: readonly string[],
  workspace: Workspace,
): Promise<Held> {
  if (names.length === 0) return { folder, file: (name) => name, close: async () => {} };
  const handles: FileHandle[] = [];
  const byName: Held = {
    folder,
    file: (name) => path.join(folder, name),
    close: async () => {
      for (const handle of handles.splice(0)) await handle.close();
    },
  };
  try {
    await openAll(folder, names, handles);
    if (!(await hasRoom(folder)) || !handles.every(({ fd }) => existsSync(opened(fd)))) {
      await byName.close();
      return byName;
    }
  } catch (error) {
    await byName.close();
    if (isTooMany(error)) return byName;
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Gone((error as NodeJS.ErrnoException).path ?? folder, error);
  }
  const links = await mkdtemp(workspace.path("held-"));
  const places = await link(names, handles, links);
  return {
    folder,
    file: (name) => places.get(name) ?? path.join(folder, name),
    close: async () => {
      await byName.close();
      await rm(links, { recursive: true, force: true });
    },
  };
}

async function openAll(
  folder: string,
  names: readonly string[],
  handles: FileHandle[],
): Promise<void> {
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE).map((name) => open(path.join(folder, name)));
    const opened = await Promise.allSettled(some);
    handles.push(...opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
    for (const one of opened) if (one.status === "rejected") throw one.reason as Error;
  }
}

/** Links to the open files, in folders named as in the store: the names tell log type and day. */
async function link(
  names: readonly string[],
  handles: readonly FileHandle[],
  root: string,
): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  const folders = new Set<string>();
  for (const [index, name] of names.entries()) {
    const { fd } = handles[index] as FileHandle;
    const place = path.join(root, name);
    const folder = path.dirname(place);
    if (!folders.has(folder)) await mkdir(folder, { recursive: true });
    folders.add(folder);
    await symlink(opened(fd), place);
    places.set(name, place);
  }
  return places;
}

const opened = (fd: number): string => `/dev/fd/${fd}`;

const isTooMany = (error: unknown): boolean =>
  ["EMFILE", "ENFILE"].includes((error as NodeJS.ErrnoException).code ?? "");

/** Whether as many files as the engine needs can still be opened. */
async function hasRoom(folder: string): Promise<boolean> {
  const spare: FileHandle[] = [];
  try {
    while (spare.length < SPARE) spare.push(await open(folder));
    return true;
  } catch (error) {
    if (isTooMany(error)) return false;
    throw error;
  } finally {
    for (const handle of spare) await handle.close();
  }
}
