import type { Input } from "../sources/input.js";
import { ReadAhead } from "../sources/read-ahead.js";
import { inputOf } from "../sources/s3.js";
import type { S3Address } from "../sources/s3-address.js";
import { nameOf } from "../sources/s3-body.js";
import type { S3, S3Object } from "../sources/s3-client.js";
import type { TimeWindow } from "../sources/s3-keys.js";
import { ingest, type IngestOptions, type IngestSummary } from "./ingest.js";
import { readLedger } from "./ledger.js";
import { isOwn } from "./place.js";
import { deletePulled, type Deletion } from "./pull-delete.js";
import { listPlace } from "./pull-listing.js";
import { PullObjects, type PullPlan } from "./pull-plan.js";
import { LogsIntoItself, refusingSelf, selfLogging } from "./pull-self.js";

export interface PullOptions extends Omit<IngestOptions, "inputs"> {
  readonly s3: S3;
  readonly places: readonly S3Address[];
  /** Objects whose key puts them wholly outside of it are not read. */
  readonly window: TimeWindow;
  /** Objects fetched at the same time. */
  readonly jobs: number;
  /** Also where a bucket writes its access log into itself. */
  readonly allowSelf: boolean;
  readonly deleteAfter: boolean;
  onProgress?(progress: PullProgress): void;
}

/** How far a pull is. */
export interface PullProgress {
  readonly listed: number;
  readonly fresh: number;
  readonly downloaded: number;
}

export interface PullSummary extends IngestSummary {
  readonly plan: PullPlan;
  readonly deletion?: Deletion;
}

/** Bytes fetched before their turn. */
const AHEAD_BYTES = 16 * 2 ** 20;

/** Half of an ingest's: a pull runs unattended beside other things, and its lines have many columns. */
const PIECE_BYTES = 4 * 2 ** 20;

/** What a pull would read: lists and compares with the ledger, and reads nothing. */
export async function planPull(
  options: Pick<PullOptions, "db" | "place" | "s3" | "places" | "window" | "onProgress">,
): Promise<{ objects: PullObjects; plan: PullPlan }> {
  const objects = await PullObjects.create(options.db);
  for (const place of options.places) {
    for await (const page of listPlace(options.s3, place, options.window)) {
      const own = (object: S3Object): boolean => isOwn(options.place, nameOf(object));
      await objects.add(page.objects, options.window, own);
      options.onProgress?.({ listed: objects.listed, fresh: 0, downloaded: 0 });
    }
  }
  const plan = await objects.plan(options.place, await readLedger(options.place));
  return { objects, plan };
}

/**
 * Brings what is new in S3 into the store, by object and never by date, so that late ones are found.
 * An object that cannot be read is reported, does not hold up the others, and is tried again by the
 * next pull. The caller holds the writer's lock.
 */
export async function pull(options: PullOptions): Promise<PullSummary> {
  if (!options.allowSelf) await refuseSelfLogging(options.s3, options.places);
  const { objects, plan } = await planPull(options);
  const summary = await bringIn(options, objects, plan);
  if (!options.deleteAfter) return { ...summary, plan };
  const { s3, place, places, window } = options;
  return { ...summary, plan, deletion: await deletePulled(s3, place, places, window, objects) };
}

async function bringIn(
  options: PullOptions,
  objects: PullObjects,
  { listed, fresh }: PullPlan,
): Promise<IngestSummary> {
  let downloaded = 0;
  const onRead = (): void => {
    downloaded += 1;
    options.onProgress?.({ listed, fresh, downloaded });
  };
  const ahead = new ReadAhead({ jobs: options.jobs, bytes: AHEAD_BYTES, onRead });
  try {
    return await ingest({
      ...options,
      pieceBytes: PIECE_BYTES,
      choose: options.allowSelf ? options.choose : refusingSelf(options.choose),
      inputs: inputsOf(options.s3, objects, ahead),
    });
  } catch (error) {
    throw error instanceof LogsIntoItself ? error.problem : error;
  } finally {
    ahead.close();
  }
}

/** One page is fetched ahead of the one that is read, so that a commit does not stop the fetching. */
async function* inputsOf(s3: S3, objects: PullObjects, ahead: ReadAhead): AsyncGenerator<Input> {
  let before: Input[] = [];
  for await (const page of objects.fresh()) {
    const inputs = page.map((object) => ahead.add(inputOf(s3, object)));
    yield* before;
    before = inputs;
  }
  yield* before;
}

async function refuseSelfLogging(s3: S3, places: readonly S3Address[]): Promise<void> {
  for (const bucket of new Set(places.map((place) => place.bucket))) {
    if ((await s3.logsInto(bucket)) !== bucket) continue;
    throw selfLogging(bucket, `s3://${bucket}`, "its logging configuration names itself as target");
  }
}
