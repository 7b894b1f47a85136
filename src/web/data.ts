import type { Verdict } from "../findings/verdict.js";

/** What the page shows, in a report's file and from the server alike: plain JSON, times in milliseconds since 1970. */
export interface PageData {
  readonly schema_version: 1;
  readonly version: string;
  readonly made_at: number;
  /** The command that makes the report again. */
  readonly command: string;
  readonly zone: string;
  readonly inputs: readonly Input[];
  readonly formats: readonly { readonly format: string; readonly inputs: number }[];
  readonly accounting: Accounting;
  readonly rejects: readonly Reject[];
  readonly totals: Totals;
  /** The filters in force, as `--where` reads them. */
  readonly where: readonly string[];
  readonly verdict: Verdict;
  readonly series: Series | null;
  /** What is compared at first; null where no part of the log stands out. */
  readonly windows: Windows | null;
  readonly cube: Cube;
  /** Null where there is nothing to tell, or, from a server, not yet. */
  readonly panels: Readonly<Record<PanelName, Told | null>>;
  readonly rankings: readonly Ranking[];
  readonly tables: readonly Table[];
  /** Of rows that `culprit stitch` joined; null of others. */
  readonly origin: OriginCost | null;
  readonly queries: readonly Query[];
}

/** Analyses that tell their findings in words; a server is asked for each by itself. */
export const panelNames = ["changes", "scrapers", "floods", "spikes"] as const;
export type PanelName = (typeof panelNames)[number];

export interface Input {
  readonly name: string;
  readonly bytes: number | null;
  /** SHA-256 of the stored bytes; null for what is no file of this machine. */
  readonly sha256: string | null;
}

/** `lines = parsed + rejected + blank`. */
export interface Accounting {
  readonly lines: number;
  readonly parsed: number;
  readonly rejected: number;
  readonly blank: number;
}

export interface Reject {
  readonly source: string;
  readonly line: number;
  readonly reason: string;
  readonly raw: string;
}

export interface Totals {
  readonly requests: number;
  readonly bytes_sent: number;
  readonly clients: number;
  readonly errors: number;
  readonly first: number | null;
  readonly last: number | null;
}

/** Half-open, in milliseconds since 1970. */
export type Span = readonly [from: number, until: number];

/** The three numbers of a group of requests, in the order of `measureNames`. */
export type Sums = readonly [requests: number, bytes: number, errors: number];

/** Equal bins from `from` on, the empty ones included. */
export interface Series {
  readonly from: number;
  /** Seconds. */
  readonly step: number;
  readonly requests: readonly number[];
  readonly bytes_sent: readonly number[];
  readonly errors: readonly number[];
}

/** Which hours of the baseline count: all, those of the incident, or those on the same weekday. */
export type Match = "all" | "hours" | "weekdays";

export interface Windows {
  readonly incident: Span;
  readonly baseline: Span;
  readonly match: Match;
  /** Parts of the baseline that had an incident of their own. */
  readonly without: readonly Span[];
}

/** The largest values of each field, over the bins of the series. */
export interface Cube {
  readonly dimensions: readonly CubeDimension[];
}

export interface CubeDimension {
  readonly field: string;
  /** How many values the field has; those beyond the largest are in no row. */
  readonly distinct: number;
  readonly values: readonly CubeValue[];
}

export interface CubeValue extends Value {
  /** Of each bin that has any: how many bins after the one before, requests, bytes, errors. */
  readonly cells: readonly number[];
}

/** A value of a field; null stands for a missing one. */
export interface Value {
  readonly value: string | null;
  /** The condition that keeps it, as `--where` reads it. */
  readonly where: string;
}

/** What two times add up to: exact from the server, by bins from the cube. */
export interface Sides {
  /** Hours of each side. */
  readonly hours: { readonly incident: number; readonly baseline: number };
  readonly total: { readonly incident: Sums; readonly baseline: Sums };
  readonly dimensions: readonly SidesDimension[];
  /** Of an answer of the server: rows of both times, how they were counted, and how long that took. */
  readonly scanned?: {
    readonly rows: number;
    readonly ms: number;
    /** One by one, or from what was known of each bin. */
    readonly from: "rows" | "bins";
  };
}

export interface SidesDimension {
  readonly field: string;
  readonly distinct: number;
  readonly values: readonly (Value & { readonly incident: Sums; readonly baseline: Sums })[];
}

/** A panel's findings in words. */
export interface Told {
  readonly headline: string;
  readonly unusual: boolean;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

export interface Finding {
  readonly title: string;
  /** What it is taken for, and how sure that is. */
  readonly badge: string | null;
  /** It speaks against somebody, or tells a change; others are listed for completeness. */
  readonly accuses: boolean;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  /** The condition that keeps its rows, as `--where` reads it. */
  readonly where: string | null;
  readonly command: string | null;
  readonly sql: string | null;
}

export interface Evidence {
  /** For, against, or neither. */
  readonly sign: "+" | "-" | "";
  readonly text: string;
}

/** The largest groups against the average of all. */
export interface Ranking {
  readonly title: string;
  readonly field: string;
  readonly by: "requests" | "bytes_sent";
  readonly rows: readonly RankedRow[];
  readonly groups: number;
  readonly total: number;
  readonly mean: number;
  readonly median: number;
  readonly gini: number;
  readonly half: number;
  readonly top10: number;
  /** From (0, 0) to (1, 1): the part of the groups, smallest first, and the part of the total that they make. */
  readonly lorenz: readonly (readonly [groups: number, total: number])[];
}

export interface RankedRow extends Value {
  readonly requests: number;
  readonly bytes_sent: number;
  readonly share: number;
  readonly times_mean: number;
  readonly times_median: number | null;
}

/** A plain table of shares. */
export interface Table {
  readonly title: string;
  readonly field: string;
  readonly rows: readonly (Value & {
    readonly requests: number;
    readonly bytes_sent: number;
    readonly share: number;
  })[];
  readonly groups: number;
}

/** What the front's misses cost the server behind it. */
export interface OriginCost {
  readonly requests: number;
  readonly behind: number;
  /** Null where the server behind logs no durations, or no sizes. */
  readonly behind_ms: number | null;
  readonly behind_bytes: number | null;
  /** Part of what was passed on that has its line behind; null where nothing was. */
  readonly rate: number | null;
  readonly ambiguous: number;
  readonly clients: number;
  readonly rows: readonly (Value & {
    readonly requests: number;
    readonly behind: number;
    readonly behind_ms: number | null;
    readonly behind_bytes: number | null;
    readonly cost_share: number;
  })[];
}

/** A question that the page asked, to be asked again with `culprit sql`. */
export interface Query {
  readonly title: string;
  readonly sql: string;
}

export const measureNames = ["requests", "bytes", "errors"] as const;
export type MeasureName = (typeof measureNames)[number];
