import { z } from "zod";

const bucket = z
  .strictObject({
    url: z
      .string()
      .regex(/^s3:\/\/[^/]+/, "is not of the form s3://bucket/prefix")
      .describe("where the logs lie: s3://bucket/prefix"),
    profile: z.string().optional().describe("the AWS profile whose credentials are used"),
    region: z.string().optional().describe("the bucket's region"),
    endpoint: z.string().optional().describe("another S3 server than AWS"),
    format: z.string().optional().describe("the logs' format; default: detected"),
  })
  .describe("a bucket that culprit pull reads when it is given none");

const bucketStore = z
  .strictObject({
    url: z
      .string()
      .regex(/^s3:\/\/[^/]+/, "is not of the form s3://bucket/prefix")
      .describe("where the store lies: s3://bucket/prefix"),
    profile: z.string().optional().describe("the AWS profile whose credentials are used"),
    region: z.string().optional().describe("the bucket's region"),
    endpoint: z.string().optional().describe("another S3 server than AWS"),
  })
  .describe("a store in a bucket, with what it takes to reach it");

const files = z.union([z.string(), z.array(z.string())]);

/** What `culprit.yaml` may say. Secrets have no place in it: they come from the environment or its files. */
export const schema = z
  .strictObject({
    store: z
      .union([z.string(), bucketStore], {
        error: "is neither a folder, nor s3://bucket/prefix, nor url: with what it needs",
      })
      .optional()
      .describe(
        "the store: a folder, relative to this file, or s3://bucket/prefix; read when no source is named",
      ),
    buckets: z.array(bucket).optional(),
    owners: files
      .optional()
      .describe("tables of owners, CSV lines RANGE,NAME, relative to this file: the column owner"),
    mmdb: files
      .optional()
      .describe("MaxMind databases, relative to this file: the columns country, asn and as_org"),
    block: z
      .strictObject({
        allow: z
          .array(z.string())
          .optional()
          .describe("never blocked: addresses, ranges, or files of them relative to this file"),
      })
      .optional()
      .describe("what culprit block keeps to"),
    env_file: files
      .optional()
      .describe(
        "files of NAME=VALUE lines such as .env, relative to this file; the environment wins over them",
      ),
  })
  .describe("Configuration of culprit");

export type Config = z.infer<typeof schema>;

/** The schema for editors: https://json-schema.org. */
export const jsonSchema = (): object => z.toJSONSchema(schema, { io: "input" });
