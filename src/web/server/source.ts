import type { Block } from "../../analyses/blockplan/blocks.js";
import type { Replay } from "../../analyses/blockplan/replay.js";
import type { Savings } from "../../analyses/blockplan/savings.js";
import type { Scope } from "../../analyses/scope.js";
import type { DuckDb } from "../../engines/duckdb/engine.js";
import type { Wording } from "../../findings/verdict.js";
import type { PageData } from "../data.js";
import type { AlertsShown, BlockQuestion } from "../live-data.js";

/** Logs that have been read, as the server asks them. */
export interface Opened {
  readonly scope: Scope;
  /** The embedded engine, for a person's SQL; absent where another one answers. */
  readonly embedded?: DuckDb;
  readonly derived: readonly string[];
  /** What is known of the page before anything is asked. */
  readonly known: Omit<PageData, keyof import("../page-data.js").Answers>;
  /** Filters as a condition of SQL; one that is wrong is a Problem. */
  filter(where: readonly string[]): string;
  wording(where: readonly string[]): Wording;
  readonly blocking: Blocking;
  /** Lets go of the engine and its files. */
  close(): Promise<void>;
}

/** What a block plan follows beside the rows. */
export interface Blocking {
  /** The command line filters already: harm is what passes. */
  readonly filtered: boolean;
  /** Whom the configuration spares. */
  readonly allow: readonly Block[];
  savings(replay: Replay): Promise<Savings>;
  /** The command that makes the same plan. */
  command(question: BlockQuestion): string;
}

/** Where logs come from; `open` reads them as they are now. */
export interface Source {
  open(signal: AbortSignal): Promise<Opened>;
  /** Changes when the logs do; undefined where that cannot be told. */
  stamp(): Promise<string | undefined>;
  /** What alerts remember now, whatever the logs say. */
  alerts(): Promise<AlertsShown>;
}
