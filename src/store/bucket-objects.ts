import type {
  CompletedPart,
  CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommandOutput,
  GetObjectCommandOutput,
  HeadObjectCommandOutput,
  PutObjectCommandOutput,
  UploadPartCommandOutput,
} from "@aws-sdk/client-s3";
import { open, type FileHandle } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "../problems/problem.js";
import type { S3 } from "../sources/s3-client.js";

/** Larger files are sent in parts of this size; S3 takes at most 10,000 of them. */
const PART_BYTES = 8 * 2 ** 20;
/** Parts at work at the same time. */
const PARTS_AT_ONCE = 4;
/** As many as one request may delete. */
const DELETE_AT_ONCE = 1000;
/** S3 answers 409 to writers that meet at one key; who asks again learns who was first. */
const CONFLICTS = 5;

/** A text and the ETag that a later `replace` must name. */
export interface Text {
  readonly text: string;
  readonly etag: string;
}

/** Writes objects of one bucket: small texts on conditions, files of any size. */
export class BucketObjects {
  constructor(
    readonly s3: S3,
    readonly bucket: string,
  ) {}

  async read(key: string): Promise<Text | undefined> {
    try {
      return await this.s3.ask(
        { action: "s3:GetObject", bucket: this.bucket, key },
        async (client, sending) => {
          this.s3.requests.get += 1;
          const command = new this.s3.sdk.GetObjectCommand({ Bucket: this.bucket, Key: key });
          const answer: GetObjectCommandOutput = await client.send(command, sending);
          return {
            text: (await answer.Body?.transformToString("utf8")) ?? "",
            etag: answer.ETag ?? "",
          };
        },
      );
    } catch (error) {
      if (error instanceof Problem && error.code === "s3-vanished") return undefined;
      throw error;
    }
  }

  /** Writes an object that must not be there yet and returns its ETag; undefined when it is there. */
  create(key: string, text: string): Promise<string | undefined> {
    return this.#onCondition(key, text, { IfNoneMatch: "*" });
  }

  /** Overwrites an object that must still have this ETag; undefined when it has another. */
  replace(key: string, text: string, etag: string): Promise<string | undefined> {
    return this.#onCondition(key, text, { IfMatch: etag });
  }

