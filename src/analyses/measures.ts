import { Problem } from "../problems/problem.js";

/** A number to rank by. */
export interface Measure {
  readonly name: string;
  /** SQL aggregate; never NULL. */
  readonly sql: string;
  readonly columns: readonly string[];
  readonly unit: "count" | "bytes" | "ms";
}

const sumOf = (column: string): string => `CAST(coalesce(sum(${column}), 0) AS BIGINT)`;

/**
 * A sum of milliseconds, of the rows of a condition. Threads add in changing order, which changes
 * the last digits of a sum of fractions; no log writes more than nanoseconds.
 */
export const sumOfMs = (column: string, condition?: string): string =>
  `round(sum(${column})${condition === undefined ? "" : ` FILTER (WHERE ${condition})`}, 6)`;

export const measures = {
  requests: { name: "requests", sql: "count(*)", columns: [], unit: "count" },
  bytes_sent: {
    name: "bytes_sent",
    sql: sumOf("bytes_sent"),
    columns: ["bytes_sent"],
    unit: "bytes",
  },
  bytes_received: {
    name: "bytes_received",
    sql: sumOf("bytes_received"),
    columns: ["bytes_received"],
    unit: "bytes",
  },
  errors: {
    name: "errors",
    sql: "count(*) FILTER (WHERE status >= 400)",
    columns: ["status"],
    unit: "count",
  },
  duration_ms: {
    name: "duration_ms",
    sql: `coalesce(${sumOfMs("duration_ms")}, 0)`,
    columns: ["duration_ms"],
    unit: "ms",
  },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;
export const measureNames = Object.keys(measures) as MeasureName[];

/** The measure of a name; `bytes` is short for `bytes_sent`. */
export function measure(name: string): Measure {
  const full = name === "bytes" ? "bytes_sent" : name;
  if (Object.hasOwn(measures, full)) return measures[full as MeasureName];
  throw new Problem({
    code: "unknown-measure",
    what: `Cannot rank by ${name}`,
    help: `Use --by with one of ${measureNames.join(", ")}`,
    exit: 2,
  });
}
