import { readFileSync, statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { Problem } from "../../problems/problem.js";

/** No server's configuration is this large: another file was meant. */
const MAX_BYTES = 16 * 2 ** 20;

/** The text of a configuration file. */
export function readConf(path: string): string {
  const { size } = statSync(path);
  if (size > MAX_BYTES) {
    throw new Problem({
      code: "bad-log-format",
      what: `${path} is too large to be a server's configuration`,
      help: "Give --log-format the format string itself, or a path to nginx.conf or httpd.conf",
      exit: 2,
    });
  }
  return readFileSync(path, "utf8");
}

/** Files that an `include` names, seen from these folders in turn; often with wildcards. */
export function includedFiles(pattern: string, folders: readonly string[]): string[] {
  for (const folder of folders) {
    const path = isAbsolute(pattern) ? pattern : resolve(folder, pattern);
    const found = isFile(path) ? [path] : globSync(globOf(path), { absolute: true, dot: true });
    if (found.length > 0) return found.toSorted();
  }
  return [];
}

/** A folder stands for all files in it. */
const globOf = (path: string): string => (isFolder(path) ? `${path}/**` : path);

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true;
const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** A format that a configuration defines. */
export interface ConfFormat {
  readonly name: string;
  readonly notation: string;
  /** How it is chosen on the command line. */
  readonly choice: string;
}

/** The one format that is meant: the one named, the only one in use, or the only one there is. */
export function chooseFormat<F extends ConfFormat>(
  path: string,
  name: string | undefined,
  used: readonly F[],
  defined: readonly F[],
): F {
  if (name !== undefined) {
    const named = defined.find((format) => format.name === name);
    if (named !== undefined) return named;
    const known = defined.map((format) => format.name).join(", ");
    throw new Problem({
      code: "unknown-log-format",
      what: `${path} defines no log format ${name}`,
      why: known === "" ? "It defines none" : `It defines ${known}`,
      help: "Name one of them after the #, or give --log-format the format string itself",
      exit: 2,
    });
  }
  const candidates = distinct(used.length > 0 ? used : defined);
  if (candidates.length === 1) return candidates[0] as F;
  const [why, where] =
    candidates.length === 0
      ? ["It has neither a log format nor a log", path]
      : [
          used.length > 0 ? "Its logs are written in several formats" : "It defines several",
          candidates.map(({ choice, notation }) => `${choice}  ${notation}`).join("\n"),
        ];
  throw new Problem({
    code: "several-log-formats",
    what: `${path} does not say which log format is meant`,
    where,
    why,
    help:
      candidates.length === 0
        ? "Give the main configuration file, or the format string itself"
        : `Choose one: --log-format '${candidates[0]?.choice}'`,
    exit: 2,
  });
}

/** Two names for the same string are one format. */
const distinct = <F extends ConfFormat>(formats: readonly F[]): F[] => [
  ...new Map(formats.map((format) => [format.notation, format])).values(),
];
