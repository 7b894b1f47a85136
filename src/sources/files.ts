import { constants, type BigIntStats } from "node:fs";
import { access, lstat, open, stat } from "node:fs/promises";
import path from "node:path";
import { Exit, Problem } from "../problems/problem.js";
import { readFileBytes, readPipe } from "./file-bytes.js";
import { cannotRead, errorCode } from "./file-problems.js";
import { filesInFolder } from "./folder.js";
import { filesOfGlob, isGlob } from "./glob.js";
import { whyMissing } from "./missing.js";
import { showLike, type Place } from "./place.js";
import type { Found, ResolveOptions, Source } from "./source.js";

/** Files looked at together: enough to hide the latency of a network disk. */
const AT_ONCE = 32;

/** A file, a named pipe, a folder or a quoted glob on this machine. */
export const fileSource: Source = {
  shape: "a file, a quoted glob, a folder",
  accepts: (text) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(text),
  async find(text, options): Promise<Found[]> {
    const absolute = path.resolve(options.cwd, text);
    const stats = await statOrMissing(text, absolute);
    if (stats?.isDirectory()) {
      return look(await filesInFolder({ name: text, absolute }, options), options);
    }
    if (stats) return [await foundAt({ name: text, absolute }, stats)];
    if (isGlob(text) && !(await isLink(absolute))) {
      return look(await filesOfGlob(text, options), options);
    }
    throw await missing({ name: text, absolute }, options);
  },
};

async function look(places: readonly Place[], options: ResolveOptions): Promise<Found[]> {
  const found: Found[] = [];
  for (let at = 0; at < places.length; at += AT_ONCE) {
    const some = places.slice(at, at + AT_ONCE).map(async (place) => {
      const stats = await statOrMissing(place.name, place.absolute);
      if (!stats) throw await missing(place, options);
      return foundAt(place, stats);
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}

async function statOrMissing(name: string, absolute: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(absolute, { bigint: true });
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(errorCode(error))) return undefined;
    throw cannotRead(name, error);
  }
}

async function foundAt({ name, absolute }: Place, stats: BigIntStats): Promise<Found> {
  // Some network disks number their files all alike.
  const identity = `file ${stats.ino === 0n ? absolute : `${stats.dev}:${stats.ino}`}`;
  if (!stats.isFile() && !stats.isFIFO()) throw special(name, stats);
  await mustBeReadable(name, absolute, stats.isFIFO());
  if (stats.isFIFO()) return { input: { name, open: () => readPipe(absolute, name) }, identity };
  const bytes = Number(stats.size);
  const read = (): AsyncIterable<Buffer> => readFileBytes(absolute, name);
  return { input: { name, path: absolute, bytes, open: read }, identity };
}

/** A file is opened for the truth; opening a pipe would disturb its writer. */
async function mustBeReadable(name: string, absolute: string, isPipe: boolean): Promise<void> {
  try {
    if (isPipe) await access(absolute, constants.R_OK);
    else await (await open(absolute, "r")).close();
  } catch (error) {
    throw cannotRead(name, error);
  }
}

async function isLink(absolute: string): Promise<boolean> {
  return lstat(absolute).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}

async function missing({ name, absolute }: Place, options: ResolveOptions): Promise<Problem> {
  const dead = await isLink(absolute);
  return new Problem({
    code: "input-missing",
    what: dead ? "this link points to a file that does not exist" : "no such file",
    where: name,
    ...(dead ? {} : await whyMissing(absolute, showLike(name, options.cwd))),
    exit: Exit.input,
  });
}

function special(name: string, stats: BigIntStats): Problem {
  return new Problem({
    code: "input-special",
    what: `${stats.isSocket() ? "a socket" : "a device"} is not a log`,
    where: name,
    why: "culprit reads regular files, named pipes and standard input",
    help: "give the log file itself, or pipe the log: … | culprit report -",
    exit: Exit.input,
  });
}
