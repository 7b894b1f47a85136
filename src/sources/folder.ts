import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Exit, Problem } from "../problems/problem.js";
import { cannotRead } from "./file-problems.js";
import type { Place } from "./files.js";
import type { ResolveOptions } from "./source.js";

/** Endings that no access log has. Compressed logs that culprit cannot read stay in, and are named later. */
const NOT_LOGS = new Set(
  (
    "7z avi avif bak bin bmp class conf crt css db deb dll doc docx dylib eot exe gif ico iso jar " +
    "jpeg jpg journal js key lock map md mjs mov mp3 mp4 msi o odt old-index parquet pdf pem pid " +
    "png py pyc rar rpm sh so sock sqlite sqlite3 svg swp tar tgz tif tiff toml ts ttf wasm webm " +
    "webp woff woff2 xls xlsx yaml yml"
  ).split(" "),
);
const TAR = /\.tar\.[a-z0-9]+$/i;

interface Walk {
  readonly places: Place[];
  readonly visited: Set<string>;
  skipped: string[];
  hidden: number;
}

/** Every log below a folder, in the order of the names; links are followed, circles entered once. */
export async function filesInFolder(
  name: string,
  absolute: string,
  options: ResolveOptions,
): Promise<Place[]> {
  const walk: Walk = { places: [], visited: new Set(), skipped: [], hidden: 0 };
  await enter({ name, absolute }, walk);
  if (walk.places.length === 0) throw empty(name, walk);
  if (walk.skipped.length > 0) {
    options.warn(`${name}: left out ${some(walk.skipped)} (by name not a log)`);
  }
  return walk.places;
}

async function enter(folder: Place, walk: Walk): Promise<void> {
  try {
    const { dev, ino } = await stat(folder.absolute, { bigint: true });
    if (walk.visited.has(`${dev}:${ino}`)) return;
    walk.visited.add(`${dev}:${ino}`);
    const names = await readdir(folder.absolute);
    for (const entry of names.sort()) {
      const place = {
        name: path.join(folder.name, entry),
        absolute: path.join(folder.absolute, entry),
      };
      if (entry.startsWith(".")) walk.hidden++;
      else await step(place, walk);
    }
  } catch (error) {
    throw error instanceof Problem ? error : cannotRead(folder.name, error);
  }
}

async function step(place: Place, walk: Walk): Promise<void> {
  const stats = await stat(place.absolute).catch(() => undefined);
  if (stats?.isDirectory()) await enter(place, walk);
  else if (stats?.isFile() && !isNoLog(place.name)) walk.places.push(place);
  else walk.skipped.push(place.name);
}

function isNoLog(name: string): boolean {
  return NOT_LOGS.has(path.extname(name).slice(1).toLowerCase()) || TAR.test(name);
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function empty(name: string, walk: Walk): Problem {
  const left: string[] = [];
  if (walk.skipped.length > 0) left.push(`${some(walk.skipped)} (by name not a log)`);
  if (walk.hidden > 0) left.push(`${walk.hidden} hidden`);
  return new Problem({
    code: "folder-empty",
    what: "there is no log in this folder",
    where: name,
    why: left.length > 0 ? `left out: ${left.join("; ")}` : "it has no files",
    help: "name a file to have it read whatever its name",
    exit: Exit.input,
  });
}
