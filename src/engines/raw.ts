import { createHash } from "node:crypto";

/** Raw lines where they lie, as the engine sees them. */
export interface RawLines {
  /** Statements that make them readable. */
  readonly prepare: readonly string[];
  /** Statements that take that back; the lines stay. */
  readonly finish: readonly string[];
  /**
   * What FROM takes: one row a line, with the columns `line`, `source` (the file or object, as the
   * engine names it) and `size` (its bytes as they are stored).
   */
  readonly from: string;
}

/** The tables that an engine fills from raw lines, as FROM takes them, and what makes them. */
export interface RawTables {
  /** Statements that make those of them that are missing. */
  readonly create: readonly string[];
  /** The record, partitioned by `log_type` and `day`, its last columns. */
  readonly requests: string;
  /** `source`, `log_type`, `reason` and `raw` of every line that was refused. */
  readonly rejects: string;
  /** Of every source that has entered, the columns of `ledgerColumns`. */
  readonly ledger: string;
}

export const rejectColumns = ["source", "log_type", "reason", "raw"] as const;

/** What the ledger table says of a source: texts first, then numbers. */
export const ledgerColumns = {
  text: ["source", "log_type", "ingested_at"],
  int: ["size", "lines", "parsed", "rejected", "blank"],
} as const;

/** A name for the table over a place, the same every time. */
export const rawName = (place: string): string =>
  `culprit_raw_${createHash("sha256").update(place).digest("hex").slice(0, 12)}`;
