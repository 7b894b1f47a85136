import type { ColumnType } from "../formats/record.js";
import { csvCell, markdownCell, terminalText } from "./escape.js";
import type { Sink } from "./sink.js";
import { isoTime, jsonText, timeValue, type Value } from "./values.js";

export const rowFormats = ["json", "jsonl", "csv", "markdown"] as const;
export type RowFormat = (typeof rowFormats)[number];

/** `bool` and `json` (lists, structs) come from people's own SQL. */
export interface RowColumn {
  name: string;
  type: ColumnType | "bool" | "json";
}

/** A result: its columns, and rows whose values stand in the columns' order. Read once. */
export interface RowSet {
  columns: readonly RowColumn[];
  rows: Iterable<readonly Value[]> | AsyncIterable<readonly Value[]>;
}

export interface RowOptions {
  /** Fields of the JSON document before `columns` and `rows`. */
  document?: Readonly<Record<string, Value>>;
  /** JSON, JSONL: leave a missing value out instead of writing null. */
  omitNull?: boolean;
  /** The result goes to a terminal: CSV, which has no escapes, then shows control characters. */
  terminal?: boolean;
}

/** How many characters are gathered before a write. */
const CHUNK = 64 * 1024;

/**
 * Writes a row set:
 * - `json`: one document `{"schema_version":1, …document, "columns":[{name,type}], "rows":[{…}]}`, one
 *   row a line;
 * - `jsonl`: one object a line;
 * - `csv`: a header and RFC 4180 cells, lines ended by LF; missing is empty, empty text is `""`;
 * - `markdown`: one table.
 *
 * Numbers are never rounded or localised, times are ISO 8601 UTC. Two columns of one name are told
 * apart in JSON as `n` and `n_2`. Waits for a slow reader.
 * False when the reader went away; the rows are then no longer read.
 */
export async function writeRows(
  format: RowFormat,
  set: RowSet,
  sink: Sink,
  options: RowOptions = {},
): Promise<boolean> {
  const writer = writers[format](set.columns, options);
  let pending = writer.begin;
  let count = 0;
  for await (const row of set.rows) {
    pending += writer.row(row, count);
    count += 1;
    if (pending.length < CHUNK) continue;
    if (!(await sink.write(pending))) return false;
    pending = "";
  }
  pending += writer.end(count);
  return pending === "" ? true : sink.write(pending);
}

interface RowWriter {
  begin: string;
  row(values: readonly Value[], at: number): string;
  end(count: number): string;
}

const writers: Record<
  RowFormat,
  (columns: readonly RowColumn[], options: RowOptions) => RowWriter
> = {
  json(columns, options) {
    const object = objectWriter(columns, options);
    const { schema_version = 1, ...document } = options.document ?? {};
    const head = jsonText({ schema_version, ...document, columns: columns.map(describe) });
    return {
      begin: `${head.slice(0, -1)},"rows":[`,
      row: (values, at) => `${at === 0 ? "\n" : ",\n"}${object(values)}`,
      end: (count) => (count === 0 ? "]}\n" : "\n]}\n"),
    };
  },
  jsonl(columns, options) {
    const object = objectWriter(columns, options);
    return { begin: "", row: (values) => `${object(values)}\n`, end: () => "" };
  },
  csv(columns, { terminal = false }) {
    const cell = (text: string): string => csvCell(terminal ? terminalText(text) : text);
    const header = columns.map(({ name }) => cell(name)).join(",");
    return {
      begin: `${header}\n`,
      row: (values) => {
        const line = columns.map((column, at) => csvValue(column, values[at], cell)).join(",");
        // Readers skip a line without anything, and would lose a row.
        return line === "" ? '""\n' : `${line}\n`;
      },
      end: () => "",
    };
  },
  markdown(columns) {
    const rule = columns.map(({ type }) => (isNumeric(type) ? "---:" : "---"));
    return {
      begin: tableLine(columns.map(({ name }) => markdownCell(name))) + tableLine(rule),
      row: (values) =>
        tableLine(columns.map((column, at) => csvValue(column, values[at], markdownCell))),
      end: () => "",
    };
  },
};

const tableLine = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;

const describe = ({ name, type }: RowColumn): Value => ({ name, type });

const isNumeric = (type: RowColumn["type"]): boolean => type === "int" || type === "float";

function objectWriter(
  columns: readonly RowColumn[],
  { omitNull = false }: RowOptions,
): (values: readonly Value[]) => string {
  const keys = distinct(columns.map(({ name }) => name)).map((name) => jsonText(name));
  return (values) => {
    let text = "";
    for (let at = 0; at < columns.length; at++) {
      const value = values[at];
      if (omitNull && (value === null || value === undefined)) continue;
      const shown = columns[at]?.type === "time" ? timeValue(value) : value;
      text += `${text === "" ? "" : ","}${keys[at] ?? ""}:${jsonText(shown)}`;
    }
    return `{${text}}`;
  };
}

/** `a, a, b` → `a, a_2, b`, never meeting a name that is there already. */
function distinct(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let n = 2; used.has(free) || (free !== name && names.includes(free)); n++) {
      free = `${name}_${String(n)}`;
    }
    used.add(free);
    return free;
  });
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A cell of CSV or Markdown: numbers and times as they are, text through `escape`. */
function csvValue(column: RowColumn, value: Value, escape: (text: string) => string): string {
  const shown = column.type === "time" ? timeValue(value) : value;
  if (shown === null || shown === undefined) return "";
  if (typeof shown === "number" || typeof shown === "bigint" || typeof shown === "boolean") {
    return String(shown);
  }
  if (typeof shown !== "string")
    return escape(shown instanceof Date ? isoTime(shown) : jsonText(shown));
  // Some engines hand large numbers over as text.
  return isNumeric(column.type) && NUMBER.test(shown) ? shown : escape(shown);
}
