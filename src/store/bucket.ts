import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "../problems/problem.js";
import { parseS3Address } from "../sources/s3-address.js";
import { readKey } from "../sources/s3-body.js";
import { S3, type S3Settings } from "../sources/s3-client.js";
import { BucketObjects } from "./bucket-objects.js";
import { FileCache, type CacheSettings } from "./file-cache.js";
import { Lease } from "./lease.js";
import { LEDGER } from "./ledger.js";
import { pin } from "./pins.js";
import { Gone, type Entry, type Held, type OpenOptions, type Place, type Staged } from "./place.js";
import { Workspace } from "./workspace.js";

export interface BucketSettings {
  /** How S3 is reached; its signal stops transfers, and leaves what must be finished alone. */
  readonly s3: S3Settings;
  /** The folder in which temporary folders are made. */
  readonly temporary: string;
  /** Absent: fetched files are kept for this run only. */
  readonly cache?: CacheSettings;
  /** Told how a transfer goes: files that have come, of how many, and their bytes. */
  onFetch?(files: number, of: number, bytes: number): void;
}

/** Files fetched, or sent, at the same time. */
const FETCHES = 12;
const UPLOADS = 4;
/** A cache that is too small for all who use it gives files up before they can be held. */
const ATTEMPTS = 5;
const LEASE = "writer.lease";

/**
 * A store below a prefix of a bucket, with the same files as in a folder. Questions are asked of
 * local copies: the engine fetches nothing itself.
 */
export class Bucket implements Place {
  readonly lockIsCertain = false;
  readonly objects: BucketObjects;
  /** Commits never change: each is read once a run. */
  readonly #ledger = new Map<string, string>();
  #cache: FileCache | undefined;
  #lease: Lease | undefined;

  private constructor(
    readonly name: string,
    readonly prefix: string,
    readonly settings: BucketSettings,
    s3: S3,
    bucket: string,
  ) {
    this.objects = new BucketObjects(s3, bucket);
  }

  /** Loads the SDK; sends nothing yet. */
  static async open(address: string, settings: BucketSettings): Promise<Bucket> {
    const { bucket, prefix } = parseS3Address(address);
    const folder = prefix.replace(/\/+$/, "");
    const name = folder === "" ? `s3://${bucket}` : `s3://${bucket}/${folder}`;
    const { signal, ...reached } = settings.s3;
    // Every transfer listens to the one signal.
    if (signal !== undefined) setMaxListeners(0, signal);
    const s3 = await S3.open(reached, name);
    return new Bucket(name, folder === "" ? "" : `${folder}/`, settings, s3, bucket);
  }

  async list(folder: string): Promise<Entry[]> {
    const { s3, bucket } = this.objects;
    const entries: Entry[] = [];
    for await (const page of s3.list(bucket, `${this.prefix}${folder}/`)) {
      for (const { key, bytes } of page.objects) {
        entries.push({ name: key.slice(this.prefix.length), bytes });
      }
    }
    return entries;
  }

