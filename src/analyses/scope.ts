import type { Dialect } from "../engines/dialect.js";
import type { Engine } from "../engines/engine.js";

/** The rows a question is asked of. */
export interface Scope {
  readonly db: Engine;
  /** How the engine writes what SQL leaves open. */
  readonly dialect: Dialect;
  /** Relation of the requests in the time range that pass `--where`. */
  readonly requests: string;
  /** Relation of all requests in the time range. */
  readonly everything: string;
  /** The time range and `--where` as an SQL condition on the rows of the lake; never NULL. */
  readonly filter: string;
  /** IANA zone in which hours and days are counted. */
  readonly zone: string;
  /** The part of the range asked for that the log covers; absent when that is nothing. */
  readonly window: Window | undefined;
  /** What the log covers, whatever was asked for; absent when no line has a time. */
  readonly covers: Window | undefined;
  /** The range asked for, open where nothing was said. */
  readonly asked: { readonly since?: Date; readonly until?: Date };
}

/** Half-open: `from` belongs to it, `until` does not. */
export interface Window {
  readonly from: Date;
  readonly until: Date;
}
