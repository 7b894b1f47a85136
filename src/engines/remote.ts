import type { ColumnType } from "../formats/record.js";
import type { Dialect } from "./dialect.js";
import type { Engine, Row } from "./engine.js";
import type { ExpressionWords } from "./expressions/writer.js";
import { numbersOf, type NumberColumns, type Numbers } from "./numbers.js";
import type { RawLines, RawTables } from "./raw.js";
import type { Scratch } from "./scratch.js";

/** How times leave an engine: as a Date, or as text that keeps their microseconds. */
export type TimesAs = "date" | "text";

/** What a query answers: its columns, and its rows as lists of values in their order. Read once. */
export interface Answer {
  readonly columns: readonly { name: string; type: ColumnType | "bool" | "json" }[];
  readonly rows: AsyncGenerator<unknown[][]>;
}

/** How far a query is: the part of it that is done, 0 to 1 (absent if unknown), and what it has read. */
export interface QueryProgress {
  readonly done?: number;
  readonly bytes: number;
  readonly rows?: number;
}

/** Told now and then while a query runs, and nothing when there are rows to be written. */
export type OnProgress = (progress: QueryProgress | undefined) => void;

/** What a table of a registered store is made of. */
export interface Registration {
  /** Where the engine sees the folder `requests` of the store: a path or an `s3://` prefix. */
  readonly place: string;
  /** Columns that people derived when they filled it. */
  readonly derived: readonly string[];
  /** Every partition: folders that hold rows. */
  readonly partitions: readonly { readonly log_type: string; readonly day: string }[];
}

/** An engine elsewhere, over a store that is registered there as a table. */
export abstract class RemoteEngine implements Engine {
  abstract readonly dialect: Dialect;
  /** How it reads the raw lines of a log. */
  abstract readonly expressions: ExpressionWords;
  abstract readonly signal: AbortSignal | undefined;
  /** The registered table, as FROM takes it. */
  abstract readonly table: string;
  /** Where it is, for people, without secrets. */
  abstract readonly name: string;

  abstract answer(sql: string, times: TimesAs): Promise<Answer>;
  /** The columns of the registered table; none when there is no such table. */
  abstract columns(): Promise<string[]>;
  /** The statements that make the table, or make it anew. */
  abstract registration(about: Registration): string[];
  /** The raw lines below a place that the engine can read. */
  abstract raw(place: string): RawLines;
  /**
   * The tables that such lines fill, with these derived columns. `at` says where their files lie;
   * without it, the engine's catalogue decides.
   */
  abstract rawTables(at: string | undefined, derived: readonly string[]): RawTables;
  /** Where it may keep tables for as long as it is open; absent where the user named no place. */
  abstract readonly scratch: Scratch | undefined;
  /** The statement that takes the rows of some sources out of a table; absent where none can. */
  readonly remove?: (table: string, where: string) => string;
  abstract run(sql: string): Promise<void>;
  abstract close(): void | Promise<void>;

  /** What it costs to scan so many bytes, for people; undefined where that is not said in money. */
  costOf(_bytes: number): string | undefined {
    return undefined;
  }

  view(_name: string, sql: string): Promise<string> {
    return Promise.resolve(`(${sql})`);
  }

  readonly keepsTables = false;
  keep(sql: string): Promise<string> {
    return this.scratch?.keep(sql) ?? Promise.resolve(`(${sql})`);
  }

  async release(kept: string): Promise<void> {
    await this.scratch?.release(kept);
  }

  async append(kept: string, columns: NumberColumns, rows: Numbers): Promise<void> {
    if (this.scratch === undefined) throw new Error(`${kept} is no table`);
    await this.scratch.append(kept, this.dialect, columns, rows);
  }

  async rows(sql: string): Promise<Row[]> {
    const { columns, rows } = await this.answer(sql, "date");
    const found: Row[] = [];
    for await (const some of rows) {
      for (const row of some) {
        found.push(Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])));
      }
    }
    return found;
  }

  async *streamRows(sql: string): AsyncGenerator<unknown[][]> {
    const { rows } = await this.answer(sql, "date");
    yield* rows;
  }

  streamNumbers(sql: string): AsyncGenerator<Numbers> {
    return numbersOf(this.streamRows(sql));
  }
}
