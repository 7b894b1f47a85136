import type {
  CloudWatchClient,
  GetMetricDataCommandOutput,
  ListMetricsCommandOutput,
} from "@aws-sdk/client-cloudwatch";
import { Problem } from "../problems/problem.js";
import { cloudWatchProblem, noMetrics, sdkMissing, storageMetric } from "./cloudwatch-problems.js";
import type { MetricPlace, Unit } from "./rule.js";
import type { Series } from "./track.js";

/** How CloudWatch is reached; what is absent comes from the standard places. */
export interface CloudWatchSettings {
  readonly region?: string;
  readonly profile?: string;
  /** Another server that speaks its protocol. */
  readonly endpoint?: string;
  readonly signal?: AbortSignal;
}

const NAMESPACE = "AWS/S3";
const DAY = 86_400_000;
const ATTEMPTS = 5;
const CONNECT_MS = 10_000;
const SILENT_MS = 30_000;

/** What is counted by a metric: the names are S3's. */
export function measuresOfMetrics(metric: string): Unit {
  if (metric.startsWith("Bytes")) return "bytes";
  return metric.endsWith("Latency") ? "ms" : "count";
}

/** Daily storage metrics, which tell nothing of requests. */
const STORAGE = new Set(["BucketSizeBytes", "NumberOfObjects"]);

/**
 * The shortest period that CloudWatch still has for data of an age, at least the step: it keeps minutes
 * for 15 days, 5 minutes for 63 days, hours for 455 days. Seconds.
 */
export function periodFor(step_ms: number, age_ms: number): number {
  const least = age_ms <= 15 * DAY ? 60 : age_ms <= 63 * DAY ? 300 : 3600;
  return Math.max(least, step_ms / 1000);
}

type Sdk = typeof import("@aws-sdk/client-cloudwatch");

/** Reads request metrics of S3 buckets. */
export class CloudWatch {
  readonly #filters = new Map<string, readonly string[]>();

  private constructor(
    readonly sdk: Sdk,
    readonly client: CloudWatchClient,
    readonly settings: CloudWatchSettings,
    readonly region: string,
  ) {}

  /** Loads the SDK, which is an optional dependency. */
  static async open(settings: CloudWatchSettings): Promise<CloudWatch> {
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    const sdk = await import("@aws-sdk/client-cloudwatch").catch((error: unknown) => {
      throw sdkMissing(error);
    });
    const { region, profile, endpoint } = settings;
    const client = new sdk.CloudWatchClient({
      maxAttempts: ATTEMPTS,
      retryMode: "standard",
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      ...(endpoint === undefined ? {} : { endpoint }),
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
    });
    const asked = await client.config.region().catch((error: unknown) => {
      throw cloudWatchProblem(error, "cloudwatch:ListMetrics", undefined);
    });
    return new CloudWatch(sdk, client, settings, asked);
  }

  /**
   * The sums of a metric in equal steps from one time to another, both whole multiples of the step since
   * 1970. A step without data is unknown (NaN), never zero: a metric may be late or missing. Where
   * CloudWatch has only longer periods for an old step, that is unknown, too.
   */
  async series(
    place: MetricPlace,
    { from, until, step_ms, now }: { from: number; until: number; step_ms: number; now: Date },
  ): Promise<Series> {
    if (STORAGE.has(place.metric)) throw storageMetric(place);
    const filters = place.filter_id === undefined ? await this.filters(place) : [place.filter_id];
    if (filters.length === 0) throw await this.#nothing(place);
    const filter =
      filters.includes(WHOLE) || filters.length > 1 ? wholeOf(filters, place) : filters[0];
    const count = Math.max(0, Math.round((until - from) / step_ms));
    const sums = Array.from({ length: count }, () => NaN);
    const period = periodFor(step_ms, now.getTime() - from);
    for await (const { time, value } of this.#points(place, filter ?? WHOLE, from, until, period)) {
      const at = Math.floor((time - from) / step_ms);
      if (at < 0 || at >= count) continue;
      const before = sums[at] ?? NaN;
      sums[at] = Number.isNaN(before) ? value : before + value;
    }
    return { labels: {}, from, step: step_ms, parts: [sums] };
  }

