import { Problem } from "../problems/problem.js";
import type { MetricPlace } from "./rule.js";

/** The Problem when the AWS SDK's part for CloudWatch, an optional dependency, is not installed. */
export const sdkMissing = (cause: unknown): Problem =>
  new Problem({
    code: "cloudwatch-sdk-missing",
    what: "Metrics need the AWS SDK, which is not installed",
    why: "It is an optional dependency of culprit, which an installation may leave out",
    help: "Install it beside culprit: npm install @aws-sdk/client-cloudwatch",
    exit: 2,
    cause,
  });

/** A rule that asks for something that no request changes. */
export const storageMetric = ({ metric, bucket }: MetricPlace): Problem =>
  new Problem({
    code: "cloudwatch-storage-metric",
    what: `${metric} is a daily storage metric, and says nothing of requests`,
    where: `cloudwatch of ${bucket}`,
    why: "It has the dimension StorageType and one value a day",
    help: "Use BytesDownloaded, BytesUploaded, AllRequests, 4xxErrors or 5xxErrors",
    exit: 2,
  });

/** A bucket without request metrics: they must be switched on, and cost as custom metrics do. */
export const noMetrics = (
  { metric, bucket }: MetricPlace,
  region: string,
  hasStorage: boolean,
  hasRequests: boolean,
): Problem =>
  new Problem({
    code: "cloudwatch-no-metrics",
    what: `CloudWatch has no ${metric} of the bucket ${bucket}`,
    where: `region ${region}`,
    why: hasRequests
      ? "It has other request metrics of it, so this one may be misspelled, or nothing has happened yet"
      : (hasStorage ? "It has the daily storage metrics (those with StorageType) only. " : "") +
        "Request metrics are off until they are switched on for a bucket, and begin some 15 minutes later",
    help: hasRequests
      ? "Check cloudwatch.metric: BytesDownloaded, BytesUploaded, AllRequests, GetRequests, 4xxErrors, 5xxErrors"
      : `aws s3api put-bucket-metrics-configuration --bucket ${bucket} --id EntireBucket ` +
        "--metrics-configuration Id=EntireBucket (s3:PutMetricsConfiguration; billed as custom metrics); " +
        "if they are on, check the region",
    exit: 3,
  });

interface Told {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const CREDENTIALS =
  /Credentials|TokenProvider|Expired|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId/;

/** The Problem for a request to CloudWatch that failed for good. */
export function cloudWatchProblem(
  error: unknown,
  action: string,
  region: string | undefined,
): Problem {
  if (error instanceof Problem) return error;
  const { name = "", code = "", message = "", $metadata } = error as Told;
  const status = $metadata?.httpStatusCode;
  const common = { exit: 3, cause: error, why: message } as const;
  const where = region === undefined ? {} : { where: `region ${region}` };
  if (/Region is missing/i.test(message)) {
    return new Problem({
      ...common,
      code: "cloudwatch-region",
      what: "It is not known in which region the metrics are",
      help: "Set AWS_REGION to the bucket's region, or region: under cloudwatch in culprit.yaml",
      exit: 2,
    });
  }
  if (CREDENTIALS.test(name)) {
    return new Problem({
      ...common,
      ...where,
      code: "cloudwatch-credentials",
      what: "AWS does not accept the credentials, or there are none",
      help: "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; aws sts get-caller-identity shows who you are",
    });
  }
  if (/AccessDenied|NotAuthorized|Unauthorized/.test(name) || status === 403) {
    return new Problem({
      ...common,
      ...where,
      code: "cloudwatch-denied",
      what: `AWS refuses ${action}`,
      help: `Allow ${action} on * (CloudWatch knows no narrower resource) in the policy of the user or role; culprit needs cloudwatch:ListMetrics and cloudwatch:GetMetricData`,
    });
  }
  return new Problem({
    ...common,
    ...where,
    code: code === "" && status !== undefined ? "cloudwatch-failed" : "cloudwatch-unreachable",
    what: "CloudWatch cannot be asked",
    why: status === undefined ? message || code || name : `${message} (HTTP ${status})`,
    help: "Check the network, the proxy and the region; what is unknown is not taken for zero",
  });
}
