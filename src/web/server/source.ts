import type { Scope } from "../../analyses/scope.js";
import type { DuckDb } from "../../engines/duckdb/engine.js";
import type { Wording } from "../../findings/verdict.js";
import type { PageData } from "../data.js";

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
  /** Lets go of the engine and its files. */
  close(): Promise<void>;
}

/** Where logs come from; `open` reads them as they are now. */
export interface Source {
  open(signal: AbortSignal): Promise<Opened>;
  /** Changes when the logs do; undefined where that cannot be told. */
  stamp(): Promise<string | undefined>;
}
