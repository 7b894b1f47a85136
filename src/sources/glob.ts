import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { glob } from "tinyglobby";
import { Exit, Problem } from "../problems/problem.js";
import { errorCode } from "./file-problems.js";
import type { Place } from "./files.js";
import type { ResolveOptions } from "./source.js";

const MAGIC = /[*?[\]{}]|[!+@]\(/;

/** Whether a source that is no file can be a glob: `logs/access.log*`, `{a,b}/*.gz`. */
export function isGlob(text: string): boolean {
  return MAGIC.test(text);
}

/** The files that a glob matches, in the order of their names. */
export async function filesOfGlob(text: string, options: ResolveOptions): Promise<Place[]> {
  const matches = await glob(text, {
    cwd: options.cwd,
    absolute: true,
    onlyFiles: true,
    expandDirectories: false,
  });
  if (matches.length === 0) throw await empty(text, options);
  const relative = !path.isAbsolute(text);
  return matches.sort().map((match) => {
    const absolute = path.normalize(match);
    return { name: relative ? path.relative(options.cwd, absolute) : absolute, absolute };
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

async function empty(text: string, options: ResolveOptions): Promise<Problem> {
  const base = baseOf(text);
  return new Problem({
    code: "glob-empty",
    what: "no file matches this glob",
    where: text,
    ...(await describe(base, path.resolve(options.cwd, base))),
    exit: Exit.input,
  });
}

async function describe(base: string, absolute: string): Promise<{ why: string; help?: string }> {
  const folder = base === "." ? `${absolute}` : base;
  try {
    const names = (await readdir(absolute)).filter((name) => !name.startsWith(".")).sort();
    if (names.length === 0) return { why: `the folder ${folder} is empty` };
    const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
    return {
      why: `looked in ${folder}, which holds ${names.slice(0, 5).join(", ")}${more}`,
      help: `to read everything below the folder: culprit report ${base}`,
    };
  } catch (error) {
    if (errorCode(error) === "EACCES") return { why: `the folder ${folder} may not be read` };
    const isThere = await stat(absolute).catch(() => undefined);
    return { why: isThere ? `${folder} is not a folder` : `there is no folder ${folder}` };
  }
}
