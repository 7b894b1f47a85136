import type { DuckDBValue } from "@duckdb/node-api";
import {
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from "./api.js";

/** A value of any type that SQL can answer with, as outputs take it. */
export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

/**
 * Integers are numbers while they are exact, lists and structs are what they hold; times keep their
 * microseconds as text in UTC, and whatever JSON has no word for is the engine's own text for it.
 */
export function plainValue(value: DuckDBValue): PlainValue {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map(plainValue);
  }
  if (value instanceof DuckDBStructValue) {
    const fields = Object.entries(value.entries);
    return Object.fromEntries(fields.map(([name, field]) => [name, plainValue(field)]));
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(
      value.entries.map(({ key, value: entry }) => [textOf(plainValue(key)), plainValue(entry)]),
    );
  }
  // Its own text would be in the zone of the machine.
  if (value instanceof DuckDBTimestampTZValue) {
    return new DuckDBTimestampValue(value.micros).toString();
  }
  return value.toString();
}

const textOf = (key: PlainValue): string =>
  typeof key === "object" ? JSON.stringify(key) : String(key);
