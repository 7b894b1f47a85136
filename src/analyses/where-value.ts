import type { Dialect } from "../engines/dialect.js";
import type { ColumnType } from "../formats/record.js";
import type { Problem } from "../problems/problem.js";
import { badWhere, type Condition, type Where, type WhereValue } from "./where-ast.js";

export interface WhereOptions {
  /** The engine that will read it; default: the embedded one. */
  dialect?: Dialect;
  /**
   * What a written time means: its unit begins at `since` and is over at `until` (`2013-05` is May).
   * Without it only ISO 8601 in UTC is understood. Throws a Problem for text that is no time.
   */
  window?: (text: string) => { since?: Date; until?: Date };
}

/** A condition with what is known about its column. */
export interface Bound {
  where: Where;
  condition: Condition;
  /** The column as SQL. */
  column: string;
  type: Exclude<ColumnType, "map">;
  options: WhereOptions;
  dialect: Dialect;
}

/** A value without wildcards. */
export function plainText(bound: Bound, value: WhereValue): string {
  if (value.pieces.length > 1) throw badValue(bound, value, KIND[bound.type]);
  return value.pieces[0];
}

export const MOST_INT = 2n ** 63n;

/** A 64-bit integer as SQL. */
export function wholeNumber(bound: Bound, value: WhereValue): string {
  const text = plainText(bound, value);
  const number = /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace("+", "")) : MOST_INT;
  if (number >= MOST_INT || number < -MOST_INT) throw badValue(bound, value, "a whole number");
  return bound.dialect.literal(number);
}

/** A finite number as SQL. */
export function decimal(bound: Bound, value: WhereValue): string {
  const text = plainText(bound, value);
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(number)) throw badValue(bound, value, "a number");
  return bound.dialect.literal(number);
}

/** When the unit that was written begins and is over. */
export function timeWindow(bound: Bound, value: WhereValue): { since?: Date; until?: Date } {
  const text = plainText(bound, value);
  const window = bound.options.window?.(text) ?? isoWindow(text);
  if (window === undefined) throw badValue(bound, value, "a time");
  return window;
}

/** A day, minute, second or millisecond in ISO 8601, UTC. */
function isoWindow(text: string): { since: Date; until: Date } | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(\.\d{3})?)?Z?)?$/.exec(text);
  if (match === null) return undefined;
  const [, day = "", minute, second, fraction] = match;
  const since = new Date(`${day}T${minute ?? "00:00"}:${second ?? "00"}${fraction ?? ""}Z`);
  if (!since.toJSON()?.startsWith(day)) return undefined;
  const units = [fraction, second, minute].findIndex((part) => part !== undefined);
  const length = [1, 1000, 60_000][units] ?? 86_400_000;
  return { since, until: new Date(since.getTime() + length) };
}

/** What a column holds, in a sentence. */
export const KIND: Record<Bound["type"], string> = {
  text: "text",
  ip: "an address",
  int: "a whole number",
  float: "a number",
  time: "a time",
};

/** How its values are written. */
export const EXAMPLE: Record<Bound["type"], (field: string) => string> = {
  text: (field) => `write ${field}=VALUE, ${field}=a*b for a pattern, or ${field}~REGEX`,
  ip: (field) => `write ${field}=203.0.113.7, ${field}=203.0.113.0/24 or ${field}=2001:db8::/32`,
  int: (field) => `write ${field}=404, ${field}=5xx for 500 to 599, or ${field}>=500`,
  float: (field) => `write ${field}>=1.5 or ${field}<100`,
  time: (field) => `write ${field}=2024-10-05 for that day, or ${field}>=2024-10-05T01:00`,
};

export function badValue(
  { where, condition, type }: Bound,
  value: WhereValue,
  wanted: string,
): Problem {
  const text = value.pieces.join("*");
  return badWhere(where.text, value, {
    code: "where-value",
    what: `${condition.field.name} is ${KIND[type]}, and "${text}" is not ${wanted}`,
    help: EXAMPLE[type](condition.field.name),
  });
}
