import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "../problems/problem.js";
import type { S3, S3Object } from "./s3-client.js";
import { brokenOff } from "./s3-problems.js";

/** A connection that breaks this often without a byte in between is given up. */
const BREAKS = 6;
const FIRST_WAIT_MS = 200;
/** A body that is silent for so long has been forgotten by the other side. */
const SILENT_MS = 60_000;

/**
 * The bytes of an object. When the connection breaks in mid-body it is opened again from the byte
 * reached, and only as long as the object is the one that was listed.
 */
export async function* readObject(s3: S3, object: S3Object): AsyncGenerator<Buffer> {
  const { signal } = s3.settings;
  let at = 0;
  let breaks = 0;
  while (at < object.bytes) {
    try {
      for await (const chunk of bodyFrom(s3, object, at)) {
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
export const nameOf = ({ bucket, key }: S3Object): string => `s3://${bucket}/${key}`;

async function* bodyFrom(s3: S3, object: S3Object, at: number): AsyncGenerator<Buffer> {
  const { stream, from } = await s3.get(object, at);
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
