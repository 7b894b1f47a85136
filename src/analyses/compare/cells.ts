import type { Facet } from "./facets.js";
import {
  aggregates,
  comparedRows,
  facetColumns,
  sumsOf,
  type Question,
  type Sums,
} from "./rows.js";
import type { Source } from "./sources.js";

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

/** A code and its absence fit in so many bits; the codes of all facets fit in a whole number. */
const BITS = 5n;

/** From so many facets of one column on, it costs less to look its values up than to cut each out. */
const MANY = 3;

/** The rows as a small table of the values that matter, for all combinations of them. */
export async function cells(
  question: Question,
  sources: readonly Source[],
  coded: readonly Coded[],
): Promise<Cell[]> {
  const { db } = question.scope;
  const kept: string[] = [];
  const looked: LookUp[] = [];
  try {
    for (const source of sources) {
      const own = coded.filter(({ facet }) => source.facets.includes(facet));
      if (source.kept === undefined || source.kept.columns.length > 1 || own.length < MANY)
        continue;
      const table = await db.keep(codesSql(question, source, coded));
      kept.push(table);
      looked.push({
        column: source.kept.columns[0] ?? "",
        table,
        missing: missing(coded, own),
        own,
      });
    }
    const cut = coded.filter((one) => !looked.some(({ own }) => own.includes(one)));
    const rows = await db.rows(cellsSql(question, coded, cut, looked));
    return rows.map((row) => ({
      codes: coded.map((_, at) => codeOf(BigInt(row["cell"] as number | bigint), at)),
      sums: sumsOf(row),
    }));
  } finally {
    for (const table of kept) await db.release(table);
  }
}

/** A column whose values' codes stand in a table. */
interface LookUp {
  readonly column: string;
  readonly table: string;
  /** The code of a missing value. */
  readonly missing: bigint;
  readonly own: readonly Coded[];
}

function cellsSql(
  question: Question,
  coded: readonly Coded[],
  cut: readonly Coded[],
  looked: readonly LookUp[],
): string {
  const { dialect } = question.scope;
  const joins = looked.map(
    ({ column, table }, at) =>
      ` LEFT JOIN (SELECT value AS _value${at}, code AS _code${at} FROM ${table}) AS codes${at}
        ON ${dialect.ident(column)} = _value${at}`,
  );
  const codes = looked.map(({ column, missing: none }, at) => {
    const isMissing = `${dialect.ident(column)} IS NULL`;
    return `CASE WHEN ${isMissing} THEN ${none} ELSE coalesce(_code${at}, 0) END AS found${at}`;
  });
  const [numbers, texts] = [true, false].map((is) =>
    cut.filter(({ facet }) => (facet.isValue !== undefined) === is),
  ) as [Coded[], Coded[]];
  const facets = texts.map(({ facet }) => facet);
  const numbered = numbers.map(
    (one, at) => `${numberCodeSql(one, coded.indexOf(one))} AS number${at}`,
  );
  const inner = comparedRows(
    question,
    [...facetColumns(question, facets), ...numbered, ...codes],
    joins.join(""),
  );
  const value = question.metric.value === undefined ? "" : ", x";
  const cell = [
    ...texts.map((one, at) => codeSql(question, one, `f${at}`, coded.indexOf(one))),
    ...numbers.map((_, at) => `number${at}`),
    ...looked.map((_, at) => `found${at}`),
  ];
  return `
    SELECT cell, ${aggregates(question.metric)}
    FROM (SELECT w, ${cell.join(" + ")} AS cell${value} FROM ${inner}) AS coded
    GROUP BY cell`;
}

/** The values of a column whose codes are not all absent. */
function codesSql(question: Question, source: Source, coded: readonly Coded[]): string {
  const codes = source.facets.flatMap((facet, at) => {
    const place = coded.findIndex((one) => one.facet === facet);
    const one = coded[place];
    return one === undefined ? [] : [codeSql(question, one, `f${at}`, place)];
  });
  return `SELECT value, code FROM (
      SELECT k0 AS value, ${codes.join(" + ")} AS code FROM ${source.relation}) AS valued
    WHERE code <> 0`;
}

/** SQL of a facet's part of a cell: 0 for another value, else the value's place, counted from 1. */
function codeSql(
  { scope: { dialect } }: Question,
  { values }: Coded,
  text: string,
  place: number,
): string {
  const cases = values.map(
    (value, code) => `WHEN ${dialect.literal(value)} THEN ${partOf(code, place)}`,
  );
  return `CAST(CASE ${text} ${cases.join(" ")} ELSE 0 END AS BIGINT)`;
}

/** The same of a facet whose values are asked of a number. */
function numberCodeSql({ facet, values }: Coded, place: number): string {
  const cases = values.map(
    (value, code) => `WHEN ${facet.isValue?.(value) ?? "FALSE"} THEN ${partOf(code, place)}`,
  );
  return `CAST(CASE ${cases.join(" ")} ELSE 0 END AS BIGINT)`;
}

/** What rows without a value of the column have in a cell. */
const missing = (coded: readonly Coded[], own: readonly Coded[]): bigint =>
  own.reduce((sum, one) => {
    const code = one.values.indexOf("");
    return code < 0 ? sum : sum + partOf(code, coded.indexOf(one));
  }, 0n);

const partOf = (code: number, place: number): bigint => BigInt(code + 1) << (BITS * BigInt(place));

const codeOf = (cell: bigint, place: number): number =>
  Number((cell >> (BITS * BigInt(place))) & ((1n << BITS) - 1n)) - 1;
