import { ident, literal } from "../../sql.js";

/** The types that AWS's table definitions use, under the engine's names. */
export type AthenaType = "VARCHAR" | "INTEGER" | "BIGINT" | "DOUBLE" | "FLOAT" | "DATE";

export interface ViewColumn {
  readonly name: string;
  readonly type: AthenaType;
  /** SQL over the record's columns that gives the value Athena would show. */
  readonly sql: string;
}

/** A table of AWS's documentation, as a view over the record. */
export interface AthenaView {
  readonly name: string;
  /** Where AWS defines the table. */
  readonly docs: string;
  /** The format whose rows it shows. */
  readonly logType: string;
  readonly columns: readonly ViewColumn[];
  /** The partition column, text as `2024/10/05`; the last column. */
  readonly partition?: string;
}

/** The columns of a view, written as `{ name: [type, sql] }` in AWS's order. */
export const columns = (
  list: Readonly<Record<string, readonly [AthenaType, string]>>,
): ViewColumn[] => Object.entries(list).map(([name, [type, sql]]) => ({ name, type, sql }));

/** The day of a row in the notation of AWS's keys; from the store it spares reading other days. */
const dayOf = (stored: boolean): string =>
  stored ? `replace("day", '-', '/')` : `strftime("time", '%Y/%m/%d')`;

/** The view as a query over the record; `stored`: the rows carry the store's `day`. */
export function viewSql(view: AthenaView, requests: string, stored: boolean): string {
  const list = view.columns.map(
    ({ name, type, sql }) => `CAST(${sql} AS ${type}) AS ${ident(name)}`,
  );
  if (view.partition !== undefined) list.push(`${dayOf(stored)} AS ${ident(view.partition)}`);
  return `SELECT ${list.join(", ")} FROM ${requests} WHERE log_type = ${literal(view.logType)}`;
}
