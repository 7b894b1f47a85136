import { Exit, Problem } from "../problems/problem.js";
import type { Literal } from "./sql.js";

/** Parts of a clock's text: `minute` is `2026-11-05 01:59`, `weekday` is `Thu`. */
export type ClockText = "minute" | "hour" | "day" | "hour_of_day" | "weekday";

/** What a column of a relation written into a query holds. */
export type ValueType = "text" | "int" | "float" | "time" | "bool";

/** A relation written into a query: its columns, and rows of values in their order. */
export interface Values {
  readonly columns: readonly (readonly [name: string, type: ValueType])[];
  readonly rows: readonly (readonly Literal[])[];
}

/**
 * How an engine writes what SQL leaves to engines. Arguments and results are SQL expressions, unless
 * they are said to be plain values; those are quoted here. Whatever is the same everywhere is written
 * as it is: `count(*) FILTER (WHERE …)`, `count(DISTINCT x)`, `min`, `max`, window functions with
 * ROWS, GROUPING SETS, `x IN (SELECT …)`, `a || b`, `lower`, `coalesce`, `nullif`, CASE, CTEs.
 * A column's alias never stands for the column in the same SELECT.
 */
export interface Dialect {
  /** For messages. */
  readonly name: string;

  /** A CTE (a plain name) that is read more than once: computed once, where an engine can. */
  readonly shared: (name: string, sql: string) => string;

  // Names and values, which may be hostile.
  readonly ident: (name: string) => string;
  readonly literal: (value: Literal) => string;
  /** Rows as something that FROM takes, with an alias (a plain name). */
  readonly values: (alias: string, values: Values) => string;
  /** NULL where the text is none: `12`, `-3`. */
  readonly tryInt: (text: string) => string;
  /** NULL where the text is none: `1.5`. */
  readonly tryFloat: (text: string) => string;
  /** A number as text, NULL for NULL. */
  readonly toText: (value: string) => string;
  /** True where one is NULL and the other not, too. */
  readonly isDistinct: (a: string, b: string) => string;

  // Text. Positions count from 1; patterns are those of RE2, as plain values.
  readonly startsWith: (text: string, prefix: string) => string;
  readonly contains: (text: string, part: string) => string;
  readonly substring: (text: string, from: string, length: string) => string;
  /** The n-th part between separators (a plain value); NULL or empty text beyond the last. */
  readonly splitPart: (text: string, separator: string, index: number) => string;
  /** Pieces, plain values, with anything between them: `["a", "b"]` is `a*b`. */
  readonly like: (text: string, pieces: readonly string[]) => string;
  readonly matches: (text: string, pattern: string) => string;
  /** A group of the first match; NULL where nothing matches, or where the group is empty. */
  readonly extract: (text: string, pattern: string, group: number) => string;
  /** 64 bits that stand for a text: a whole number that engines agree on only within themselves. */
  readonly fingerprint: (text: string) => string;
  /** Every match replaced by a plain text without `\\` or `$`. */
  readonly replaceMatches: (text: string, pattern: string, by: string) => string;
  /** `%20` as what it stands for; a broken escape leaves the text as it is, or makes it NULL. */
  readonly urlDecode: (text: string) => string;
  /** A value of a map of text to text, by a plain key; NULL where there is none. */
  readonly mapValue: (map: string, key: string) => string;
  /** A map of text to text as a JSON object; NULL for NULL. */
  readonly mapJson: (map: string) => string;

  // Numbers.
  /** Whole numbers divided, towards zero. */
  readonly intDiv: (a: string, b: string) => string;
  /** From 0 to below 1, another one for every row: `WHERE random() < 0.01` is a sample. */
  readonly random: () => string;

  // Time: timestamps are UTC without a zone; zones are plain values from `parseZone`.
  /** Whole seconds since 1970, as a whole number. */
  readonly epoch: (time: string) => string;
  /** Whole microseconds since 1970, as a whole number. */
  readonly epochMicros: (time: string) => string;
  /** Whole seconds since 1970 of what the zone's clock shows. */
  readonly clockEpoch: (time: string, zone: string) => string;
  readonly fromEpoch: (seconds: string) => string;
  readonly addSeconds: (time: string, seconds: string) => string;
  readonly clockText: (time: string, zone: string, text: ClockText) => string;
  /** `2026-11-05 01:59:59.123456`, NULL for NULL. */
  readonly timeText: (time: string) => string;

  // Aggregates; NULL values do not count.
  readonly approxDistinct: (value: string) => string;
  /** Interpolated; `part` is a plain value from 0 to 1. */
  readonly quantile: (value: string, part: number) => string;
  readonly approxQuantile: (value: string, part: number) => string;
  /** The value of the row in which `by` is largest; of several such rows, the largest value. */
  readonly argMax: (value: string, by: string) => string;
  readonly anyValue: (value: string) => string;
  /** How many different whole numbers there are, none below 0 or above 62. */
  readonly distinctSmall: (value: string) => string;
  readonly anyTrue: (condition: string) => string;
  readonly list: (value: string) => string;
  readonly distinctList: (value: string) => string;
  /** Some `k` of the most frequent values, 2 and more, as a list in no order. */
  readonly approxTopK: (value: string, k: number) => string;

  // Addresses.
  /** Whether a text is an IPv6 address of a block, a plain value such as `2001:db8::/32`. */
  readonly inIpv6: (address: string, cidr: string) => string;
}

/** The answer of an engine that cannot: asking for it is a Problem with this reason. */
export function unsupported(reason: string): ((...asked: unknown[]) => never) & {
  readonly reason: string;
} {
  const refuse = (): never => {
    throw new Problem({
      code: "engine-unsupported",
      what: "The engine cannot answer this",
      why: reason,
      help: "Without --engine, the embedded engine answers from a store or from logs",
      exit: Exit.usage,
    });
  };
  return Object.assign(refuse, { reason });
}

/** Why an engine cannot do something; undefined where it can. */
export const reasonOf = (answer: unknown): string | undefined =>
  typeof answer === "function" && "reason" in answer ? String(answer.reason) : undefined;

/** The start of a step of the zone's clock, as what the clock shows; `seconds` is a plain value. */
export const bucket = (dialect: Dialect, time: string, seconds: number, zone: string): string =>
  dialect.fromEpoch(
    `${dialect.intDiv(dialect.clockEpoch(time, zone), String(seconds))} * ${String(seconds)}`,
  );
