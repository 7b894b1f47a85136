import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";
import { Problem } from "../../problems/problem.js";
import type { Io } from "../io.js";
import { findConfig, loadConfig, type ConfigFlags } from "./find.js";

export interface EnvFlags extends ConfigFlags {
  readonly envFile?: readonly string[];
}

type Variables = Record<string, string>;

/**
 * The surroundings with the variables of `--env-file`, and of the configuration's `env_file` where
 * the command reads the configuration. What is set already stays: the environment wins over
 * `--env-file`, that over the configuration, and of several files the last.
 */
export async function withEnvFiles(flags: EnvFlags, configured: boolean, io: Io): Promise<Io> {
  const named = await readFiles(flags.envFile ?? [], io.cwd);
  const own = { ...io, env: { ...named, ...io.env } };
  const others = configured ? await configuredFiles(flags, own) : {};
  const variables = { ...others, ...named };
  for (const [name, value] of Object.entries(variables)) {
    if (io.env[name] === undefined) io.setEnv?.(name, value);
  }
  return { ...io, env: { ...variables, ...io.env } };
}

/** Only a configuration that speaks of env files is read before its command asks for it. */
async function configuredFiles(flags: ConfigFlags, io: Io): Promise<Variables> {
  const found = await findConfig(flags, io);
  if (found === undefined || !found.text.includes("env_file")) return {};
  const { file, config } = (await loadConfig(flags, io)) ?? {};
  const files = [config?.env_file ?? []].flat();
  return file === undefined ? {} : readFiles(files, path.dirname(file));
}

async function readFiles(files: readonly string[], folder: string): Promise<Variables> {
  const read = await Promise.all(
    files.map(async (name) => {
      const file = path.resolve(folder, name);
      const text = await readFile(file, "utf8").catch((error: Error) => {
        throw unreadable(file, error);
      });
      return parseEnvFile(text, file);
    }),
  );
  return Object.assign({}, ...read) as Variables;
}

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/;

/**
 * Reads `NAME=VALUE` lines as Node does: comments, `export`, quotes. A line that is none is a
 * Problem with its place; its text, which may hold a secret, is not repeated.
 */
export function parseEnvFile(content: string, file: string): Variables {
  const variables: Variables = {};
  for (const [index, raw] of content
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const where = `${file}:${index + 1}`;
    const [, name, text] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) throw refused(where, "The line is not of the form NAME=VALUE");
    const value = parseEnv(`${name}=${text}`)[name];
    if (value === undefined) throw refused(where, `The value of ${name} has no closing quote`);
    variables[name] = value;
  }
  return variables;
}

const refused = (where: string, why: string): Problem =>
  new Problem({
    code: "bad-env-file",
    what: "The file of environment variables cannot be used",
    where,
    why,
    help: "Write one NAME=VALUE a line, a value with # or spaces at its ends in quotes",
    exit: 2,
  });

const unreadable = (where: string, { message }: Error): Problem =>
  new Problem({
    code: "bad-env-file",
    what: "The file of environment variables cannot be read",
    where,
    why: message,
    help: "Mend the name after --env-file, or env_file in culprit.yaml",
    exit: 2,
  });
