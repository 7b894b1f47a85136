import { unknownField } from "../../analyses/fields.js";
import { ident } from "../../engines/sql.js";
import { columnTypes, type ColumnType } from "../../formats/record.js";
import type { Lake } from "../../store/lake.js";
import { markersToText } from "../../sources/clean-lines.js";
import type { RowSet } from "../../outputs/rows.js";
import type { Sink } from "../../outputs/sink.js";
import { jsonText, timeValue, type Value } from "../../outputs/values.js";
import { Exit, type ExitCode } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { copyQuery } from "../copy-rows.js";
import { logFlags, outputFlags } from "../flags.js";
import { accountingNote } from "../notes.js";
import { parsePercent } from "../parse-flags.js";
import { shapeOf, withSink, writeSet, type OutputFlags } from "../output.js";
import { warn } from "../engine.js";
import { withLogs, type LogFlags, type Session } from "../session.js";

interface Flags extends LogFlags, OutputFlags {
  readonly columns?: string;
}

export const parseCommand: Command<Flags> = {
  name: "parse",
  about: "rows out: one line in, one row or one reject out",
  usage: "[source...]",
  flags: [
    {
      flags: "--columns <names>",
      group: "This command",
      about: "only these columns, comma-separated",
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit parse access.log --jsonl | jq 'select(.status >= 500)'", ""],
    ["culprit parse access.log*.gz -o access.parquet", "columns for other tools"],
    ["culprit parse odd.log --rejects rejected.log -o rows.csv", "keep what could not be read"],
  ],
  async run(sources, flags, io) {
    const shape = shapeOf(flags);
    const wanted = (derived: readonly string[]): string[] => chosenColumns(flags, derived);
    const limit = parsePercent("--max-rejects", flags.maxRejects);
    const answer = async (session: Session): Promise<ExitCode> => {
      const columns = wanted(session.derived);
      const { lake } = session;
      if ((shape === "text" || shape === "jsonl") && lake !== undefined) {
        await withSink(flags, io, (sink) => everyLine(session, lake, columns, sink));
      } else if (shape === "parquet") {
        await copyQuery(session.scope.db, rowsSql(session, columns), flags.output as string, io);
      } else {
        await writeSet(shape === "text" ? "jsonl" : shape, rowSet(session, columns), flags, io);
      }
      warn(io, accountingNote(session));
      const { parsed, rejected } = session.accounting;
      const share = (100 * rejected) / Math.max(1, parsed + rejected);
      return (parsed === 0 && rejected > 0) || share > limit ? Exit.input : Exit.ok;
    };
    return withLogs(sources, flags, wanted, io, answer, "keep");
  },
};

/** The columns asked for, in that order; all of them by default. */
function chosenColumns(flags: Flags, derived: readonly string[]): string[] {
  const all = [...columnTypes(derived).keys()];
  if (flags.columns === undefined) return all;
  const names = [...new Set(flags.columns.split(",").map((name) => name.trim()))];
  for (const name of names) if (!all.includes(name)) throw unknownField(name, all);
  return names;
}

/** JSON lines, one per input line in order: a row, `rejected` with the raw text, or `blank`. */
async function everyLine(
  { scope, derived }: Session,
  lake: Lake,
  columns: readonly string[],
  sink: Sink,
): Promise<void> {
  const types = columnTypes(derived);
  const own = columns.filter((name) => name !== "source" && name !== "line");
  const segments = lake.parts.flatMap((part) => part.segments);
  const several = new Set(segments.map(({ source }) => source)).size > 1;
  // Lines that the filters leave out are left out here too; rejects and blanks always show.
  const sql = `SELECT filename, file_row_number, outcome, reason, raw, ${own.map((name) => jsonColumn(name, types)).join(", ")}
    FROM ${lake.lines} WHERE outcome <> 'parsed' OR (${scope.filter})`;
  for await (const rows of scope.db.stream(sql)) {
    let text = "";
    for (const row of rows) {
      const place = lake.place(row["filename"] as string, row["file_row_number"] as number);
      const about: Record<string, Value> = several ? { source: place.source } : {};
      about["line"] = place.line;
      if (row["outcome"] === "blank") about["blank"] = true;
      else if (row["outcome"] === "rejected") {
        about["rejected"] = row["reason"] as string;
        about["raw"] = markersToText(row["raw"] as string);
      } else
        for (const name of own)
          if (row[name] !== null) about[name] = rowValue(name, row[name], types);
      text += `${jsonText(about)}\n`;
    }
    if (!(await sink.write(text))) return;
  }
}

/** The parsed rows with their places: in the order of their lines, from the store in that of time. */
function rowsSql({ lake, scope, derived }: Session, columns: readonly string[]): string {
  const types = columnTypes(derived);
  const list = columns.map((name) =>
    types.get(name) === "map"
      ? `CAST(to_json(${ident(name)}) AS VARCHAR) AS ${ident(name)}`
      : ident(name),
  );
  const select = `SELECT ${list.join(", ")} FROM`;
  if (lake === undefined) return `${select} ${scope.requests} ORDER BY time`;
  return `${select} ${lake.placed} WHERE outcome = 'parsed' AND ${scope.filter}
    ORDER BY filename, file_row_number`;
}

function rowSet(session: Session, columns: readonly string[]): RowSet {
  const types = columnTypes(session.derived);
  return {
    columns: columns.map((name) => ({ name, type: types.get(name) ?? "text" })),
    rows: values(session, columns),
  };
}

async function* values(session: Session, columns: readonly string[]): AsyncGenerator<Value[]> {
  for await (const rows of session.scope.db.stream(rowsSql(session, columns))) {
    for (const row of rows) yield columns.map((name) => row[name] as Value);
  }
}

/** Microseconds would be lost in a Date: times leave the engine as text. */
function jsonColumn(name: string, types: ReadonlyMap<string, ColumnType>): string {
  if (types.get(name) === "time") return `CAST(${ident(name)} AS VARCHAR) AS ${ident(name)}`;
  if (types.get(name) === "map")
    return `CAST(to_json(${ident(name)}) AS VARCHAR) AS ${ident(name)}`;
  return ident(name);
}

function rowValue(name: string, value: unknown, types: ReadonlyMap<string, ColumnType>): Value {
  if (types.get(name) === "time") return timeValue(value as string);
  if (types.get(name) !== "map") return value as Value;
  const entries = Object.entries(JSON.parse(value as string) as Record<string, string | null>);
  const present = entries.filter(([, text]) => text !== null);
  return present.length === 0 ? undefined : Object.fromEntries(present);
}
