import { S3, type S3Settings } from "../../sources/s3-client.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { BlockList } from "../blocklists/blocklist.js";
import { POLICY_BYTES, SID, statementOf } from "../blocklists/s3-policy.js";
import { bytes } from "../numbers.js";
import { merge, type Change } from "./apply.js";

interface Statement {
  readonly Sid?: unknown;
  readonly Condition?: { readonly IpAddress?: { readonly "aws:SourceIp"?: unknown } };
}

interface Policy {
  readonly Version?: unknown;
  readonly Statement?: Statement | readonly Statement[];
}

/**
 * Puts culprit's own statement into a bucket's policy, in the place of its last one, or takes it out:
 * read, merge, write, as PutBucketPolicy replaces the whole document. It writes only what differs.
 */
export async function applyToPolicy(
  list: BlockList & { readonly bucket: string },
  { dryRun, undo, ...settings }: S3Settings & { readonly dryRun: boolean; readonly undo: boolean },
): Promise<Change> {
  const { bucket } = list;
  const s3 = await S3.open(settings, `--bucket ${bucket}`);
  const before = await readPolicy(s3, bucket);
  const policy = parsePolicy(before, bucket);
  const all = [policy.Statement ?? []].flat();
  const own = all.filter(({ Sid }) => Sid === SID);
  const others = all.filter(({ Sid }) => Sid !== SID);
  const entries = undo ? [] : list.entries;
  const statement = entries.length === 0 ? [] : [statementOf(list) as Statement];
  const present = own.flatMap(addressesIn);
  const wanted = statement.flatMap(addressesIn);
  const { change } = merge(`the policy of s3://${bucket}`, present, {
    add: wanted,
    remove: present,
  });
  const result = { ...change, others: others.length, created: before === undefined };
  const same = JSON.stringify(own) === JSON.stringify(statement);
  if (same) return result;
  const next = { Version: "2012-10-17", ...policy, Statement: [...others, ...statement] };
  const text = JSON.stringify(next);
  checkSize(text, bucket);
  if (dryRun) return result;
  if (next.Statement.length === 0) await removePolicy(s3, bucket);
  else await writePolicy(s3, bucket, text);
  return result;
}

const addressesIn = ({ Condition }: Statement): string[] =>
  [Condition?.IpAddress?.["aws:SourceIp"] ?? []]
    .flat()
    .filter((one): one is string => typeof one === "string");

/** The policy's text; undefined when the bucket has none. */
const readPolicy = (s3: S3, bucket: string): Promise<string | undefined> =>
  s3.ask({ action: "s3:GetBucketPolicy", bucket }, async (client, sending) => {
    try {
      const command = new s3.sdk.GetBucketPolicyCommand({ Bucket: bucket });
      return (await client.send(command, sending)).Policy;
    } catch (error) {
      if (error instanceof Error && error.name === "NoSuchBucketPolicy") return undefined;
      throw error;
    }
  });

function parsePolicy(text: string | undefined, bucket: string): Policy {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Policy;
  } catch (cause) {
    throw new Problem({
      code: "s3-policy",
      what: "The bucket's policy is no JSON, and is left as it is",
      where: `s3://${bucket}`,
      help: "Look at it with: aws s3api get-bucket-policy",
      exit: Exit.input,
      cause,
    });
  }
}

function checkSize(text: string, bucket: string): void {
  const size = Buffer.byteLength(text);
  if (size <= POLICY_BYTES) return;
  throw new Problem({
    code: "block-list-too-long",
    what: "The bucket's policy would become too long",
    where: `s3://${bucket}`,
    why: `It would have ${bytes(size)} with what others put in, and S3 takes ${bytes(POLICY_BYTES)}`,
    help: "Ask for less with --entries or a lower --target",
    exit: Exit.usage,
  });
}

const writePolicy = (s3: S3, bucket: string, text: string) =>
  s3.ask({ action: "s3:PutBucketPolicy", bucket }, (client, sending) =>
    client.send(new s3.sdk.PutBucketPolicyCommand({ Bucket: bucket, Policy: text }), sending),
  );

const removePolicy = (s3: S3, bucket: string) =>
  s3.ask({ action: "s3:DeleteBucketPolicy", bucket }, (client, sending) =>
    client.send(new s3.sdk.DeleteBucketPolicyCommand({ Bucket: bucket }), sending),
  );
