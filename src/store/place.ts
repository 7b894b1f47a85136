import type { Workspace } from "./workspace.js";

/** Where changes are prepared, and where they say what they will touch. */
export const STAGING = "_staging";

/** A file of a store, by its name relative to the store: parts are separated by `/`. */
export interface Entry {
  readonly name: string;
  readonly bytes: number;
}

/** A file that is prepared aside, and its name in the store. */
export interface Staged {
  readonly staged: string;
  readonly path: string;
}

/** Files that stay readable until they are closed, whatever becomes of their names. */
export interface Held {
  /** The local path of a file by its name in the store. */
  readonly file: (name: string) => string;
  /** The folder in which the files really are, where such a path is a link. */
  readonly folder: string;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Not from a cache: what the place itself holds now. */
  readonly fresh?: boolean;
}

/**
 * Where a store lies: a folder, or a prefix in a bucket. Everything the store does to its files goes
 * through here, so a store in another kind of place is another implementation of this.
 */
export interface Place {
  /** As people write it: a path, or `s3://bucket/prefix`. */
  readonly name: string;
  /**
   * Whether the lock is surely free when its holder has died, and never before. Where it only
   * expires, whoever clears up must first make sure that the one before cannot commit any more.
   */
  readonly lockIsCertain: boolean;
  /** Every file below a folder, at any depth, in the order of the names; none when it is absent. */
  list(folder: string): Promise<Entry[]>;
  /** A small text; undefined when there is no such file. */
  read(name: string): Promise<string | undefined>;
  /** Makes a text durable under a name in one step; false, and nothing is changed, when it is taken. */
  create(name: string, text: string): Promise<boolean>;
  /** Brings finished local files to their names, durably; stops when the signal says so. */
  put(files: readonly Staged[]): Promise<void>;
  /** Removes files; one that is gone already is no fault. */
  remove(names: readonly string[]): Promise<void>;
  /** Removes what a writer before was preparing; `left` is what is to be seen of it. */
  clearStaging(left: readonly string[]): Promise<void>;
  /** Makes files readable as local ones. Throws `Gone` when one of them is not there. */
  open(names: readonly string[], workspace: Workspace, options?: OpenOptions): Promise<Held>;
  /** A local folder to prepare files in: `put` brings them from there fastest. */
  stagingFolder(): Promise<string>;
  /** Runs work as the only writer; a Problem when there is another. */
  locked<T>(work: () => Promise<T>): Promise<T>;
}

/** What lies beside each other in a store. */
const OWN = /^(?:(?:requests|objects|rejects|ledger|alerts|_staging)\/|writer\.(?:lock|lease)$)/;

/** Whether a file or an object, by its full name, is one of the store's own: it is no log. */
export const isOwn = ({ name }: Place, file: string): boolean =>
  file.startsWith(`${name}/`) && OWN.test(file.slice(name.length + 1));

/** A file that was asked for is not there: a writer removed it, or the store is damaged. */
export class Gone extends Error {
  constructor(
    /** Its full place. */
    readonly where: string,
    cause?: unknown,
  ) {
    super(`${where} is gone`, { cause });
  }
}
