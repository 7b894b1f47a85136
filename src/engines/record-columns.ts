import { columnTypes, type ColumnType } from "../formats/record.js";

/** The columns of the data files beside the partition's, with their types in an engine's words. */
export function recordColumns(
  derived: readonly string[],
  types: Readonly<Record<ColumnType, string>>,
): [name: string, type: string][] {
  return [...columnTypes(derived)]
    .filter(([name]) => name !== "log_type")
    .map(([name, type]) => [name, types[type]]);
}
