import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Exit, Problem } from "../problems/problem.js";
import { cannotRead } from "./file-problems.js";
import type { Place } from "./place.js";
import type { ResolveOptions } from "./source.js";

/** Endings that no access log has. Compressed logs that culprit cannot read stay in, and are named later. */
const NOT_LOGS = new Set(
  (
    "7z avi avif bin bmp class conf crt css db deb dll doc docx dylib eot exe gif htm html ico ini " +
    "iso jar jpeg jpg journal js key lock map md mjs mov mp3 mp4 msi o odt parquet pdf pem pid png " +
    "py pyc rar rpm sh so sock sql sqlite sqlite3 svg swp tar tgz tif tiff toml ts ttf wasm webm " +
    "webp woff woff2 xls xlsx xml yaml yml"
  ).split(" "),
);
const TAR = /\.tar\.[a-z0-9]+$/i;

interface Walk {
  readonly places: Place[];
  readonly visited: Set<string>;
  readonly skipped: string[];
  hidden: number;
}

/** Every log below a folder, in the order of the names; links are followed, circles entered once. */
export async function filesInFolder(folder: Place, options: ResolveOptions): Promise<Place[]> {
  const walk: Walk = { places: [], visited: new Set(), skipped: [], hidden: 0 };
  await enter(folder, walk);
  if (walk.places.length === 0) throw empty(folder.name, walk);
  if (walk.skipped.length > 0) {
    options.warn(`${folder.name}: left out ${some(walk.skipped)} (by name not a log)`);
  }
  return walk.places;
}

async function enter(folder: Place, walk: Walk): Promise<void> {
  const entries = await list(folder, walk);
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const place = {
      name: path.join(folder.name, entry.name),
      absolute: path.join(folder.absolute, entry.name),
    };
    if (entry.name.startsWith(".")) walk.hidden++;
    else await step(place, entry, walk);
  }
}

/** What is in a folder; nothing when a link has led to it before. */
async function list(folder: Place, walk: Walk): Promise<Dirent[]> {
  try {
    const { dev, ino } = await stat(folder.absolute, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (walk.visited.has(identity)) return [];
    walk.visited.add(identity);
    return await readdir(folder.absolute, { withFileTypes: true });
  } catch (error) {
    throw cannotRead(folder.name, error);
  }
}

async function step(place: Place, entry: Dirent, walk: Walk): Promise<void> {
  const decided = entry.isFile() || entry.isDirectory();
  const kind = decided ? entry : await stat(place.absolute).catch(() => entry);
  if (kind.isDirectory()) await enter(place, walk);
  else if (kind.isFile() && !isNoLog(place.name)) walk.places.push(place);
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
    ...(left.length > 0 ? { help: "name a file to have it read whatever it is called" } : {}),
    exit: Exit.input,
  });
}
