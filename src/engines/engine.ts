import type { Dialect } from "./dialect.js";
import type { NumberColumns, Numbers } from "./numbers.js";

/** A row of a small result: whole numbers are numbers while exact, times are Dates, NULL is null. */
export type Row = Record<string, unknown>;

/** Something that runs queries. All reading only; `run` is for what prepares an engine. */
export interface Engine {
  readonly dialect: Dialect;
  /** Once aborted, the running query is cancelled and no other begins. */
  readonly signal: AbortSignal | undefined;
  /** Names a query for later ones: as a view where there are temporary ones, else in parentheses. */
  view(name: string, sql: string): Promise<string>;
  /**
   * A query's rows for later ones, until they are released: as a table where the engine may write,
   * else in parentheses, computed anew by each query. Returns what FROM takes; it needs an alias.
   */
  keep(sql: string): Promise<string>;
  /** Whether what is kept is a table at hand, so that there may be dozens for as long as the page is open. */
  readonly keepsTables: boolean;
  release(kept: string): Promise<void>;
  /** More rows for what is kept as a table; where it is none, that is an error of the caller. */
  append(kept: string, columns: NumberColumns, rows: Numbers): Promise<void>;
  /** A result small enough for memory. */
  rows(sql: string): Promise<Row[]>;
  /** A result of any size, as lists of values in the columns' order. */
  streamRows(sql: string): AsyncGenerator<unknown[][]>;
  /** The same of columns that are DOUBLE. */
  streamNumbers(sql: string): AsyncGenerator<Numbers>;
  run(sql: string): Promise<void>;
  close(): void | Promise<void>;
}

/** Whole numbers leave as numbers while they are exact; beyond 2^53 they stay bigint. */
export function plainNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
