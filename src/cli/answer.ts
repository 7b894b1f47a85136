import type { DuckDb } from "../engines/duckdb/engine.js";
import type { RowSet } from "../outputs/rows.js";
import type { Value } from "../outputs/values.js";
import { copyRows } from "./copy-rows.js";
import type { Io } from "./io.js";
import { shapeOf, writeDocument, writeSet, writeText, type OutputFlags } from "./output.js";

/** What a command has found, in the three forms that outputs are made of. */
export interface Answer {
  /** For people: lines. */
  text(): readonly string[];
  /** For programs: one JSON document. */
  document(): Value;
  /** For tables: JSON lines, CSV, Markdown, Parquet. */
  rows(): RowSet;
}

/** Writes the form that the flags ask for; Parquet is written by the embedded engine. */
export async function writeAnswer(
  embedded: DuckDb,
  answer: Answer,
  flags: OutputFlags,
  io: Io,
): Promise<void> {
  const shape = shapeOf(flags);
  if (shape === "text") return writeText(answer.text(), flags, io);
  if (shape === "json") return writeDocument(answer.document(), flags, io);
  if (shape !== "parquet") return writeSet(shape, answer.rows(), flags, io);
  return copyRows(embedded, answer.rows(), flags.output as string, io);
}
