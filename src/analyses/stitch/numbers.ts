import type { DuckDBAppender, DuckDBConnection } from "@duckdb/node-api";
import type { DuckDb } from "../../engines/duckdb/engine.js";

/** Some thousand rows of numbers, column by column; NULL is NaN. */
export interface Numbers {
  readonly count: number;
  readonly columns: readonly Float64Array[];
}

/** A large result of DOUBLE columns. */
export async function* numbersOf(db: DuckDb, sql: string): AsyncGenerator<Numbers> {
  db.signal?.throwIfAborted();
  const result = await db.connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    db.signal?.throwIfAborted();
    const count = chunk.rowCount;
    const columns = Array.from({ length: chunk.columnCount }, (_, at) => {
      const vector = chunk.getColumnVector(at);
      const column = new Float64Array(count);
      for (let row = 0; row < count; row++) {
        column[row] = (vector.getItem(row) as number | null) ?? NaN;
      }
      return column;
    });
    yield { count, columns };
  }
}

/**
 * The table that pairs are written to while their lines are still being read: by a connection of its
 * own, as the other one is at its result.
 */
export class PairTable {
  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly appender: DuckDBAppender,
  ) {}

  static async create(db: DuckDb): Promise<PairTable> {
    await db.run(`CREATE OR REPLACE TABLE stitch_pairs (
      front_id BIGINT, back_id BIGINT, lag DOUBLE, ambiguous BOOLEAN)`);
    const connection = await db.instance.connect();
    return new PairTable(connection, await connection.createAppender("stitch_pairs"));
  }

  /** Of a pair, the lines' `row_id`s, the time between them, and whether others fit nearly as well. */
  add(front: number, back: number, lag: number, ambiguous: boolean): void {
    this.appender.appendBigInt(BigInt(front));
    this.appender.appendBigInt(BigInt(back));
    this.appender.appendDouble(lag);
    this.appender.appendBoolean(ambiguous);
    this.appender.endRow();
  }

  close(): void {
    this.appender.closeSync();
    this.connection.closeSync();
  }
}
