import type { DuckDBConnection, DuckDBInstance as Instance } from "@duckdb/node-api";
import path from "node:path";
import { plainNumber, type Engine, type Row } from "../engine.js";
import { literal } from "../sql.js";
import { DuckDBInstance } from "./api.js";
import { duckdb } from "./dialect.js";
import type { NumberColumns, Numbers } from "../numbers.js";
import { appendNumbers, readNumbers } from "./numbers.js";
import { utcOf } from "./zones.js";
import { registerAddressFunctions } from "./functions.js";

export interface EngineOptions {
  /** Bytes the engine may hold before it spills to `temporary`. */
  readonly memory: number;
  /** Folder of the run's files; spilled data goes there too. */
  readonly temporary: string;
  /** Zone of log times that carry none: an IANA name. */
  readonly logZone: string;
  /** Threads of all statements together; default: one a core. */
  readonly threads?: number;
  /** Once aborted, the running query fails and no other begins. */
  readonly signal?: AbortSignal;
}

export type { Row } from "../engine.js";

/** Values of a column's dictionary: room for all of them is made at once, in each column. */
const DICTIONARY = 2048;

/** Tables that were ever kept, of all instances. */
let kept = 0;

/** The embedded engine: one in-memory instance, one connection, queries one after another. */
export class DuckDb implements Engine {
  readonly dialect = duckdb;
  readonly keepsTables = true;

  private constructor(
    readonly instance: Instance,
    readonly connection: DuckDBConnection,
    /** What the instance may hold, in the engine's words. */
    readonly limit: string,
    /** The folder of the run's files. */
    readonly temporary: string,
    /** Folders that a person's SQL may read from: the run's files, a store. */
    readonly readable: Set<string>,
    readonly signal: AbortSignal | undefined,
    /** It belongs to another one. */
    readonly isGuest = false,
  ) {
    signal?.addEventListener("abort", this.#interrupt);
  }

  readonly #interrupt = (): void => this.connection.interrupt();

  static async open(options: EngineOptions): Promise<DuckDb> {
    const limit = `${Math.floor(options.memory / 2 ** 20)}MiB`;
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: limit,
      temp_directory: path.join(options.temporary, "spill"),
      ...(options.threads !== undefined && { threads: String(options.threads) }),
      // Nothing may be fetched at run time.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    registerAddressFunctions(connection);
    await connection.run(`CREATE MACRO in_log_zone(t) AS ${utcOf("t", options.logZone)}`);
    const { temporary, signal } = options;
    return new DuckDb(instance, connection, limit, temporary, new Set([temporary]), signal);
  }

  /** Another connection to the same tables, whose questions need not wait for this one's; its views are its own. */
  async beside(): Promise<DuckDb> {
    const connection = await this.instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    const { instance, limit, temporary, readable, signal } = this;
    return new DuckDb(instance, connection, limit, temporary, readable, signal, true);
  }

  async view(name: string, sql: string): Promise<string> {
    await this.run(`CREATE OR REPLACE TEMP VIEW ${duckdb.ident(name)} AS ${sql}`);
    return name;
  }

  /** No temporary table: that would be its connection's alone. */
  async keep(sql: string): Promise<string> {
    const name = `kept_${++kept}`;
    await this.run(`CREATE TABLE ${name} AS ${sql}`);
    return name;
  }

  async release(name: string): Promise<void> {
    // Also of a run that was aborted.
    await this.connection.run(`DROP TABLE IF EXISTS ${name}`);
  }

  append(name: string, columns: NumberColumns, rows: Numbers): Promise<void> {
    this.signal?.throwIfAborted();
    return appendNumbers(this.instance, name, columns, rows);
  }

  async run(sql: string): Promise<void> {
    this.signal?.throwIfAborted();
    await this.connection.run(sql);
  }

  /**
   * Gives the system back what the allocator keeps: the engine does so whenever its limit is set. Work
   * that many threads do in turns would otherwise leave every one of them with memory of its own.
   */
  async trim(): Promise<void> {
    await this.run(`SET memory_limit = ${literal(this.limit)}`);
  }

  /** Writes a query's rows to a Parquet file, in their order; returns how many there were. */
  async copy(sql: string, file: string): Promise<number> {
    this.signal?.throwIfAborted();
    const result = await this.connection.run(
      `COPY (${sql}) TO ${literal(file)} (FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT ${DICTIONARY})`,
    );
    return result.rowsChanged;
  }

  /** A result small enough for memory: a list of plain objects. */
  async rows(sql: string): Promise<Row[]> {
    this.signal?.throwIfAborted();
    const result = await this.connection.runAndReadAll(sql);
    return result.getRowObjectsJS().map(plainRow);
  }

  /** A result of any size, a few thousand rows at a time. */
  async *stream(sql: string): AsyncGenerator<Row[]> {
    this.signal?.throwIfAborted();
    const result = await this.connection.stream(sql);
    for await (const rows of result.yieldRowObjectJs()) {
      this.signal?.throwIfAborted();
      yield rows.map(plainRow);
    }
  }

  /** The same as lists of values in the columns' order, whole numbers as bigint. */
  async *streamRows(sql: string): AsyncGenerator<unknown[][]> {
    this.signal?.throwIfAborted();
    const result = await this.connection.stream(sql);
    for await (const rows of result.yieldRowsJs()) {
      this.signal?.throwIfAborted();
      yield rows;
    }
  }

  streamNumbers(sql: string): AsyncGenerator<Numbers> {
    return readNumbers(this.connection, sql, this.signal);
  }

  close(): void {
    this.signal?.removeEventListener("abort", this.#interrupt);
    this.connection.closeSync();
    if (!this.isGuest) this.instance.closeSync();
  }
}

function plainRow(row: Record<string, unknown>): Row {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "bigint") row[name] = plainNumber(value);
  }
  return row;
}
