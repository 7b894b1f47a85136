import { createRequire } from "node:module";

/**
 * The engine's package, required: Node would parse each of its 180 CommonJS files a second time to
 * import it, and every command would start a tenth of a second later. Its types are imported.
 */
export const {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBArrayValue,
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBScalarFunction,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  LIST,
  StatementType,
  VARCHAR,
  listValue,
} = createRequire(import.meta.url)("@duckdb/node-api") as typeof import("@duckdb/node-api");
