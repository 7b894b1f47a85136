import type {
  DeleteObjectsCommandOutput,
  GetBucketLoggingCommandOutput,
  GetObjectCommandOutput,
  ListObjectsV2CommandOutput,
  S3Client,
} from "@aws-sdk/client-s3";
import { setMaxListeners } from "node:events";
import type { Readable } from "node:stream";
import { Exit, Problem } from "../problems/problem.js";
import { rightRegion, s3Problem, sdkMissing, type S3Attempt } from "./s3-problems.js";

/** How S3 is reached; what is absent comes from the standard places: environment, `~/.aws`, the machine's role. */
export interface S3Settings {
  readonly profile?: string;
  readonly region?: string;
  /** Another server that speaks S3; buckets are then named in the path. */
  readonly endpoint?: string;
  /** Requests at work at the same time. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
}

/** An object as it was listed. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  /** Without its quotes. */
  readonly etag: string;
  readonly bytes: number;
  readonly modified: Date;
  readonly storageClass: string;
}

/** One answer to a listing: objects, and what the others share up to the delimiter. */
export interface S3Page {
  readonly objects: readonly S3Object[];
  readonly folders: readonly string[];
  /** More follow. */
  readonly truncated: boolean;
}

export interface ListOptions {
  readonly startAfter?: string;
  readonly delimiter?: string;
}

/** Objects that were not deleted, with S3's reason. */
export interface NotDeleted {
  readonly key: string;
  readonly reason: string;
}

/** The part of a body that was asked for. */
export interface S3Body {
  readonly stream: Readable;
  /** The byte of the object that it begins with: servers may ignore a range. */
  readonly from: number;
  /** What the answer says of the object: its ETag without quotes, and the length of this body. */
  readonly etag: string;
  readonly bytes: number;
}

type Sdk = typeof import("@aws-sdk/client-s3");

/** The SDK waits longer each time, with jitter; S3 asks for patience with 503 SlowDown. */
const ATTEMPTS = 8;
const CONNECT_MS = 10_000;
const SILENT_MS = 60_000;
/** Where a bucket's region can be asked for when none is known. */
const SOME_REGION = "us-east-1";

/** Talks to S3: counts its requests, finds each bucket's region, and turns failures into Problems. */
export class S3 {
  /** Requests sent, without the SDK's own retries. */
  readonly requests = { list: 0, get: 0, put: 0, delete: 0 };
  readonly #clients = new Map<string, S3Client>();

  private constructor(
    readonly sdk: Sdk,
    readonly settings: S3Settings,
    /** The region for buckets that did not name another. */
    readonly region: string,
  ) {}

