import { cidrOf } from "../../analyses/blockplan/blocks.js";
import { shellWord } from "../escape.js";
import type { BlockList, BlockTarget } from "./blocklist.js";

/** The mark of culprit's own statement in a policy. */
export const SID = "CulpritBlock";

/** Bytes of a bucket policy: S3's limit of 20 KB. */
export const POLICY_BYTES = 20_480;

/**
 * A policy that refuses addresses. `aws:SourceIp` is absent from requests through VPC endpoints, which
 * it therefore leaves alone. With a known end the statement ends by itself.
 */
export const s3Policy: BlockTarget = {
  name: "s3-policy",
  about: "S3: a bucket policy with a statement of its own; --apply merges it into yours",
  bytes: POLICY_BYTES,
  needsBucket: true,
  emit: (list) =>
    `${JSON.stringify({ Version: "2012-10-17", Statement: [statementOf(list)] }, null, 1)}\n`,
  undo: ({ bucket = "" }) => {
    const name = shellWord(bucket);
    return [
      "#!/bin/sh",
      `# culprit block: takes the statement ${SID} out of the bucket's policy and keeps all others.`,
      "set -e",
      `policy=$(aws s3api get-bucket-policy --bucket ${name} --query Policy --output text |`,
      `  jq -c '.Statement |= map(select(.Sid != "${SID}"))')`,
      `if [ "$(printf %s "$policy" | jq '.Statement | length')" -eq 0 ]; then`,
      `  aws s3api delete-bucket-policy --bucket ${name}`,
      `else aws s3api put-bucket-policy --bucket ${name} --policy "$policy"; fi`,
      "",
    ].join("\n");
  },
};

/** culprit's own statement. */
export function statementOf({ entries, bucket = "", until }: BlockList): object {
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    Sid: SID,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: {
      IpAddress: { "aws:SourceIp": entries.map(({ block }) => cidrOf(block)) },
      ...(until && {
        DateLessThan: { "aws:CurrentTime": until.toISOString().replace(".000Z", "Z") },
      }),
    },
  };
}
