import { constants, type BigIntStats } from "node:fs";
import { access, lstat, stat } from "node:fs/promises";
import path from "node:path";
import { Exit, Problem } from "../problems/problem.js";
import { cannotRead, errorCode } from "./file-problems.js";
import { readFileBytes, readPipe } from "./file-bytes.js";
import { filesInFolder } from "./folder.js";
import { filesOfGlob, isGlob } from "./glob.js";
import { whyMissing } from "./missing.js";
import type { Found, ResolveOptions, Source } from "./source.js";

/** Files looked at together: enough to hide the latency of a network disk. */
const AT_ONCE = 32;

/** A file, a named pipe, a folder or a quoted glob on this machine. */
export const fileSource: Source = {
  shape: "a file, a quoted glob, a folder",
  accepts: (text) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(text),
  async find(text, options): Promise<Found[]> {
    const absolute = path.resolve(options.cwd, text);
    let stats: BigIntStats;
    try {
      stats = await stat(absolute, { bigint: true });
    } catch (error) {
      if (!isMissing(error)) throw cannotRead(text, error);
      if (isGlob(text) && !(await isDeadLink(absolute))) {
        return look(await filesOfGlob(text, options));
      }
      throw await missing(text, absolute);
    }
    if (stats.isDirectory()) return look(await filesInFolder(text, absolute, options));
    return [await foundAt({ name: text, absolute }, stats)];
  },
};

/** A file by the name people gave it and by its place. */
export interface Place {
  readonly name: string;
  readonly absolute: string;
}

async function look(places: readonly Place[]): Promise<Found[]> {
  const found: Found[] = [];
  for (let at = 0; at < places.length; at += AT_ONCE) {
    const some = places.slice(at, at + AT_ONCE).map(async (place) => {
      try {
        return await foundAt(place, await stat(place.absolute, { bigint: true }));
      } catch (error) {
        if (isMissing(error)) throw await missing(place.name, place.absolute);
        throw error instanceof Problem ? error : cannotRead(place.name, error);
      }
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}

async function foundAt({ name, absolute }: Place, stats: BigIntStats): Promise<Found> {
  const identity = `file ${stats.dev}:${stats.ino}`;
  if (!stats.isFile() && !stats.isFIFO()) throw special(name, stats);
  try {
    await access(absolute, constants.R_OK);
  } catch (error) {
    throw cannotRead(name, error);
  }
  if (stats.isFIFO()) return { input: { name, open: () => readPipe(absolute, name) }, identity };
  const bytes = Number(stats.size);
  const open = (): AsyncIterable<Buffer> => readFileBytes(absolute, name);
  return { input: { name, path: absolute, bytes, open }, identity };
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(errorCode(error));
}

async function isDeadLink(absolute: string): Promise<boolean> {
  try {
    return (await lstat(absolute)).isSymbolicLink();
  } catch {
    return false;
  }
}

async function missing(name: string, absolute: string): Promise<Problem> {
  const dead = await isDeadLink(absolute);
  return new Problem({
    code: "input-missing",
    what: dead ? "this link points to a file that does not exist" : "no such file",
    where: name,
    ...(dead ? {} : await whyMissing(absolute)),
    exit: Exit.input,
  });
}

function special(name: string, stats: BigIntStats): Problem {
  const kind = stats.isSocket() ? "a socket" : "a device";
  return new Problem({
    code: "input-special",
    what: `${kind} is not a log`,
    where: name,
    why: "culprit reads regular files, named pipes and standard input",
    help: "give the log file itself, or pipe the log: … | culprit report -",
    exit: Exit.input,
  });
}