  async read(name: string): Promise<string | undefined> {
    const known = this.#ledger.get(name);
    if (known !== undefined) return known;
    const found = await this.objects.read(this.#key(name));
    if (found !== undefined && name.startsWith(`${LEDGER}/`)) this.#ledger.set(name, found.text);
    return found?.text;
  }

  async create(name: string, text: string): Promise<boolean> {
    this.#lease?.mustHold();
    return (await this.objects.create(this.#key(name), text)) !== undefined;
  }

  async put(files: readonly Staged[]): Promise<void> {
    const { signal } = this.settings.s3;
    await inParallel(UPLOADS, files, async ({ staged, path: name }) => {
      signal?.throwIfAborted();
      this.#lease?.mustHold();
      await this.objects.upload(this.#key(name), staged, signal);
    });
    // What the next commit reads of it need not come back from the bucket; else it is fetched.
    await this.#keep(files).catch(() => {});
  }

  async #keep(files: readonly Staged[]): Promise<void> {
    for (const { staged, path: name } of files) await this.#files().take(name, staged);
    await this.#files().shrink();
  }

  async remove(names: readonly string[]): Promise<void> {
    await this.objects.remove(names.map((name) => this.#key(name)));
  }

  /** Only what was seen: a note that has come since is of a writer that was slow. */
  clearStaging(left: readonly string[]): Promise<void> {
    return this.remove(left);
  }

  async open(
    names: readonly string[],
    workspace: Workspace,
    { fresh = false }: OpenOptions = {},
  ): Promise<Held> {
    if (fresh) return this.#openFresh(names, workspace);
    const files = this.#files();
    for (let attempt = 1; ; attempt++) {
      const missing = await files.missing(names);
      await this.#fetch(missing, (name, write) => files.add(name, write));
      try {
        const held = await pin(files.folder, names, workspace);
        if (missing.length === 0) return held;
        await files.shrink(names);
        return { ...held, close: () => held.close().then(() => files.shrink()) };
      } catch (error) {
        if (!(error instanceof Gone) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async stagingFolder(): Promise<string> {
    return this.settings.temporary;
  }

  async locked<T>(work: () => Promise<T>): Promise<T> {
    const lease = await Lease.take(this.objects, this.#key(LEASE));
    this.#lease = lease;
    try {
      return await work();
    } finally {
      this.#lease = undefined;
      await lease.release();
    }
  }

  async #openFresh(names: readonly string[], workspace: Workspace): Promise<Held> {
    const folder = await mkdtemp(workspace.path("fresh-"));
    const place = new Map(
      names.map((name, index) => [name, path.join(folder, `${index}.parquet`)]),
    );
    const file = (name: string): string => place.get(name) ?? path.join(folder, name);
    await this.#fetch(names, (name, write) => write(file(name)));
    return { folder, file, close: () => rm(folder, { recursive: true, force: true }) };
  }

  /** Fetches files, each into a draft that `add` hands out. */
  async #fetch(
    names: readonly string[],
    add: (name: string, write: (draft: string) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { signal } = this.settings.s3;
    let [files, bytes] = [0, 0];
    const tell = (): void => this.settings.onFetch?.(files, names.length, bytes);
    await inParallel(FETCHES, names, async (name) => {
      signal?.throwIfAborted();
      await add(name, (draft) =>
        this.#download(name, draft, (count) => {
          bytes += count;
          tell();
        }),
      );
      files += 1;
      tell();
    });
  }

  async #download(name: string, file: string, onBytes: (count: number) => void): Promise<void> {
    const { s3, bucket } = this.objects;
    const { signal } = this.settings.s3;
    try {
      await pipeline(
        readKey(s3, bucket, this.#key(name)),
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            onBytes(chunk.length);
            yield chunk;
          }
        },
        createWriteStream(file, { mode: 0o600 }),
        ...(signal === undefined ? [] : [{ signal }]),
      );
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "s3-vanished") throw error;
      throw new Gone(`${this.name}/${name}`, error);
    }
  }

  #files(): FileCache {
    if (this.#cache !== undefined) return this.#cache;
    const settings = this.settings.cache ?? {
      folder: Workspace.create(this.settings.temporary).folder,
      bytes: Infinity,
    };
    // Stores of the same name on other servers are other stores.
    const { endpoint = "" } = this.settings.s3;
    const id = createHash("sha256").update(`${endpoint}\n${this.name}`).digest("hex").slice(0, 24);
    this.#cache = new FileCache(settings, path.join(settings.folder, id));
    return this.#cache;
  }

  #key(name: string): string {
    return `${this.prefix}${name}`;
  }
}

/** Works on all items, a few at a time; after a failure nothing more is begun. */
async function inParallel<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      if (failed) return;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const one of ended) if (one.status === "rejected") throw one.reason as Error;
}
