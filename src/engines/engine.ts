import type { Dialect } from "./dialect.js";

/** A row of a small result: whole numbers are numbers while exact, times are Dates, NULL is null. */
export type Row = Record<string, unknown>;

/** Something that runs queries. All reading only; `run` is for what prepares an engine. */
export interface Engine {
  readonly dialect: Dialect;
  /** Once aborted, the running query is cancelled and no other begins. */
  readonly signal: AbortSignal | undefined;
  /** Names a query for later ones: as a view where there are temporary ones, else in parentheses. */
  view(name: string, sql: string): Promise<string>;
  /** A result small enough for memory. */
  rows(sql: string): Promise<Row[]>;
  /** A result of any size, as lists of values in the columns' order. */
  streamRows(sql: string): AsyncGenerator<unknown[][]>;
  run(sql: string): Promise<void>;
  /** Keeps a query's rows as a table of this name; absent where an engine is only asked. */
  readonly keep?: ((name: string, sql: string) => Promise<void>) | undefined;
  close(): void | Promise<void>;
}

/** Whole numbers leave as numbers while they are exact; beyond 2^53 they stay bigint. */
export function plainNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
