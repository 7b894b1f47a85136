import type { Input } from "./input.js";
import type { S3Settings } from "./s3-client.js";

/** What a source may use to find its inputs: nothing here is read from `process`. */
export interface ResolveOptions {
  /** The bytes of standard input, for `-`. */
  stdin: AsyncIterable<Buffer>;
  stdinIsTTY: boolean;
  /** The folder that relative paths start from. */
  cwd: string;
  /** Tells people what was left out or read only once. */
  warn(message: string): void;
  /** The ssh program; `ssh` from the PATH when absent. */
  ssh?: string;
  /** Arguments given to ssh before culprit's own, such as `["-F", "/path/to/config"]`. */
  sshOptions?: readonly string[];
  /** How S3 is reached. */
  s3?: S3Settings;
}

/** An input and what tells whether another name means the same bytes. */
export interface Found {
  readonly input: Input;
  /** Equal for two names of the same bytes: device and inode, an address. */
  readonly identity: string;
}

/** One kind of place that log bytes come from. A new one is a file with this shape and a line in registry.ts. */
export interface Source {
  /** How an argument for it looks, for help and errors: `ssh://[user@]host[:port]/path`. */
  readonly shape: string;
  /** Whether this source is meant by the argument. */
  accepts(text: string): boolean;
  /** The inputs that the argument means, at least one; a Problem when there are none. */
  find(text: string, options: ResolveOptions): Promise<Found[]>;
}
