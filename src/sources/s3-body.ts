import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "../problems/problem.js";
import type { S3, S3Body, S3Object } from "./s3-client.js";
import { brokenOff } from "./s3-problems.js";

/** A connection that breaks this often without a byte in between is given up. */
const BREAKS = 6;
const FIRST_WAIT_MS = 200;
/** A body that is silent for so long has been forgotten by the other side. */
const SILENT_MS = 60_000;

/** An object that is read: which one, how large. */
type Read = Pick<S3Object, "bucket" | "key" | "etag" | "bytes">;

/** The bytes of an object that was not listed: what it is, its first answer says. */
export async function* readKey(s3: S3, bucket: string, key: string): AsyncGenerator<Buffer> {
  const first = await s3.get({ bucket, key, etag: "" }, 0);
  yield* readObject(s3, { bucket, key, etag: first.etag, bytes: first.bytes }, first);
}

/**
 * The bytes of an object. When the connection breaks in mid-body it is opened again from the byte
 * reached, and only as long as the object is the one that was listed. `first` is a body from its
 * beginning that is open already.
 */
export async function* readObject(s3: S3, object: Read, first?: S3Body): AsyncGenerator<Buffer> {
  const { signal } = s3.settings;
  let at = 0;
  let breaks = 0;
  let opened = first;
  while (at < object.bytes) {
    try {
      const body = opened ?? (await s3.get(object, at));
      opened = undefined;
      for await (const chunk of chunksOf(s3, body, at)) {
        at += chunk.length;
        breaks = 0;
        yield chunk;
      }
      if (at < object.bytes) throw new Error("the answer was shorter than the object");
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Problem) throw error;
      if (++breaks >= BREAKS) throw brokenOff(nameOf(object), at, object.bytes, error);
      const wait = FIRST_WAIT_MS * 2 ** (breaks - 1);
      await delay(wait * (0.5 + Math.random() / 2), undefined, signal ? { signal } : {});
    }
  }
}

/** As people know it. */
export const nameOf = ({ bucket, key }: Pick<S3Object, "bucket" | "key">): string =>
  `s3://${bucket}/${key}`;

async function* chunksOf(s3: S3, { stream, from }: S3Body, at: number): AsyncGenerator<Buffer> {
  const { signal } = s3.settings;
  const stop = (): void => void stream.destroy(new Error("interrupted"));
  const silent = (): void => void stream.destroy(new Error(`silent for ${SILENT_MS / 1000} s`));
  signal?.addEventListener("abort", stop, { once: true });
  const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let skip = at - from;
  try {
    for (;;) {
      const timer = setTimeout(silent, SILENT_MS);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      const skipped = Math.min(skip, next.value.length);
      skip -= skipped;
      if (skipped < next.value.length) yield next.value.subarray(skipped);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    stream.destroy();
  }
}
