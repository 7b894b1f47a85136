import type { RowColumn } from "../rows.js";
import type { Look } from "../look.js";
import { integer } from "../numbers.js";
import { textTable } from "../table.js";
import { wrap } from "./wrap.js";
import { jsonText, timeValue, type Value } from "../values.js";

/** The first rows of a result as a table for people, and how many more there are. */
export async function rowsTable(
  columns: readonly RowColumn[],
  rows: AsyncIterable<readonly Value[]>,
  limit: number,
  look: Look,
): Promise<string[]> {
  const cells: string[][] = [];
  let count = 0;
  for await (const row of rows) {
    if (count++ < limit) cells.push(row.map((value, at) => cell(value, columns[at]?.type, look)));
  }
  const titles = columns.map(({ name, type }) => ({
    title: name,
    align: type === "int" || type === "float" ? ("right" as const) : ("left" as const),
    min: 6,
    ...(type === "int" || type === "float" ? { ellipsis: "never" as const } : {}),
  }));
  const more =
    count > limit
      ? [
          `${look.ascii ? "..." : "…"} and ${integer(count - limit, look.locale)} more rows (--csv or --jsonl has all)`,
        ]
      : [];
  const rowsNote = `${integer(count, look.locale)} row${count === 1 ? "" : "s"}`;
  return [
    ...textTable(titles, cells, look),
    ...more.flatMap((line) => wrap(line, look.width)),
    rowsNote,
  ];
}

function cell(value: Value, type: RowColumn["type"] | undefined, { locale }: Look): string {
  if (value === null || value === undefined) return "";
  if (type === "int" && typeof value !== "object") return integer(Number(value), locale);
  if (type === "time") return textOf(timeValue(value));
  return textOf(value);
}

const textOf = (value: Value): string => (typeof value === "string" ? value : jsonText(value));
