/** The dialect of the engine that culprit brings along: what SQL is written in unless told otherwise. */
export { duckdb as embedded } from "./duckdb/dialect.js";
