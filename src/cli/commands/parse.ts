import { unknownField } from "../../analyses/fields.js";
import { columnTypes } from "../../formats/record.js";
import type { RowSet } from "../../outputs/rows.js";
import type { Value } from "../../outputs/values.js";
import { Exit, type ExitCode } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { copyQuery, copyRows } from "../copy-rows.js";
import { logFlags, outputFlags } from "../flags.js";
import type { Io } from "../io.js";
import { asText, fieldValue, writeLineObjects } from "../line-objects.js";
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
        await withSink(flags, io, (sink) => writeLineObjects(session, lake, columns, sink));
      } else if (shape === "parquet") {
        await writeParquet(session, columns, flags.output as string, io);
      } else {
        await writeSet(shape === "text" ? "jsonl" : shape, rowSet(session, columns), flags, io);
      }
      warn(io, accountingNote(session));
      const { parsed, rejected } = session.accounting;
      const share = (100 * rejected) / Math.max(1, parsed + rejected);
      return (parsed === 0 && rejected > 0) || share > limit ? Exit.input : Exit.ok;
    };
    return withLogs(sources, flags, wanted, io, answer, "rows");
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

/** The parsed rows with their places: in the order of their lines, from the store in that of time. */
function rowsSql({ lake, scope }: Session, columns: readonly string[]): string {
  const select = `SELECT ${columns.join(", ")} FROM`;
  if (lake === undefined)
    return `${select} ${scope.requests} ORDER BY ${scope.dialect.ident("time")}`;
  return `${select} ${lake.placed} WHERE outcome = 'parsed' AND ${scope.filter}
    ORDER BY filename, file_row_number`;
}

/** The embedded engine writes what it holds; of another one, what that answers. */
async function writeParquet(
  session: Session,
  columns: readonly string[],
  file: string,
  io: Io,
): Promise<void> {
  const { embedded, scope } = session;
  if (scope.db !== embedded) return copyRows(embedded, rowSet(session, columns), file, io);
  return copyQuery(embedded, rowsSql(session, stored(session, columns)), file, io);
}

/** Columns as Parquet holds them: the map as JSON, which every reader of Parquet understands. */
const stored = (session: Session, columns: readonly string[]): string[] => {
  const types = columnTypes(session.derived);
  const { dialect } = session.scope;
  return columns.map((name) =>
    types.get(name) === "map" ? asText(name, types, dialect) : dialect.ident(name),
  );
};

function rowSet(session: Session, columns: readonly string[]): RowSet {
  const types = columnTypes(session.derived);
  return {
    columns: columns.map((name) => ({ name, type: types.get(name) ?? "text" })),
    rows: values(session, columns),
  };
}

async function* values(session: Session, columns: readonly string[]): AsyncGenerator<Value[]> {
  const types = columnTypes(session.derived);
  const sql = rowsSql(
    session,
    columns.map((name) => asText(name, types, session.scope.dialect)),
  );
  const kinds = columns.map((name) => types.get(name));
  for await (const rows of session.scope.db.streamRows(sql)) {
    for (const row of rows) yield row.map((value, at) => fieldValue(value, kinds[at]));
  }
}
