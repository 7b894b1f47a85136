import { Exit, Problem, type ProblemDetails } from "../problems/problem.js";

/** What was asked of S3 when it failed. */
export interface S3Attempt {
  /** The IAM action it takes: `s3:ListBucket`. */
  readonly action: string;
  readonly bucket: string;
  readonly key?: string;
  /** The region that was asked. */
  readonly region?: string;
}

/** What an error of the SDK tells; every part may be absent. */
interface Told {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly Region?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

const UNREACHABLE =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|EPROTO)/;
const CREDENTIALS =
  /^(?:CredentialsProviderError|TokenProviderError|ExpiredToken|InvalidAccessKeyId|InvalidToken|SignatureDoesNotMatch|RequestTimeTooSkewed|TokenRefreshRequired)/;

/** The region that S3 says a bucket is in, when it refused a request for being sent to another. */
export function rightRegion(error: unknown): string | undefined {
  const told = toldBy(error);
  const status = told.$metadata?.httpStatusCode;
  if (status !== 301 && status !== 307 && status !== 400) return undefined;
  return told.Region ?? told.$response?.headers?.["x-amz-bucket-region"];
}

/** The Problem for a request to S3 that failed for good. */
export function s3Problem(error: unknown, attempt: S3Attempt): Problem {
  if (error instanceof Problem) return error;
  const { bucket, key } = attempt;
  const where = key === undefined ? `s3://${bucket}` : `s3://${bucket}/${key}`;
  return new Problem({ where, ...describe(error, attempt), exit: Exit.input, cause: error });
}

type Words = Pick<ProblemDetails, "code" | "what" | "why" | "help">;

function describe(error: unknown, { action, bucket, key, region }: S3Attempt): Words {
  const told = toldBy(error);
  const name = told.name ?? "";
  const status = told.$metadata?.httpStatusCode;
  const why = saidBy(told);
  const right = rightRegion(error);
  if (right !== undefined && right !== region) return elsewhere(bucket, region, right);
  if (CREDENTIALS.test(name)) return noCredentials(name, why);
  if (Object.hasOwn(known, name)) return (known[name] as Known)(bucket, why);
  if (status === 404) return vanished();
  if (status === 412) return changed();
  if (status === 403 || status === 401) return denied(action, bucket, key, why);
  if ([told.code, name].some((text) => UNREACHABLE.test(text ?? ""))) {
    return {
      code: "s3-unreachable",
      what: "S3 cannot be reached",
      why,
      help: "check the network, the proxy and --endpoint, then run again",
    };
  }
  return {
    code: "s3-failed",
    what: "S3 did not answer as it should",
    why: status === undefined ? why : `${why} (HTTP ${status})`,
    help: "run again later; what is already in the store is not read twice",
  };
}

const vanished = (): Words => ({
  code: "s3-vanished",
  what: "this object is no longer there",
  why: "it was deleted after it had been listed, perhaps by a lifecycle rule",
  help: "nothing of it was taken; run again if it comes back",
});

const changed = (): Words => ({
  code: "s3-changed",
  what: "this object was overwritten while it was read",
  why: "its ETag is no longer the one that was listed",
  help: "nothing of it was taken; run again to read the new one",
});

type Known = (bucket: string, why: string) => Words;

/** What S3's own names for errors mean to people. */
const known: Readonly<Record<string, Known>> = {
  NoSuchBucket: (bucket) => ({
    code: "s3-no-bucket",
    what: `there is no bucket ${bucket}`,
    help: "check the name; aws s3 ls lists the buckets that you can see",
  }),
  InvalidObjectState: (_bucket, why) => ({
    code: "s3-archived",
    what: "this object is archived and cannot be read as it is",
    why,
    help: "restore it first (aws s3api restore-object), then run again",
  }),
  NoSuchKey: vanished,
  PreconditionFailed: changed,
};

const elsewhere = (bucket: string, asked: string | undefined, right: string): Words => ({
  code: "s3-region",
  what: `the bucket ${bucket} is in the region ${right}`,
  why: asked === undefined ? "another region was asked" : `${asked} was asked`,
  help: `run again with --region ${right}`,
});

const credentialFaults: Readonly<Record<string, string>> = {
  CredentialsProviderError: "there are no AWS credentials",
  ExpiredToken: "the AWS credentials have expired",
  ExpiredTokenException: "the AWS credentials have expired",
};

const noCredentials = (name: string, why: string): Words => ({
  code: "s3-credentials",
  what: credentialFaults[name] ?? "AWS does not accept the credentials",
  why,
  help: /Expired/.test(name)
    ? "get new ones (aws sso login, or the program that lent them), then run again"
    : "set AWS_PROFILE or --profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; aws sts get-caller-identity shows who you are",
});

function denied(action: string, bucket: string, key: string | undefined, why: string): Words {
  const resource = key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/*`;
  const kms = /kms/i.test(why) ? ", and kms:Decrypt on the key that encrypts it" : "";
  return {
    code: "s3-denied",
    what: `AWS refuses ${action} on ${bucket}`,
    why,
    help: `allow ${action} on ${resource}${kms}, in the policy of the user or role and not denied by the bucket's`,
  };
}

/** The Problem when the AWS SDK, an optional dependency, is not installed. */
export const sdkMissing = (where: string, cause: unknown): Problem =>
  new Problem({
    code: "s3-sdk-missing",
    what: "reading from S3 needs the package @aws-sdk/client-s3, and it is not installed",
    where,
    why: "it is an optional dependency and was left out when culprit was installed",
    help: "npm install @aws-sdk/client-s3 beside culprit, or copy the logs here: aws s3 sync",
    exit: Exit.usage,
    cause,
  });

/** The Problem for a body that breaks off again and again. */
export const brokenOff = (where: string, at: number, bytes: number, cause: unknown): Problem =>
  new Problem({
    code: "s3-broken-off",
    what: "the connection to S3 broke off again and again",
    where,
    why: `${at} of ${bytes} bytes had come; ${saidBy(toldBy(cause))}`,
    help: "check the network, then run again",
    exit: Exit.input,
    cause,
  });

const toldBy = (error: unknown): Told =>
  typeof error === "object" && error !== null ? error : { message: String(error) };

/** What was said, in words: some failures of the network carry only a code. */
function saidBy({ message, code, name }: Told): string {
  const text = (message ?? "").replace(/\p{C}/gu, " ").trim().slice(0, 400);
  const label = [name, code].find((part) => part !== undefined && part !== "Error");
  if (text === "" || text === "UnknownError") return label ?? "no reason was given";
  return label === undefined || text.includes(label) ? text : `${label}: ${text}`;
}
