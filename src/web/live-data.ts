import type { Span, Value } from "./data.js";

/* What only the live page has: alerts and block plans. */

/** What `culprit check` and `culprit watch` remember of their rules, from a server only. */
export interface AlertsShown {
  /** The folder that remembers, and how many series of rules it knows. */
  readonly place: string;
  readonly series: number;
  /** What fires, then what waits to be sure, the latest first. */
  readonly current: readonly AlertShown[];
  /** The last ones that are over, the latest first. */
  readonly past: readonly AlertShown[];
  /** Messages that no channel has taken. */
  readonly messages: readonly AlertMessage[];
  readonly silences: readonly AlertSilence[];
}

export interface AlertShown {
  readonly rule: string;
  readonly labels: readonly AlertLabel[];
  readonly phase: "firing" | "pending" | "over";
  /** From the first step that was out of line to the end of the last; null while it fires. */
  readonly from: number;
  readonly until: number | null;
  readonly summary: string;
  /** What the logs say of it, and the command that shows more; null where nobody was told of it. */
  readonly explanation: string | null;
  readonly command: string | null;
  /** When people were told. */
  readonly told: number | null;
  /** The silence that keeps quiet about it now. */
  readonly silence: string | null;
}

export interface AlertLabel {
  readonly name: string;
  readonly value: string;
  /** The condition that keeps its rows; empty where it names no field of a log. */
  readonly where: string;
}

export interface AlertMessage {
  readonly rule: string;
  readonly channel: string;
  readonly status: "waiting" | "refused";
  readonly attempts: number;
  readonly reason: string | null;
  readonly decided: number;
}

export interface AlertSilence {
  readonly id: string;
  readonly labels: readonly string[];
  readonly until: number;
  readonly by: string;
  readonly comment: string;
}

/** What is asked of a block plan; what it is to be planned over is a time and filters. */
export interface BlockQuestion {
  readonly where: readonly string[];
  /** Null for all of the log. */
  readonly window: Span | null;
  /** Percent of the harm to remove. */
  readonly target: number;
  readonly by: "requests" | "bytes";
  /** Whose policy is written; null where nobody wants one. */
  readonly bucket: string | null;
}

/** A block plan, from a server only: nothing of it is in force. */
export interface BlockShown {
  /** The question as the server reads it for a target's file. */
  readonly query: string;
  /** What it removes, refuses, hits and saves, in sentences. */
  readonly told: readonly string[];
  readonly numbers: BlockNumbers;
  /** The worst first; there may be more than these. */
  readonly entries: readonly BlockEntry[];
  /** Hit although nothing accuses them: those like people first; there may be more. */
  readonly hits: readonly BlockHit[];
  readonly spared: readonly BlockSpared[];
  readonly targets: readonly BlockTargetShown[];
  readonly notes: readonly string[];
  /** The command that makes the same plan; its entries are kept for later. */
  readonly command: string;
}

export interface BlockNumbers {
  readonly entries: number;
  readonly ipv4: number;
  readonly ipv6: number;
  /** Part of the harm, 0 to 1. */
  readonly removed: number;
  readonly requests: number;
  readonly refused_requests: number;
  readonly refused_bytes: number;
  readonly hit_clients: number;
  /** Null where this log cannot tell people from automata. */
  readonly people: number | null;
  readonly verified_bots: number;
}

export interface BlockEntry {
  readonly cidr: string;
  readonly where: string;
  readonly share: number;
  readonly addresses: number;
  readonly reason: string;
}

export interface BlockHit extends Value {
  readonly user_agent: string | null;
  readonly requests: number;
  readonly looks: string;
}

export interface BlockSpared {
  readonly why: string;
  readonly share: number;
  readonly addresses: readonly string[];
  readonly count: number;
}

export interface BlockTargetShown {
  readonly name: string;
  readonly about: string;
  /** The most that it takes, in words; null where there is no limit. */
  readonly limit: string | null;
  /** By how much the plan exceeds what it takes; null where it fits. */
  readonly excess: string | null;
  /** It cannot be written before a bucket is named. */
  readonly needs_bucket: boolean;
  readonly command: string;
}
