import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Exit, Problem } from "../problems/problem.js";
import { errorCode } from "./file-problems.js";
import { showLike, type Place } from "./place.js";
import type { ResolveOptions } from "./source.js";

const MAGIC = /[*?[\]{}]|[!+@]\(/;
/** How many names of the folder are shown when nothing matches. */
const SHOWN = 5;

/** Whether a source that is no file can be a glob: `logs/access.log*`, `{a,b}/*.gz`. */
export function isGlob(text: string): boolean {
  return MAGIC.test(text);
}

/** The files that a glob matches, in the order of their names. */
export async function filesOfGlob(text: string, options: ResolveOptions): Promise<Place[]> {
  const { glob } = await import("tinyglobby");
  const matches = await glob(text, {
    cwd: options.cwd,
    absolute: true,
    onlyFiles: true,
    expandDirectories: false,
  });
  if (matches.length === 0) throw await empty(text, options);
  const show = showLike(text, options.cwd);
  return matches.toSorted().map((match) => {
    const absolute = path.normalize(match);
    return { name: show(absolute), absolute };
  });
}

async function empty(text: string, options: ResolveOptions): Promise<Problem> {
  return new Problem({
    code: "glob-empty",
    what: "no file matches this glob",
    where: text,
    ...(await whatLiesThere(baseOf(text), options.cwd)),
    exit: Exit.input,
  });
}

/** The folder that stands before the first special character: where the search began. */
function baseOf(text: string): string {
  const segments = text.split("/");
  const first = segments.findIndex((segment) => MAGIC.test(segment));
  const base = segments.slice(0, first).join("/");
  if (base === "") return text.startsWith("/") ? "/" : ".";
  return base;
}

async function whatLiesThere(base: string, cwd: string): Promise<{ why: string; help?: string }> {
  const absolute = path.resolve(cwd, base);
  const folder = base === "." ? absolute : base;
  try {
    const entries = await readdir(absolute);
    const names = entries.filter((name) => !name.startsWith(".")).toSorted();
    if (names.length === 0) return { why: `the folder ${folder} is empty` };
    const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
    return { why: `looked in ${folder}, which holds ${names.slice(0, SHOWN).join(", ")}${more}` };
  } catch (error) {
    if (errorCode(error) === "EACCES") return { why: `the folder ${folder} may not be read` };
    const isThere = await stat(absolute).catch(() => undefined);
    return { why: isThere ? `${folder} is not a folder` : `there is no folder ${folder}` };
  }
}
