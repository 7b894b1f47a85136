import type { Facet } from "./facets.js";
import { aggregates, compared, sumsOf, type Question, type Sums } from "./rows.js";

/** A facet with the values of it that are looked at; all others count as one. */
export interface Coded {
  readonly facet: Facet;
  readonly values: readonly string[];
}

/** Rows that are alike in all coded facets: the place of each value, or -1 for another one. */
export interface Cell {
  readonly codes: readonly number[];
  readonly sums: Sums;
}

/** The fourth scan: the rows as a small table of the values that matter, for all combinations of them. */
export async function cells(question: Question, coded: readonly Coded[]): Promise<Cell[]> {
  const { db, dialect } = question.scope;
  const codes = coded.map(({ values }, at) => {
    const cases = values.map((value, code) => `WHEN ${dialect.literal(value)} THEN ${code}`);
    return `CASE f${at} ${cases.join(" ")} ELSE -1 END AS c${at}`;
  });
  const inner = compared(
    question,
    coded.map(({ facet }) => facet),
  );
  const value = question.metric.value === undefined ? "" : ", x";
  const names = coded.map((_, at) => `c${at}`).join(", ");
  const rows = await db.rows(`
    SELECT ${names}, ${aggregates(question.metric)}
    FROM (SELECT w, ${codes.join(", ")}${value} FROM ${inner}) AS coded
    GROUP BY ${names}`);
  return rows.map((row) => ({
    codes: coded.map((_, at) => Number(row[`c${at}`])),
    sums: sumsOf(row),
  }));
}
