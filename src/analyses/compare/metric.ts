import { isError } from "../failing.js";
import { Exit, Problem } from "../../problems/problem.js";

/** What is compared: a number of rows, the sum of a column, or a mean over the rows. */
export interface Metric {
  readonly name: string;
  readonly kind: "count" | "sum" | "mean";
  /** SQL of what a row adds; absent where every row counts as one. */
  readonly value?: string;
  /** Only these rows count. */
  readonly where?: string;
  readonly columns: readonly string[];
  readonly unit: "count" | "bytes" | "ms" | "share";
  /** What it counts, for sentences. */
  readonly noun: string;
  /** Facets that would only say the metric in other words. */
  readonly circular: readonly string[];
}

export const metrics = {
  requests: {
    name: "requests",
    kind: "count",
    columns: [],
    unit: "count",
    noun: "requests",
    circular: [],
  },
  bytes_sent: {
    name: "bytes_sent",
    kind: "sum",
    value: "bytes_sent",
    where: "bytes_sent IS NOT NULL",
    columns: ["bytes_sent"],
    unit: "bytes",
    noun: "sent",
    circular: ["size"],
  },
  connections: {
    name: "connections",
    kind: "count",
    columns: [],
    unit: "count",
    noun: "connections",
    circular: [],
  },
  errors: {
    name: "errors",
    kind: "count",
    where: isError,
    columns: ["status"],
    unit: "count",
    noun: "errors",
    circular: [],
  },
  duration_ms: {
    name: "duration_ms",
    kind: "mean",
    value: "duration_ms",
    where: "duration_ms IS NOT NULL",
    columns: ["duration_ms"],
    unit: "ms",
    noun: "mean duration",
    circular: ["duration"],
  },
  error_rate: {
    name: "error_rate",
    kind: "mean",
    value: `CASE WHEN ${isError} THEN 1 ELSE 0 END`,
    where: "status IS NOT NULL",
    columns: ["status"],
    unit: "share",
    noun: "error rate",
    circular: ["status", "status_class", "error_code"],
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as MetricName[];

/** The metric of a name; `bytes` is short for `bytes_sent`. */
export function metric(name: string): Metric {
  const full = name === "bytes" ? "bytes_sent" : name;
  if (Object.hasOwn(metrics, full)) return metrics[full as MetricName];
  throw new Problem({
    code: "unknown-measure",
    what: `Cannot compare by ${name}`,
    help: `Use --by with one of ${metricNames.join(", ")}`,
    exit: Exit.usage,
  });
}
