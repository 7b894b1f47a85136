import { existsSync } from "node:fs";
import { mkdir, open, symlink, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { Problem } from "../problems/problem.js";
import { readLedger, type State } from "./ledger.js";
import type { Workspace } from "./workspace.js";

/** Files of a state that a reader needs, by their paths relative to the store. */
type Choice = (state: State) => readonly string[];

/**
 * A store as it was at one commit, for as long as a reader needs it.
 *
 * Readers take no lock, and a writer removes files as soon as a commit has replaced them. So a
 * reader opens every file it needs before it asks its first question, and reads them through these
 * open files: the system keeps what is open, whatever becomes of its name. Where it offers no way
 * to open an open file again, the files are read by their names.
 */
export class Snapshot {
  private constructor(
    readonly store: string,
    readonly state: State,
    readonly pins: ReadonlyMap<string, string>,
    readonly handles: readonly FileHandle[],
  ) {}

  static async open(store: string, workspace: Workspace, choose: Choice): Promise<Snapshot> {
    let state = await readLedger(store);
    for (;;) {
      const names = choose(state);
      try {
        const { pins, handles } = await pin(store, names, workspace);
        return new Snapshot(store, state, pins, handles);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
        const again = await readLedger(store);
        if (again.commit === state.commit) throw missing((error as NodeJS.ErrnoException).path);
        state = again;
      }
    }
  }

  /** Where a file of the store can be read. */
  file = (name: string): string => this.pins.get(name) ?? path.join(this.store, name);

  async close(): Promise<void> {
    for (const handle of this.handles) await handle.close();
  }
}

/** Open files that the engine needs for itself. */
const SPARE = 64;
/** Opened at a time. */
const AT_ONCE = 32;

type Pins = { pins: Map<string, string>; handles: FileHandle[] };

async function pin(store: string, names: readonly string[], workspace: Workspace): Promise<Pins> {
  const handles: FileHandle[] = [];
  const release = async (): Promise<Pins> => {
    for (const handle of handles.splice(0)) await handle.close();
    return { pins: new Map(), handles: [] };
  };
  try {
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = names.slice(at, at + AT_ONCE).map((name) => open(path.join(store, name)));
      const opened = await Promise.allSettled(some);
      handles.push(...opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
      for (const one of opened) if (one.status === "rejected") throw one.reason as Error;
    }
    if (!(await hasRoom(store)) || !handles.every(({ fd }) => existsSync(opened(fd)))) {
      return await release();
    }
  } catch (error) {
    await release();
    // More files than this process may open: they are read by their names.
    if (isTooMany(error)) return { pins: new Map(), handles: [] };
    throw error;
  }
  return { pins: await link(names, handles, workspace), handles };
}

/** Links to the open files, in folders named as in the store: the names tell log type and day. */
async function link(
  names: readonly string[],
  handles: readonly FileHandle[],
  workspace: Workspace,
): Promise<Map<string, string>> {
  const pins = new Map<string, string>();
  const folders = new Set<string>();
  for (const [index, name] of names.entries()) {
    const { fd } = handles[index] as FileHandle;
    const place = path.join(workspace.path("store"), name);
    const folder = path.dirname(place);
    if (!folders.has(folder)) await mkdir(folder, { recursive: true });
    folders.add(folder);
    await symlink(opened(fd), place);
    pins.set(name, place);
  }
  return pins;
}

const opened = (fd: number): string => `/dev/fd/${fd}`;

const isTooMany = (error: unknown): boolean =>
  ["EMFILE", "ENFILE"].includes((error as NodeJS.ErrnoException).code ?? "");

/** Whether as many files as the engine needs can still be opened. */
async function hasRoom(store: string): Promise<boolean> {
  const spare: FileHandle[] = [];
  try {
    while (spare.length < SPARE) spare.push(await open(store));
    return true;
  } catch (error) {
    if (isTooMany(error)) return false;
    throw error;
  } finally {
    for (const handle of spare) await handle.close();
  }
}

const missing = (where: string | undefined): Problem =>
  new Problem({
    code: "store-incomplete",
    what: "A file of the store is missing",
    ...(where === undefined ? {} : { where }),
    why: "The ledger names it, and no later commit has replaced it",
    help: "culprit store verify lists what is missing; restore it from a backup",
    exit: 3,
  });
