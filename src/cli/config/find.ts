import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Problem } from "../../problems/problem.js";
import type { Io } from "../io.js";
import type { Config } from "./schema.js";

export interface ConfigFlags {
  readonly config?: string;
}

/** A configuration and the file it came from. */
export interface Loaded {
  readonly file: string;
  readonly config: Config;
}

const NAME = "culprit.yaml";

/**
 * The configuration's text: `--config`, `CULPRIT_CONFIG`, `culprit.yaml` here or above up to the root
 * of the repository, the user's, the machine's. Undefined when there is none.
 */
export async function findConfig(
  flags: ConfigFlags,
  io: Io,
): Promise<{ readonly file: string; readonly text: string } | undefined> {
  const named = flags.config ?? io.env["CULPRIT_CONFIG"];
  const file =
    named === undefined
      ? placesOf(io).find((place) => existsSync(place))
      : path.resolve(io.cwd, named);
  if (file === undefined) return undefined;
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw unreadable(file, error);
  });
  return { file, text };
}

/** The configuration that `findConfig` finds, checked. */
export async function loadConfig(flags: ConfigFlags, io: Io): Promise<Loaded | undefined> {
  const found = await findConfig(flags, io);
  if (found === undefined) return undefined;
  const { file, text } = found;
  // YAML and zod take a tenth of a second to load: only those who configure wait for them.
  const { readConfig } = await import("./read.js");
  return { file, config: readConfig(text, file) };
}

/** Where a configuration may lie, the nearest first. */
export function placesOf({ cwd, env }: Io): string[] {
  const places: string[] = [];
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    places.push(path.join(folder, NAME));
    if (existsSync(path.join(folder, ".git")) || folder === path.dirname(folder)) break;
  }
  const home = env["XDG_CONFIG_HOME"] ?? (env["HOME"] && path.join(env["HOME"], ".config"));
  if (home !== undefined && home !== "") places.push(path.join(home, "culprit", "config.yaml"));
  return [...places, path.join("/etc", "culprit", "config.yaml")];
}

const unreadable = (file: string, error: Error): Problem =>
  new Problem({
    code: "bad-config",
    what: "The configuration cannot be read",
    where: file,
    why: error.message,
    help: "Name another with --config, or unset CULPRIT_CONFIG",
    exit: 2,
  });
