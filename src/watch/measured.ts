import { measures } from "../analyses/measures.js";
import type { Unit } from "./rule.js";

/** A figure of the logs that rules can watch: sums of steps, or a share of two of them. */
export interface LogMeasure {
  readonly unit: Unit;
  /** SQL aggregates that can be added up. */
  readonly parts: readonly string[];
  readonly columns: readonly string[];
}

const errors = measures.errors.sql;

/** By name. Analyses that judge by themselves, and silence, are no sums. */
export const logMeasures: Readonly<Record<string, LogMeasure>> = {
  requests: { unit: "count", parts: ["count(*)"], columns: [] },
  bytes_sent: { unit: "bytes", parts: [measures.bytes_sent.sql], columns: ["bytes_sent"] },
  bytes_received: {
    unit: "bytes",
    parts: [measures.bytes_received.sql],
    columns: ["bytes_received"],
  },
  errors: { unit: "count", parts: [errors], columns: ["status"] },
  error_rate: { unit: "share", parts: [errors, "count(*)"], columns: ["status"] },
  server_errors: {
    unit: "count",
    parts: ["count(*) FILTER (WHERE status >= 500)"],
    columns: ["status"],
  },
  server_error_rate: {
    unit: "share",
    parts: ["count(*) FILTER (WHERE status >= 500)", "count(*)"],
    columns: ["status"],
  },
  mean_duration_ms: {
    unit: "ms",
    parts: [measures.duration_ms.sql, "count(duration_ms)"],
    columns: ["duration_ms"],
  },
};

/** Every measure of the logs that a rule may name. */
export const measuresWatched = [
  "requests",
  "bytes_sent",
  "bytes_received",
  "errors",
  "error_rate",
  "server_errors",
  "server_error_rate",
  "mean_duration_ms",
  "scrapers",
  "floods",
  "budget",
  "silence",
] as const;
