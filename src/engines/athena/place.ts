import { caret } from "../../outputs/caret.js";
import { Problem } from "../../problems/problem.js";

/** A part of a query: UTF-16 offsets, `end` excluded. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** The line of a query that holds a place, with its number and a pointer under the place. */
export function shown(sql: string, { start, end }: Place): string {
  const from = sql.lastIndexOf("\n", start - 1) + 1;
  const next = sql.indexOf("\n", start);
  const line = sql.slice(from, next < 0 ? undefined : next);
  const number = sql.slice(0, start).split("\n").length;
  const column = start - from;
  const pointer = caret(line, column, Math.min(end - from, line.length));
  return `line ${number}, column ${column + 1}\n${pointer}`;
}

/** Something in a query that has no faithful equivalent here: what, where, why, and the mend. */
export function refusal(sql: string, place: Place, what: string, help: string): Problem {
  return new Problem({ code: "athena-unsupported", what, where: shown(sql, place), help, exit: 2 });
}