  /** Loads the SDK, which is an optional dependency; `where` is what it is needed for. */
  static async open(settings: S3Settings, where: string): Promise<S3> {
    if (settings.endpoint !== undefined) mustBeUrl(settings.endpoint);
    // Every request at work listens to the one signal.
    if (settings.signal !== undefined) setMaxListeners(0, settings.signal);
    // The SDK would print on each run which versions of Node its future needs.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    const sdk = await import("@aws-sdk/client-s3").catch((error: unknown) => {
      throw sdkMissing(where, error);
    });
    const region = settings.region ?? (await standardRegion(sdk, settings));
    return new S3(sdk, settings, region);
  }

  /** Everything that begins with the prefix, in the order of the keys, a thousand at a time. */
  async *list(bucket: string, prefix: string, options: ListOptions = {}): AsyncGenerator<S3Page> {
    let token: string | undefined;
    do {
      const answer: ListObjectsV2CommandOutput = await this.ask(
        { action: "s3:ListBucket", bucket },
        (client, sending) => {
          this.requests.list += 1;
          const command = new this.sdk.ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            EncodingType: "url",
            ...(options.delimiter === undefined ? {} : { Delimiter: options.delimiter }),
            ...(token === undefined ? {} : { ContinuationToken: token }),
            ...(token !== undefined || options.startAfter === undefined
              ? {}
              : { StartAfter: options.startAfter }),
          });
          return client.send(command, sending);
        },
      );
      token = answer.NextContinuationToken;
      yield pageOf(bucket, answer, token !== undefined);
    } while (token !== undefined);
  }

  /** The bytes of an object from one on; with an ETag only as long as it is the one that was listed. */
  async get(
    { bucket, key, etag }: Pick<S3Object, "bucket" | "key" | "etag">,
    from: number,
  ): Promise<S3Body> {
    const answer: GetObjectCommandOutput = await this.ask(
      { action: "s3:GetObject", bucket, key },
      (client, sending) => {
        this.requests.get += 1;
        const command = new this.sdk.GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ...(etag === "" ? {} : { IfMatch: `"${etag}"` }),
          ...(from === 0 ? {} : { Range: `bytes=${from}-` }),
        });
        return client.send(command, sending);
      },
    );
    const stream = answer.Body as Readable;
    return {
      stream,
      from: answer.ContentRange === undefined ? 0 : from,
      etag: (answer.ETag ?? "").replaceAll('"', ""),
      bytes: answer.ContentLength ?? 0,
    };
  }

  /** Deletes at most a thousand objects; one with an ETag only if it is still the one that was listed. */
  async delete(
    bucket: string,
    objects: readonly Pick<S3Object, "key" | "etag">[],
  ): Promise<NotDeleted[]> {
    const answer: DeleteObjectsCommandOutput = await this.ask(
      { action: "s3:DeleteObject", bucket },
      (client, sending) => {
        this.requests.delete += 1;
        const list = objects.map(({ key, etag }) => ({
          Key: key,
          ...(etag === "" ? {} : { ETag: `"${etag}"` }),
        }));
        const command = new this.sdk.DeleteObjectsCommand({
          Bucket: bucket,
          Delete: { Objects: list, Quiet: true },
        });
        return client.send(command, sending);
      },
    );
    return (answer.Errors ?? []).map(({ Key, Code, Message }) => ({
      key: Key ?? "",
      reason: [Code, Message].filter((part) => part !== undefined).join(": "),
    }));
  }

  /** The bucket that this one writes its access logs to; undefined when it does not, or will not say. */
  async logsInto(bucket: string): Promise<string | undefined> {
    try {
      const answer: GetBucketLoggingCommandOutput = await this.ask(
        { action: "s3:GetBucketLogging", bucket },
        (client, sending) =>
          client.send(new this.sdk.GetBucketLoggingCommand({ Bucket: bucket }), sending),
      );
      return answer.LoggingEnabled?.TargetBucket;
    } catch (error) {
      if (error instanceof Problem && /^s3-(?:denied|failed)$/.test(error.code)) return undefined;
      throw error;
    }
  }

  /** Sends a request, again to the right region when S3 names it and no other was asked for. */
  async ask<T>(
    attempt: S3Attempt,
    send: (client: S3Client, options: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const { signal } = this.settings;
    const sending = signal === undefined ? {} : { abortSignal: signal };
    const client = this.#clientOf(attempt.bucket);
    try {
      return await send(client, sending);
    } catch (error) {
      signal?.throwIfAborted();
      const right = rightRegion(error);
      const asked = await client.config.region();
      if (this.settings.region !== undefined || right === undefined || right === asked) {
        throw s3Problem(error, { ...attempt, region: asked });
      }
      const moved = this.#clientOf(attempt.bucket, right);
      return await send(moved, sending).catch((again: unknown) => {
        throw s3Problem(again, { ...attempt, region: right });
      });
    }
  }

  #clientOf(bucket: string, region?: string): S3Client {
    const known = this.#clients.get(bucket);
    if (known !== undefined && region === undefined) return known;
    const client = new this.sdk.S3Client(clientConfig(this.settings, region ?? this.region));
    this.#clients.set(bucket, client);
    return client;
  }
}

function clientConfig({ profile, endpoint, jobs = 16 }: S3Settings, region: string) {
  return {
    region,
    maxAttempts: ATTEMPTS,
    retryMode: "standard",
    // A stream that checks sums would not tell when its connection breaks.
    responseChecksumValidation: "WHEN_REQUIRED" as const,
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      httpAgent: { keepAlive: true, maxSockets: jobs + 4 },
      httpsAgent: { keepAlive: true, maxSockets: jobs + 4 },
    },
  };
}

/** The region of the environment, the profile or the machine. */
async function standardRegion(sdk: Sdk, { profile }: S3Settings): Promise<string> {
  const client = new sdk.S3Client(profile === undefined ? {} : { profile });
  return client.config.region().catch(() => SOME_REGION);
}

function pageOf(bucket: string, answer: ListObjectsV2CommandOutput, truncated: boolean): S3Page {
  const decode = (text: string): string =>
    answer.EncodingType === "url" ? decodeURIComponent(text.replaceAll("+", " ")) : text;
  return {
    truncated,
    folders: (answer.CommonPrefixes ?? []).map(({ Prefix }) => decode(Prefix ?? "")),
    objects: (answer.Contents ?? []).map((object) => ({
      bucket,
      key: decode(object.Key ?? ""),
      etag: (object.ETag ?? "").replaceAll('"', ""),
      bytes: object.Size ?? 0,
      modified: object.LastModified ?? new Date(0),
      storageClass: object.StorageClass ?? "STANDARD",
    })),
  };
}

function mustBeUrl(endpoint: string): void {
  if (/^https?:\/\/[^/]/i.test(endpoint) && URL.canParse(endpoint)) return;
  throw new Problem({
    code: "bad-flag",
    what: "--endpoint is not an address that S3 can be reached at",
    where: `--endpoint ${endpoint}`,
    help: "write the whole address: --endpoint http://localhost:9000",
    exit: Exit.usage,
  });
}
