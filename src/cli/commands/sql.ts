import { asWritten } from "../../engines/athena/explain.js";
import { athenaQuery } from "../../engines/athena/query.js";
import { translate } from "../../engines/athena/translate.js";
import { createViews } from "../../engines/athena/views/create.js";
import { queryColumns } from "../../engines/duckdb/query-columns.js";
import { userQuery } from "../../engines/duckdb/user-query.js";
import { RemoteEngine, type Answer } from "../../engines/remote.js";
import { remoteQuery } from "../../engines/remote-query.js";
import { columnTypes } from "../../formats/record.js";
import type { RowSet } from "../../outputs/rows.js";
import type { Value } from "../../outputs/values.js";
import { rowsTable } from "../../outputs/reports/rows-table.js";
import { Exit } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { copyQuery, copyRows } from "../copy-rows.js";
import { logFlags, outputFlags } from "../flags.js";
import type { Io } from "../io.js";
import { accountingNote } from "../notes.js";
import { lookOf, shapeOf, writeSet, writeText, type OutputFlags } from "../output.js";
import { warn } from "../engine.js";
import { withLogs, type LogFlags, type Session } from "../session.js";

type Flags = LogFlags & OutputFlags & { readonly athena?: boolean };

/** Rows that a terminal shows; files and pipes of data get all. */
const SHOWN = 1000;

export const sqlCommand: Command<Flags> = {
  name: "sql",
  about: "ad-hoc SQL on the record: the table is called requests",
  usage: "<query> [source...]",
  flags: [
    {
      flags: "--athena",
      group: "This command",
      about: "the query is Athena's SQL: its functions, its whole-number division",
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    [
      "culprit sql 'SELECT status, count(*) FROM requests GROUP BY 1 ORDER BY 2 DESC' access.log",
      "",
    ],
    ["culprit sql 'FROM requests WHERE status >= 500 LIMIT 5' access.log --jsonl", ""],
    [
      "culprit sql --athena 'SELECT approx_distinct(client_ip) FROM nlb_tls_logs' nlb.log.gz",
      "Athena's tables, as views (docs/athena.md)",
    ],
  ],
  async run([query = "", ...sources], flags, io) {
    const shape = shapeOf(flags);
    // What Athena's SQL says that has no equivalent is told before anything is read.
    const translation =
      flags.athena === true && flags.engine === undefined ? translate(query) : undefined;
    const columnsOf = async (derived: readonly string[]): Promise<readonly string[]> => {
      const columns = [...columnTypes(derived).keys()];
      const named = flags.athena === true ? undefined : await queryColumns(query, columns);
      return named ?? columns;
    };
    await withLogs(sources, flags, columnsOf, io, async (session) => {
      const { db: engine, requests } = session.scope;
      if (engine instanceof RemoteEngine) {
        await writeAnswer(await remoteQuery(engine, query, requests), flags, session, io);
        return warn(io, accountingNote(session));
      }
      const db = session.embedded;
      await createViews(db, query, requests);
      const asked =
        translation === undefined
          ? await asWritten(query, () => userQuery(db, query))
          : await athenaQuery(db, query, translation);
      if (shape === "parquet") await copyQuery(db, asked.sql, flags.output as string, io);
      else {
        const set = { columns: asked.columns, rows: asked.rows() };
        await writeRowSet(set, flags, io);
      }
      warn(io, accountingNote(session));
    });
    return Exit.ok;
  },
};

/** A result that is read as it comes. */
interface Streamed extends RowSet {
  readonly rows: AsyncIterable<readonly Value[]>;
}

async function writeRowSet(set: Streamed, flags: Flags, io: Io): Promise<void> {
  const shape = shapeOf(flags);
  if (shape === "parquet") throw new Error("Parquet is written by the engine");
  if (shape !== "text") return writeSet(shape, set, flags, io);
  const lines = await rowsTable(set.columns, set.rows, SHOWN, lookOf(flags, io));
  return writeText(lines, flags, io);
}

/** What an engine elsewhere answered; Parquet is written here. */
async function writeAnswer(
  { columns, rows }: Answer,
  flags: Flags,
  session: Session,
  io: Io,
): Promise<void> {
  const set = { columns, rows: oneByOne(rows) };
  if (shapeOf(flags) !== "parquet") return writeRowSet(set, flags, io);
  return copyRows(session.embedded, set, flags.output as string, io);
}

async function* oneByOne(lists: AsyncIterable<unknown[][]>): AsyncGenerator<Value[]> {
  for await (const rows of lists) for (const row of rows) yield row as Value[];
}
