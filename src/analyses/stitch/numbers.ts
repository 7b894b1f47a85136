import type { DuckDBAppender, DuckDBConnection } from "@duckdb/node-api";
import { BIGINT, BOOLEAN, DOUBLE, DuckDBDataChunk } from "../../engines/duckdb/api.js";
import type { DuckDb } from "../../engines/duckdb/engine.js";
import { ident } from "../../engines/sql.js";

/** Some thousand rows of numbers, column by column; NULL is NaN. */
export interface Numbers {
  readonly count: number;
  readonly columns: readonly Float64Array[];
}

/** A large result of DOUBLE columns. */
export async function* numbersOf(db: DuckDb, sql: string): AsyncGenerator<Numbers> {
  db.signal?.throwIfAborted();
  // A NaN is read with its number, a NULL has to be looked up among bits.
  const result = await db.connection.stream(
    `SELECT coalesce(COLUMNS(*), CAST('NaN' AS DOUBLE)) FROM (${sql})`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    db.signal?.throwIfAborted();
    const count = chunk.rowCount;
    const columns = Array.from({ length: chunk.columnCount }, (_, at) => {
      const vector = chunk.getColumnVector(at);
      const column = new Float64Array(count);
      for (let row = 0; row < count; row++) column[row] = vector.getItem(row) as number;
      return column;
    });
    yield { count, columns };
  }
}

const TYPES = {
  BIGINT: { type: BIGINT, value: BigInt },
  BOOLEAN: { type: BOOLEAN, value: Boolean },
  DOUBLE: { type: DOUBLE, value: Number },
} as const;

/** Rows that the engine takes at a time. */
const CHUNK = 2048;

/**
 * A table that is written to while a result is being read: by a connection of its own, as the other
 * one is at its result.
 */
export class NumberTable {
  readonly #rows: Float64Array[];
  #count = 0;

  private constructor(
    private readonly types: readonly (keyof typeof TYPES)[],
    private readonly connection: DuckDBConnection,
    private readonly appender: DuckDBAppender,
  ) {
    this.#rows = types.map(() => new Float64Array(CHUNK));
  }

  static async create(
    db: DuckDb,
    name: string,
    columns: Readonly<Record<string, keyof typeof TYPES>>,
  ): Promise<NumberTable> {
    const list = Object.entries(columns).map(([column, type]) => `${ident(column)} ${type}`);
    await db.run(`CREATE OR REPLACE TABLE ${name} (${list.join(", ")})`);
    const connection = await db.instance.connect();
    const appender = await connection.createAppender(name);
    return new NumberTable(Object.values(columns), connection, appender);
  }

  /** A row; of a BOOLEAN 0 or 1. */
  add(...values: readonly number[]): void {
    for (const [at, value] of values.entries()) {
      (this.#rows[at] as Float64Array)[this.#count] = value;
    }
    this.#count += 1;
    if (this.#count === CHUNK) this.#append();
  }

  close(): void {
    this.#append();
    this.appender.closeSync();
    this.connection.closeSync();
  }

  #append(): void {
    if (this.#count === 0) return;
    const types = this.types.map((name) => TYPES[name]);
    const chunk = DuckDBDataChunk.create(
      types.map(({ type }) => type),
      this.#count,
    );
    for (const [at, { value }] of types.entries()) {
      const vector = chunk.getColumnVector(at);
      const column = this.#rows[at] as Float64Array;
      for (let row = 0; row < this.#count; row++) vector.setItem(row, value(column[row] as number));
      vector.flush();
    }
    this.appender.appendDataChunk(chunk);
    this.#count = 0;
  }
}
