import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll } from "vitest";
import { Bucket } from "../../src/store/bucket.js";
import { Folder } from "../../src/store/folder.js";
import type { Place } from "../../src/store/place.js";
import { startS3, type TestS3 } from "../s3/server.js";

/** A store to test with, and what can be done to it behind culprit's back. */
export interface TestStore {
  readonly place: Place;
  /** The flags that name it. */
  readonly args: readonly string[];
  /** A folder that holds the same files as the store does now. */
  readonly copy: () => Promise<string>;
  /** Puts a file there, in place of what there is. */
  readonly write: (name: string, bytes: Buffer) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  /** Makes an empty store the same as one in a folder; an absent one is empty. */
  readonly fill: (from: string) => Promise<void>;
}

/** A kind of place that stores can lie in: what holds for one of them holds for all. */
export interface StoreKind {
  readonly name: string;
  /** As many readers at once as two cores bear. */
  readonly readers: number;
  /** Makes an empty place; local files that it needs lie in the folder. */
  readonly make: (folder: string) => Promise<TestStore>;
}

const folderKind: StoreKind = {
  name: "a folder",
  readers: 10,
  async make(folder) {
    const store = path.join(folder, "store");
    return {
      place: new Folder(store),
      args: ["--store", store],
      copy: async () => store,
      write: async (name, bytes) => writeFileSync(path.join(store, name), bytes),
      remove: async (name) => rmSync(path.join(store, name)),
      async fill(from) {
        if (existsSync(from)) cpSync(from, store, { recursive: true });
      },
    };
  },
};

let server: Promise<TestS3> | undefined;
let count = 0;
afterAll(async () => (await server)?.stop());

/** The server of this file's tests, started when first asked for. */
export const s3Server = (): Promise<TestS3> => (server ??= startS3());

/** A store in a bucket, with what only such a one has. */
export interface BucketStore extends TestStore {
  readonly s3: TestS3;
  readonly bucket: string;
  /** The folder that fetched files are kept in. */
  readonly cache: string;
}

const PREFIX = "some/store";

export async function makeBucketStore(folder: string): Promise<BucketStore> {
  const s3 = await s3Server();
  const bucket = `store-${++count}`;
  await s3.createBucket(bucket);
  const cache = path.join(folder, "cache");
  const url = `s3://${bucket}/${PREFIX}`;
  let copies = 0;
  return {
    s3,
    bucket,
    cache,
    place: await Bucket.open(url, { s3: { endpoint: s3.endpoint }, temporary: folder }),
    args: ["--store", url, "--endpoint", s3.endpoint, "--cache", cache],
    async copy() {
      const copy = path.join(folder, `copy-${++copies}`);
      for (const key of await s3.keys(bucket)) {
        const file = path.join(copy, key.slice(PREFIX.length));
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, await s3.get(bucket, key));
      }
      return copy;
    },
    write: (name, bytes) => s3.put(bucket, `${PREFIX}/${name}`, bytes),
    remove: (name) => s3.remove(bucket, `${PREFIX}/${name}`),
    async fill(from) {
      for (const { name } of await new Folder(from).list("")) {
        await s3.put(bucket, `${PREFIX}/${name}`, readFileSync(path.join(from, name)));
      }
    },
  };
}

export const kinds: readonly StoreKind[] = [
  folderKind,
  { name: "a bucket", readers: 4, make: makeBucketStore },
];
