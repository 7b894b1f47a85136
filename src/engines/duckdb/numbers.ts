import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { NumberColumns, Numbers } from "../numbers.js";
import { BIGINT, BOOLEAN, DOUBLE, DuckDBDataChunk } from "./api.js";

/** A large result of DOUBLE columns. */
export async function* readNumbers(
  connection: DuckDBConnection,
  sql: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Numbers> {
  signal?.throwIfAborted();
  // A NaN is read with its number, a NULL has to be looked up among bits.
  const result = await connection.stream(
    `SELECT coalesce(COLUMNS(*), CAST('NaN' AS DOUBLE)) FROM (${sql})`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    signal?.throwIfAborted();
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
  int: { type: BIGINT, value: BigInt },
  bool: { type: BOOLEAN, value: Boolean },
  float: { type: DOUBLE, value: Number },
} as const;

/** Rows that the engine takes at a time. */
const CHUNK = 2048;

/** By a connection of its own, as another one may be at a result. */
export async function appendNumbers(
  instance: DuckDBInstance,
  table: string,
  columns: NumberColumns,
  rows: Numbers,
): Promise<void> {
  const types = columns.map(([, type]) => TYPES[type]);
  const connection = await instance.connect();
  try {
    const appender = await connection.createAppender(table);
    for (let from = 0; from < rows.count; from += CHUNK) {
      const count = Math.min(CHUNK, rows.count - from);
      const chunk = DuckDBDataChunk.create(
        types.map(({ type }) => type),
        count,
      );
      for (const [at, { value }] of types.entries()) {
        const vector = chunk.getColumnVector(at);
        const column = rows.columns[at] as Float64Array;
        for (let row = 0; row < count; row++) {
          vector.setItem(row, value(column[from + row] as number));
        }
        vector.flush();
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  } finally {
    connection.closeSync();
  }
}
