import type { ChannelConfig } from "../alerts/channel-config.js";
import { ALERT } from "../alerts/parameters.js";
import { Problem } from "../problems/problem.js";
import type { Rule } from "../watch/rule.js";
import type { Io } from "./io.js";

/** The rule that needs no configuration, only the environment. */
export const TRANSFER = "transfer";

const HOUR = 3_600_000;
const GB = 1024 ** 3;
/** What is watched when DATA_TRANSFER_THRESHOLD_GB is not set. */
const FALLBACK_GB = 100;
const TIMES_AVERAGE = 3;

/**
 * What a bucket sent in the last 24 hours against DATA_TRANSFER_THRESHOLD_GB (of 1024³ bytes), and
 * against three times its 7-day average. Told to the Slack webhook in SLACK_WEBHOOK_URL, where there is
 * one.
 */
export function transferRule({ env }: Io): {
  rule: Rule;
  channels: Record<string, ChannelConfig>;
} {
  const bucket = env["S3_BUCKET_NAME"] ?? "";
  if (bucket === "") throw noBucket();
  const threshold = thresholdOf(env["DATA_TRANSFER_THRESHOLD_GB"]);
  const isSlack = (env["SLACK_WEBHOOK_URL"] ?? "") !== "";
  const channels: Record<string, ChannelConfig> = isSlack
    ? { slack: { type: "slack", url_env: "SLACK_WEBHOOK_URL" } }
    : {};
  const rule: Rule = {
    name: TRANSFER,
    site: bucket,
    severity: "warning",
    labels: {},
    channels: Object.keys(channels),
    measure: "BytesDownloaded",
    unit: "bytes",
    metric: { metric: "BytesDownloaded", bucket },
    sources: [],
    where: [],
    by: undefined,
    window_ms: 24 * HOUR,
    step_ms: HOUR,
    delay_ms: 10 * 60_000,
    conditions: [
      { kind: "above", limit: threshold * GB },
      { kind: "times_average", times: TIMES_AVERAGE },
    ],
    match: "any",
    band: "strong",
    policy: { for_ms: 0, repeat_ms: ALERT.repeat_ms, calm_steps: ALERT.calm_steps },
    every: HOUR,
  };
  return { rule, channels };
}

function thresholdOf(text: string | undefined): number {
  if (text === undefined || text === "") return FALLBACK_GB;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Problem({
    code: "bad-variable",
    what: "DATA_TRANSFER_THRESHOLD_GB is not a number above 0",
    where: `DATA_TRANSFER_THRESHOLD_GB=${text}`,
    help: 'Write gigabytes: DATA_TRANSFER_THRESHOLD_GB="100"',
    exit: 2,
  });
}

const noBucket = (): Problem =>
  new Problem({
    code: "no-bucket",
    what: "It is not said which bucket to check",
    why: "There is no rule transfer in a configuration, and S3_BUCKET_NAME is not set",
    help: "Set S3_BUCKET_NAME, or name the file that does: culprit check transfer --env-file config.env",
    exit: 2,
  });