  /** Sends a file and makes sure that it is there with its size. */
  async upload(key: string, file: string, signal?: AbortSignal): Promise<void> {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const etag =
        size <= PART_BYTES
          ? await this.#put(key, await readAt(handle, 0, size))
          : await this.#putParts(key, handle, size, signal);
      const stored = await this.#head(key);
      if (stored.bytes !== size || (etag !== "" && stored.etag !== etag)) {
        throw new Problem({
          code: "s3-failed",
          what: "a file that was sent to S3 is not there as it was sent",
          where: `s3://${this.bucket}/${key}`,
          why: `${size} bytes were sent, ${stored.bytes} are there`,
          help: "run again: nothing of it is part of the store",
          exit: 3,
        });
      }
    } finally {
      await handle.close();
    }
  }

  /** Deletes objects; those that are gone already are no fault. */
  async remove(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += DELETE_AT_ONCE) {
      const some = keys.slice(at, at + DELETE_AT_ONCE).map((key) => ({ key, etag: "" }));
      const [failed] = await this.s3.delete(this.bucket, some);
      if (failed !== undefined) throw notRemoved(this.bucket, failed.key, failed.reason);
    }
  }

  async #onCondition(
    key: string,
    text: string,
    condition: { IfNoneMatch: string } | { IfMatch: string },
  ): Promise<string | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#put(key, Buffer.from(text), condition);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (isConflict(error) && attempt < CONFLICTS) {
          await delay(50 * 2 ** attempt * Math.random());
          continue;
        }
        const refused = error.code === "s3-changed" || error.code === "s3-vanished";
        if (!refused) throw error;
        // An answer may have been lost, and what stands in the way be our own.
        const found = await this.read(key);
        return found?.text === text ? found.etag : undefined;
      }
    }
  }

  async #put(key: string, body: Buffer, condition: object = {}): Promise<string> {
    const answer: PutObjectCommandOutput = await this.#write(key, (client, sending) =>
      client.send(
        new this.s3.sdk.PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: body,
          ...condition,
        }),
        sending,
      ),
    );
    return answer.ETag ?? "";
  }

  async #putParts(
    key: string,
    handle: FileHandle,
    size: number,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { sdk } = this.s3;
    const target = { Bucket: this.bucket, Key: key };
    const { UploadId }: CreateMultipartUploadCommandOutput = await this.#write(
      key,
      (client, sending) => client.send(new sdk.CreateMultipartUploadCommand(target), sending),
    );
    try {
      const parts = await this.#sendParts(key, handle, size, UploadId ?? "", signal);
      const done: CompleteMultipartUploadCommandOutput = await this.#write(key, (client, sending) =>
        client.send(
          new sdk.CompleteMultipartUploadCommand({
            ...target,
            UploadId,
            MultipartUpload: { Parts: parts },
          }),
          sending,
        ),
      );
      return done.ETag ?? "";
    } catch (error) {
      // Parts that belong to no object cost until they are given up.
      await this.#write(key, (client, sending) =>
        client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId }), sending),
      ).catch(() => {});
      throw error;
    }
  }

  async #sendParts(
    key: string,
    handle: FileHandle,
    size: number,
    UploadId: string,
    signal: AbortSignal | undefined,
  ): Promise<CompletedPart[]> {
    const parts: CompletedPart[] = [];
    const count = Math.ceil(size / PART_BYTES);
    let next = 0;
    const send = async (): Promise<void> => {
      while (next < count) {
        signal?.throwIfAborted();
        const PartNumber = ++next;
        const from = (PartNumber - 1) * PART_BYTES;
        const Body = await readAt(handle, from, Math.min(PART_BYTES, size - from));
        const part: UploadPartCommandOutput = await this.#write(key, (client, sending) =>
          client.send(
            new this.s3.sdk.UploadPartCommand({
              Bucket: this.bucket,
              Key: key,
              UploadId,
              PartNumber,
              Body,
            }),
            sending,
          ),
        );
        parts[PartNumber - 1] = { PartNumber, ...(part.ETag !== undefined && { ETag: part.ETag }) };
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: PARTS_AT_ONCE }, send));
    for (const one of ended) if (one.status === "rejected") throw one.reason as Error;
    return parts;
  }

  async #head(key: string): Promise<{ bytes: number; etag: string }> {
    const answer: HeadObjectCommandOutput = await this.s3.ask(
      { action: "s3:GetObject", bucket: this.bucket, key },
      (client, sending) =>
        client.send(new this.s3.sdk.HeadObjectCommand({ Bucket: this.bucket, Key: key }), sending),
    );
    return { bytes: answer.ContentLength ?? -1, etag: answer.ETag ?? "" };
  }

  #write<T>(key: string, send: Parameters<typeof this.s3.ask<T>>[1]): Promise<T> {
    return this.s3.ask({ action: "s3:PutObject", bucket: this.bucket, key }, (client, sending) => {
      this.s3.requests.put += 1;
      return send(client, sending);
    });
  }
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(buffer, at, length - at, from + at);
    if (bytesRead === 0) throw new Error("a prepared file has become shorter");
    at += bytesRead;
  }
  return buffer;
}

const isConflict = ({ cause }: Problem): boolean =>
  (cause as { name?: string } | undefined)?.name === "ConditionalRequestConflict";

function notRemoved(bucket: string, key: string, reason: string): Problem {
  const denied = reason.startsWith("AccessDenied");
  return new Problem({
    code: denied ? "s3-denied" : "s3-failed",
    what: denied ? `AWS refuses s3:DeleteObject on ${bucket}` : "S3 did not delete an object",
    where: `s3://${bucket}/${key}`,
    why: reason,
    help: denied
      ? `allow s3:DeleteObject on arn:aws:s3:::${bucket}/*; the next writer removes what is left`
      : "run again later: the next writer removes what is left",
    exit: 3,
  });
}
