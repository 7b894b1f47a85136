import { z } from "zod";
import { alertSeverities } from "../alerts/alert.js";
import { measuresWatched } from "./measured.js";

const SPAN = /^(?:\d+\s*(?:s|m|min|h|d|w)\s*)+$/;
const span = z.string().regex(SPAN, "is no length of time such as 10m, 1h or 1d");
const amount = z.union(
  [
    z.number().nonnegative(),
    z
      .string()
      .regex(/^\d+(?:\.\d+)?\s*(?:%|[KMGT]i?B?|B)?$/i, "is no amount such as 500, 100GB or 5%"),
  ],
  { error: "is no amount such as 500, 100GB or 5%" },
);
const texts = z.union([z.string(), z.array(z.string()).min(1)], {
  error: "is neither a text nor a list of texts",
});

const STORAGE_TYPE =
  "finds nothing: StorageType is a dimension of the daily storage metrics (BucketSizeBytes); " +
  "request metrics have BucketName and FilterId. Leave it out: the filter is found by itself";

const cloudwatch = z
  .strictObject({
    metric: z
      .string()
      .default("BytesDownloaded")
      .describe("BytesDownloaded, BytesUploaded, AllRequests, 4xxErrors, 5xxErrors, GetRequests …"),
    bucket: z.string().describe("the bucket whose request metrics are read"),
    filter_id: z
      .string()
      .optional()
      .describe("the request metrics' filter, such as EntireBucket; default: found by itself"),
    region: z.string().optional(),
    profile: z.string().optional(),
    storage_type: z.never({ error: STORAGE_TYPE }).optional(),
    StorageType: z.never({ error: STORAGE_TYPE }).optional(),
  })
  .describe("a request metric of S3 in Amazon CloudWatch");

/** A rule as `culprit.yaml` writes it. */
export const ruleSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "is no name of letters, digits, - and _")
      .describe("how alerts and culprit check call it"),
    measure: z.enum(measuresWatched).optional().describe("what is measured in the logs"),
    cloudwatch: cloudwatch.optional(),
    where: texts.optional().describe("which requests count, as --where: status=5xx"),
    by: z.string().optional().describe("a series for each value of this field: client_ip"),
    sources: texts
      .optional()
      .describe("logs, relative to this file; default: sources of the configuration, or the store"),
    window: span.optional().describe("what is added up; default: 1h"),
    step: span.optional().describe("how often a value is judged; default: the window, at most 1h"),
    delay: span.optional().describe("logs that arrive so late still count; default: none"),
    every: z
      .string()
      .optional()
      .describe(
        "when culprit watch checks it: 10m, or cron such as '5 * * * *'; default: the step",
      ),
    above: amount.optional().describe("more than this: 500, 100GB, 5%"),
    below: amount.optional().describe("less than this"),
    times_average: z
      .number()
      .positive()
      .optional()
      .describe("so many times the mean of the 7 days before"),
    times_baseline: z
      .number()
      .positive()
      .optional()
      .describe("so many times what is usual at this hour"),
    unusual: z
      .literal(true, "can only be true; leave it out otherwise")
      .optional()
      .describe("out of line with its own season, as culprit spikes judges; needs steps of 1h"),
    band: z
      .enum(["likely", "strong"])
      .optional()
      .describe("of scrapers: how sure it must be; default: strong"),
    prices: z
      .string()
      .optional()
      .describe("of budget: a price file, relative to this file; default: culprit's own"),
    service: z
      .string()
      .optional()
      .describe("of budget: whose prices, such as s3 or cloudfront; default: by the logs' format"),
    match: z.enum(["all", "any"]).default("all").describe("which of several conditions must hold"),
    for: span.optional().describe("how long it must last before anybody is told; default: at once"),
    repeat: span.optional().describe("told again after this time while it lasts; default: 4h"),
    severity: z.enum(alertSeverities).default("warning"),
    channels: texts.optional().describe("who is told; default: every channel"),
    site: z
      .string()
      .optional()
      .describe("what alerts call the site; default: the bucket, or nothing"),
    labels: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is no name of a label"), z.string())
      .optional(),
  })
  .superRefine((rule, context) => {
    for (const [path, message] of faultsOf(rule)) {
      context.addIssue({ code: "custom", path: [path], message });
    }
  })
  .describe("what is watched, and who is told");

type Written = {
  readonly [
    Name in
      | "measure"
      | "cloudwatch"
      | "by"
      | "band"
      | "unusual"
      | "window"
      | "step"
      | "prices"
      | "service"
  ]?: unknown;
} & { readonly [Name in (typeof CONDITIONS)[number]]?: unknown };

const CONDITIONS = ["above", "below", "times_average", "times_baseline", "unusual"] as const;

/** What fits no rule, by the setting where it shows. */
function faultsOf(rule: Written): [path: string, message: string][] {
  const { measure, cloudwatch: metric } = rule;
  if ((measure === undefined) === (metric === undefined)) {
    return [["name", "needs either a measure or cloudwatch, and not both"]];
  }
  const given = CONDITIONS.filter((name) => rule[name] !== undefined);
  const judges = measure === "scrapers" || measure === "floods";
  if (judges && given.length > 0) {
    return given.map((name) => [name, `says nothing: ${measure} judge by themselves`]);
  }
  if (rule.band !== undefined && measure !== "scrapers") {
    return [["band", "goes with the measure scrapers only"]];
  }
  if (measure === "budget") {
    const others = given.filter((name) => name !== "above");
    if (given.length === 1 && others.length === 0) return [];
    return [[others[0] ?? "measure", "of budget takes one condition: above, such as 150 or 500GB"]];
  }
  for (const name of ["prices", "service"] as const) {
    if (rule[name] !== undefined) return [[name, "goes with the measure budget only"]];
  }
  if (judges) return [];
  if (given.length === 0) return [["name", `needs a condition: ${CONDITIONS.join(", ")}`]];
  if (measure === "silence" && (given.length > 1 || given[0] !== "above")) {
    return [["measure", "takes one condition: above, in seconds without a line"]];
  }
  if (metric !== undefined && rule.by !== undefined) {
    return [["by", "goes with the logs: a metric has no fields"]];
  }
  const isSeasonal = given.includes("unusual") || given.includes("times_baseline");
  if (isSeasonal && (rule.window ?? "1h") !== "1h") {
    return [["window", "must be 1h here: a season is judged by hours"]];
  }
  if (isSeasonal && (rule.step ?? "1h") !== "1h") {
    return [["step", "must be 1h here: a season is judged by hours"]];
  }
  return [];
}

export type RuleConfig = z.infer<typeof ruleSchema>;

/** How `culprit watch` runs. */
export const watchSchema = z
  .strictObject({
    tz: z.string().optional().describe("the zone of schedules and seasons; default: UTC"),
    follow: texts
      .optional()
      .describe("logs that are followed into the store as they are written, relative to this file"),
    pull: z
      .string()
      .optional()
      .describe("when the buckets are pulled: 10m, or cron such as '*/15 * * * *'"),
  })
  .describe("how culprit watch runs");
