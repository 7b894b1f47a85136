import { Exit, Problem } from "../problems/problem.js";

/** What `s3://bucket/key-or-prefix` means. */
export interface S3Address {
  /** As it was given. */
  readonly name: string;
  readonly bucket: string;
  /** A key, or what keys begin with; literal, may be empty. */
  readonly prefix: string;
}

/** Names as S3 has given them out since the beginning; aliases of access points look the same. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/**
 * Reads an address. What follows the bucket is a key or a prefix and is taken literally.
 *
 * @example
 * parseS3Address("s3://logs/AWSLogs/123456789012/")
 * // { name: "s3://logs/AWSLogs/123456789012/", bucket: "logs", prefix: "AWSLogs/123456789012/" }
 */
export function parseS3Address(name: string): S3Address {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(name) ?? [];
  if (bucket === "") throw refuse(name, "the bucket is missing");
  if (!BUCKET.test(bucket)) throw refuse(name, `${bucket} is not a bucket's name`);
  return { name, bucket, prefix };
}

function refuse(where: string, why: string): Problem {
  return new Problem({
    code: "s3-address",
    what: "this is not an address in S3",
    where,
    why,
    help: "write s3://bucket/prefix/ or s3://bucket/key",
    exit: Exit.usage,
  });
}
