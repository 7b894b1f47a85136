import { z } from "zod";
import { channelSchema } from "../../alerts/channel-config.js";
import { ruleSchema, watchSchema } from "../../watch/rule-config.js";

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
    sources: files
      .optional()
      .describe("logs that rules are checked against, relative to this file; default: the store"),
    channels: z
      .record(z.string(), channelSchema)
      .optional()
      .describe("where alerts are told, by names of your own"),
    rules: z
      .array(ruleSchema)
      .optional()
      .describe("what culprit check and culprit watch look after"),
    watch: watchSchema.optional(),
    env_file: files
      .optional()
      .describe(
        "files of NAME=VALUE lines such as .env, relative to this file; the environment wins over them",
      ),
  })
  .superRefine(({ channels = {}, rules = [] }, context) => {
    for (const [at, rule] of rules.entries()) {
      const twice = rules.findIndex(({ name }) => name === rule.name);
      if (twice < at) {
        const message = `is the name of another rule, too: ${rule.name}`;
        context.addIssue({ code: "custom", path: ["rules", at, "name"], message });
      }
      for (const channel of [rule.channels ?? []].flat()) {
        if (Object.hasOwn(channels, channel)) continue;
        const message = `names ${channel}, which is not under channels`;
        context.addIssue({ code: "custom", path: ["rules", at, "channels"], message });
      }
    }
  })
  .describe("Configuration of culprit");

export type Config = z.infer<typeof schema>;

/** The schema for editors: https://json-schema.org. */
export const jsonSchema = (): object => z.toJSONSchema(schema, { io: "input" });
