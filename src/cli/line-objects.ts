import type { Dialect } from "../engines/dialect.js";
import { columnTypes, type ColumnType } from "../formats/record.js";
import type { Sink } from "../outputs/sink.js";
import { jsonText, timeValue, type Value } from "../outputs/values.js";
import { markersToText } from "../sources/clean-lines.js";
import type { Lake } from "../store/lake.js";
import type { Session } from "./session.js";

/**
 * JSON lines, one per input line in order: a row, `rejected` with the raw text, or `blank`. Rows that
 * the filters leave out are left out here too; rejects and blanks always show.
 */
export async function writeLineObjects(
  { scope, derived, filtersPlaces = false }: Session,
  lake: Lake,
  columns: readonly string[],
  sink: Sink,
): Promise<void> {
  const types = columnTypes(derived);
  const fields = await filled(
    lake,
    columns.filter((name) => name !== "source" && name !== "line"),
  );
  const keys = fields.map((name) => `,${jsonText(name)}:`);
  const kinds = fields.map((name) => types.get(name) ?? "text");
  const selected = fields.map((name) => `, ${asText(name, types, lake.db.dialect)}`).join("");
  const segments = lake.parts.flatMap((part) => part.segments);
  const several = new Set(segments.map(({ source }) => source)).size > 1;
  const sql = `SELECT filename, file_row_number, outcome, reason, raw${selected}
    FROM ${filtersPlaces ? lake.placed : lake.lines} WHERE outcome <> 'parsed' OR (${scope.filter})
    ${filtersPlaces ? "ORDER BY filename, file_row_number" : ""}`;
  for await (const rows of scope.db.streamRows(sql)) {
    let text = "";
    for (const [file, index, outcome, reason, raw, ...values] of rows) {
      const { source, line } = lake.place(file as string, Number(index));
      text += `{${several ? `"source":${jsonText(source)},` : ""}"line":${line}`;
      if (outcome === "blank") text += ',"blank":true';
      else if (outcome === "rejected") {
        const shown = jsonText(markersToText(raw as string));
        text += `,"rejected":${jsonText(reason as string)},"raw":${shown}`;
      } else {
        for (let at = 0; at < values.length; at++) {
          const value = fieldValue(values[at], kinds[at]);
          if (value !== null && value !== undefined) text += `${keys[at]}${jsonText(value)}`;
        }
      }
      text += "}\n";
    }
    if (!(await sink.write(text))) return;
  }
}

/** The columns that have a value in any row: a format fills a third of the record at most. */
async function filled(lake: Lake, columns: readonly string[]): Promise<string[]> {
  const names = columns.map(lake.db.dialect.ident);
  if (names.length === 0) return [];
  const counts = names.map((name) => `count(${name}) AS ${name}`).join(", ");
  const [row = {}] = await lake.db.rows(`SELECT ${counts} FROM ${lake.lines}`);
  return columns.filter((name) => row[name] !== 0);
}

/** Microseconds would be lost in a Date: times leave the engine as text, and so do maps. */
export function asText(
  name: string,
  types: ReadonlyMap<string, ColumnType>,
  dialect: Dialect,
): string {
  const type = types.get(name);
  const column = dialect.ident(name);
  if (type === "time") return `${dialect.timeText(column)} AS ${column}`;
  if (type === "map") return `${dialect.mapJson(column)} AS ${column}`;
  return column;
}

/** The value of a column selected by `asText`. */
export function fieldValue(value: unknown, type: ColumnType | undefined): Value {
  if (value === null || typeof value !== "string") return value as Value;
  if (type === "time") return timeValue(value);
  if (type !== "map") return value;
  const entries = Object.entries(JSON.parse(value) as Record<string, string | null>);
  const present = entries.filter(([, text]) => text !== null);
  return present.length === 0 ? null : Object.fromEntries(present);
}
