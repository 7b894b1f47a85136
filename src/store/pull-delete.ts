import { Exit, Problem } from "../problems/problem.js";
import type { S3Address } from "../sources/s3-address.js";
import type { NotDeleted, S3, S3Object } from "../sources/s3-client.js";
import type { TimeWindow } from "../sources/s3-keys.js";
import { REQUESTS } from "./data-files.js";
import { readLedger, type State } from "./ledger.js";
import type { Place } from "./place.js";
import { listPlace } from "./pull-listing.js";
import type { PullObjects } from "./pull-plan.js";

export interface Deletion {
  deleted: number;
  readonly failed: NotDeleted[];
}

/** As many as one request may name. */
const AT_ONCE = 1000;

/**
 * Deletes from the bucket what is durably in the store with every line understood. The ledger is
 * read from disk again, its files are looked at, and the bucket is listed again: an object that has
 * changed since is left alone, and S3 is told the ETag that it must still have.
 */
export async function deletePulled(
  s3: S3,
  store: Place,
  places: readonly S3Address[],
  window: TimeWindow,
  objects: PullObjects,
): Promise<Deletion> {
  const state = await readLedger(store);
  await mustBeWhole(store, state);
  await objects.findDurable(store, state);
  const result: Deletion = { deleted: 0, failed: [] };
  for (const place of places) {
    let waiting: S3Object[] = [];
    const send = async (): Promise<void> => {
      const batch = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      const failed = await s3.delete(place.bucket, batch);
      result.deleted += batch.length - failed.length;
      result.failed.push(...failed);
    };
    for await (const page of listPlace(s3, place, window)) {
      waiting.push(...(await objects.durable(page.objects)));
      while (waiting.length >= AT_ONCE) await send();
    }
    if (waiting.length > 0) await send();
  }
  return result;
}

/** Every file that the ledger names is there with its size. */
async function mustBeWhole(store: Place, { files }: State): Promise<void> {
  const entries = await store.list(REQUESTS);
  const sizes = new Map(entries.map((entry) => [entry.name, entry.bytes]));
  for (const { path: name, bytes } of files) {
    const size = sizes.get(name);
    if (size === bytes) continue;
    throw new Problem({
      code: "store-damaged",
      what: "nothing is deleted from the bucket: the store is not whole",
      where: `${store.name}/${name}`,
      why: size === undefined ? "the file is missing" : `it has ${size} bytes, not ${bytes}`,
      help: "culprit store verify says what else is wrong",
      exit: Exit.input,
    });
  }
}
