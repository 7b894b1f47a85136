import { readFile } from "node:fs/promises";
import path from "node:path";
import { Problem } from "../problems/problem.js";
import type { ChannelContext } from "./channel.js";

/** Where a secret is: never what it is. */
export interface SecretPlace {
  /** A variable of the environment. */
  readonly env?: string | undefined;
  /** A file that holds nothing else. */
  readonly file?: string | undefined;
}

/** Reads a secret; a Problem that names its place when it is not there. */
export async function secretAt(
  { env, file }: SecretPlace,
  what: string,
  channel: string,
  context: ChannelContext,
): Promise<string> {
  if (file !== undefined) {
    const text = await readFile(path.resolve(context.folder, file), "utf8").catch(
      (error: Error) => {
        throw missing(channel, what, `the file ${file} cannot be read: ${codeOf(error)}`);
      },
    );
    return text.trim();
  }
  const value = context.env[env ?? ""] ?? "";
  if (value === "") throw missing(channel, what, `${env ?? "its variable"} is not set`);
  return value;
}

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.name;

const missing = (channel: string, what: string, why: string): Problem =>
  new Problem({
    code: "no-secret",
    what: `The channel ${channel} has no ${what}`,
    where: `channels.${channel}`,
    why,
    help: "Set the variable, or name a file of variables: --env-file config.env",
    exit: 2,
  });
