import { randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import { link, mkdir, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import { makeFolder, sync, writeDurably } from "./durable.js";
import { pin } from "./pins.js";
import { STAGING, type Entry, type Held, type Place, type Staged } from "./place.js";
import type { Workspace } from "./workspace.js";
import { withWriterLock } from "./writer-lock.js";

/** A store in a folder. */
export class Folder implements Place {
  readonly lockIsCertain = true;

  /** `name` is an absolute path. */
  constructor(readonly name: string) {}

  async list(folder: string): Promise<Entry[]> {
    const root = this.#path(folder);
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(orNone);
    const files = entries.filter((entry) => entry.isFile());
    const found = await Promise.all(files.map((entry) => this.#entry(entry)));
    return found.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async read(name: string): Promise<string | undefined> {
    return readFile(this.#path(name), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
  }

  async create(name: string, text: string): Promise<boolean> {
    const target = this.#path(name);
    const staging = await this.stagingFolder();
    await makeFolder(path.dirname(target));
    const draft = path.join(staging, `${randomUUID()}.draft`);
    await writeDurably(draft, text);
    try {
      await link(draft, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
    await sync(path.dirname(target));
    return true;
  }

  async put(files: readonly Staged[]): Promise<void> {
    for (const { staged } of files) await sync(staged);
    const folders = new Set<string>();
    for (const { staged, path: name } of files) {
      const target = this.#path(name);
      const folder = path.dirname(target);
      if (!folders.has(folder)) await makeFolder(folder);
      folders.add(folder);
      await rename(staged, target);
    }
    for (const folder of folders) await sync(folder);
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(this.#path(name), { force: true });
    for (const folder of new Set(names.map((name) => path.posix.dirname(name)))) {
      // Days that have become empty; the others stay.
      if (folder !== STAGING) await rmdir(this.#path(folder)).catch(() => {});
    }
  }

  async clearStaging(): Promise<void> {
    await rm(this.#path(STAGING), { recursive: true, force: true });
  }

  open(names: readonly string[], workspace: Workspace): Promise<Held> {
    return pin(this.name, names, workspace);
  }

  async stagingFolder(): Promise<string> {
    const folder = this.#path(STAGING);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  locked<T>(work: () => Promise<T>): Promise<T> {
    return withWriterLock(this.name, work);
  }

  /** None for a file that a writer removes at this moment. */
  async #entry({ parentPath, name }: Dirent): Promise<Entry[]> {
    const file = path.join(parentPath, name);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return [];
    return [{ name: path.relative(this.name, file).split(path.sep).join("/"), bytes: found.size }];
  }

  #path(name: string): string {
    return path.join(this.name, name);
  }
}

function orNone(error: NodeJS.ErrnoException): [] {
  if (error.code === "ENOENT") return [];
  throw error;
}