  /** The filters that have request metrics of a bucket. */
  async filters({ bucket, metric }: MetricPlace): Promise<readonly string[]> {
    const known = this.#filters.get(`${bucket} ${metric}`);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const dimensions of await this.#dimensions(bucket, metric)) {
      const filter = dimensions.get("FilterId");
      if (filter !== undefined) found.add(filter);
    }
    const filters = [...found].toSorted();
    this.#filters.set(`${bucket} ${metric}`, filters);
    return filters;
  }

  /** The dimensions of a bucket's metrics of one name, or of all names. */
  async #dimensions(bucket: string, metric?: string): Promise<Map<string, string>[]> {
    const found: Map<string, string>[] = [];
    let token: string | undefined;
    do {
      const answer: ListMetricsCommandOutput = await this.#ask(
        "cloudwatch:ListMetrics",
        (sending) =>
          this.client.send(
            new this.sdk.ListMetricsCommand({
              Namespace: NAMESPACE,
              ...(metric === undefined ? {} : { MetricName: metric }),
              Dimensions: [{ Name: "BucketName", Value: bucket }],
              ...(token === undefined ? {} : { NextToken: token }),
            }),
            sending,
          ),
      );
      for (const { Dimensions = [] } of answer.Metrics ?? []) {
        found.push(new Map(Dimensions.map(({ Name, Value }) => [Name ?? "", Value ?? ""])));
      }
      token = answer.NextToken;
    } while (token !== undefined);
    return found;
  }

  /** Why a bucket has no request metrics, as far as its other metrics tell. */
  async #nothing(place: MetricPlace): Promise<Problem> {
    const others = await this.#dimensions(place.bucket);
    const hasStorage = others.some((dimensions) => dimensions.has("StorageType"));
    const hasRequests = others.some((dimensions) => dimensions.has("FilterId"));
    return noMetrics(place, this.region, hasStorage, hasRequests);
  }

  async *#points(
    { metric, bucket }: MetricPlace,
    filter: string,
    from: number,
    until: number,
    period: number,
  ): AsyncGenerator<{ time: number; value: number }> {
    let token: string | undefined;
    do {
      const answer: GetMetricDataCommandOutput = await this.#ask(
        "cloudwatch:GetMetricData",
        (sending) =>
          this.client.send(
            new this.sdk.GetMetricDataCommand({
              StartTime: new Date(from),
              EndTime: new Date(until),
              ScanBy: "TimestampAscending",
              MetricDataQueries: [
                {
                  Id: "watched",
                  MetricStat: {
                    Metric: {
                      Namespace: NAMESPACE,
                      MetricName: metric,
                      Dimensions: [
                        { Name: "BucketName", Value: bucket },
                        { Name: "FilterId", Value: filter },
                      ],
                    },
                    Period: period,
                    Stat: metric.endsWith("Latency") ? "Average" : "Sum",
                  },
                },
              ],
              ...(token === undefined ? {} : { NextToken: token }),
            }),
            sending,
          ),
      );
      for (const { Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
        for (const [index, time] of Timestamps.entries()) {
          yield { time: time.getTime(), value: Values[index] ?? NaN };
        }
      }
      token = answer.NextToken;
    } while (token !== undefined);
  }

  async #ask<T>(
    action: string,
    send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const { signal } = this.settings;
    try {
      return await send(signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw cloudWatchProblem(error, action, this.region);
    }
  }
}

/** The name that AWS's console and documentation give to the filter of a whole bucket. */
const WHOLE = "EntireBucket";

/** Of several filters the one of the whole bucket: the others are parts of it, and would count twice. */
function wholeOf(filters: readonly string[], place: MetricPlace): string {
  const found = filters.find((filter) => filter === WHOLE);
  if (found !== undefined) return found;
  throw new Problem({
    code: "cloudwatch-which-filter",
    what: `The bucket ${place.bucket} has request metrics for several filters`,
    why: `They are ${filters.join(", ")}, and which of them holds the whole bucket cannot be told`,
    help: "Name one in the rule: filter_id: …",
    exit: 2,
  });
}
