import type { Readable, Writable } from "node:stream";

/** A command's surroundings: nothing in a command touches `process`. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sets a variable for libraries that read the environment themselves, as the AWS SDK does. */
  readonly setEnv?: (name: string, value: string) => void;
  readonly cwd: string;
  readonly now: () => Date;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}
