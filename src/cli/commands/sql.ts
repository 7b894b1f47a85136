import { asWritten } from "../../engines/athena/explain.js";
import { athenaQuery } from "../../engines/athena/query.js";
import { translate } from "../../engines/athena/translate.js";
import { createViews } from "../../engines/athena/views/create.js";
import { columnTypes } from "../../formats/record.js";
import { userQuery } from "../../engines/duckdb/user-query.js";
import { rowsTable } from "../../outputs/reports/rows-table.js";
import { Exit } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { copyQuery } from "../copy-rows.js";
import { logFlags, outputFlags } from "../flags.js";
import { accountingNote } from "../notes.js";
import { lookOf, shapeOf, writeSet, writeText, type OutputFlags } from "../output.js";
import { warn } from "../engine.js";
import { withLogs, type LogFlags } from "../session.js";

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
    const translation = flags.athena === true ? translate(query) : undefined;
    await withLogs(sources, flags, all, io, async (session) => {
      const { db, requests } = session.scope;
      await createViews(db, query, requests);
      const asked =
        translation === undefined
          ? await asWritten(query, () => userQuery(db, query))
          : await athenaQuery(db, query, translation);
      if (shape === "parquet") await copyQuery(db, asked.sql, flags.output as string, io);
      else {
        const set = { columns: asked.columns, rows: asked.rows() };
        if (shape === "text") {
          const lines = await rowsTable(set.columns, set.rows, SHOWN, lookOf(flags, io));
          await writeText(lines, flags, io);
        } else await writeSet(shape, set, flags, io);
      }
      warn(io, accountingNote(session));
    });
    return Exit.ok;
  },
};

const all = (derived: readonly string[]): string[] => [...columnTypes(derived).keys()];
