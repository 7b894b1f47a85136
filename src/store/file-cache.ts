import { randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { Problem } from "../problems/problem.js";
import { sync } from "./durable.js";

/** Where fetched files are kept, and how many bytes of them. */
export interface CacheSettings {
  readonly folder: string;
  readonly bytes: number;
}

/** A draft this old was left by a process that was killed, in milliseconds. */
const OLD_DRAFT = 86_400_000;
const DRAFT = ".draft";

/**
 * Files of a store, fetched once: they never change under their names. Several processes may use
 * one cache; each holds open what it reads. When it has grown too large, the files that nobody has
 * used for the longest time go.
 */
export class FileCache {
  constructor(
    readonly settings: CacheSettings,
    /** The folder of one store in it. */
    readonly folder: string,
  ) {}

  /** Of these files, those that are not here; the others count as used now. */
  async missing(names: readonly string[]): Promise<string[]> {
    const now = new Date();
    const used = await Promise.all(
      names.map((name) =>
        utimes(path.join(this.folder, name), now, now).then(
          () => true,
          () => false,
        ),
      ),
    );
    return names.filter((_, index) => used[index] !== true);
  }

  /** Puts a file in, whole or not at all, that `write` fills. */
  async add(name: string, write: (draft: string) => Promise<void>): Promise<void> {
    const target = path.join(this.folder, name);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 }).catch((error: Error) => {
      throw notWritable(this.settings.folder, error);
    });
    const draft = `${target}.${randomUUID()}${DRAFT}`;
    try {
      await write(draft);
      // A file that a power cut has emptied would stay here for good.
      await sync(draft);
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Takes in a finished file, which need not be read from afar again. */
  async take(name: string, file: string): Promise<void> {
    await this.add(name, async (draft) => {
      await rename(file, draft).catch(() => copyFile(file, draft));
    });
  }

  /** Removes the files that have not been used for the longest time, of any store; `needed` ones stay. */
  async shrink(needed: readonly string[] = []): Promise<void> {
    const stay = new Set(needed.map((name) => path.join(this.folder, name)));
    const entries = await readdir(this.settings.folder, {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    const files = (await Promise.all(entries.map(fileOf))).flat();
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const { place, used, ...file } of files.toSorted((a, b) => a.used - b.used)) {
      const isLeft = place.endsWith(DRAFT) && Date.now() - used > OLD_DRAFT;
      if (bytes <= this.settings.bytes && !isLeft) continue;
      if (stay.has(place) || (place.endsWith(DRAFT) && !isLeft)) continue;
      await rm(place, { force: true });
      bytes -= file.bytes;
    }
  }
}

const notWritable = (where: string, cause: Error): Problem =>
  new Problem({
    code: "cache-not-writable",
    what: "Files of the store cannot be kept here",
    where,
    why: cause.message,
    help: "Name a folder that may be written to: --cache FOLDER",
    exit: 2,
    cause,
  });

interface Kept {
  readonly place: string;
  readonly bytes: number;
  readonly used: number;
}

async function fileOf(entry: Dirent): Promise<Kept[]> {
  if (!entry.isFile()) return [];
  const place = path.join(entry.parentPath, entry.name);
  const found = await stat(place).catch(() => undefined);
  return found === undefined ? [] : [{ place, bytes: found.size, used: found.mtimeMs }];
}
