import { dimension } from "../../analyses/fields.js";
import { measure, measureNames } from "../../analyses/measures.js";
import { top, type TopResult } from "../../analyses/top.js";
import type { ColumnType } from "../../formats/record.js";
import { columnTypes } from "../../formats/record.js";
import { topTable } from "../../outputs/reports/top-table.js";
import type { Value } from "../../outputs/values.js";
import { Exit } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { logFlags, outputFlags } from "../flags.js";
import { lookOf, shapeOf, writeSet, writeText, type OutputFlags } from "../output.js";
import { parseCount } from "../parse-flags.js";
import { notes } from "../notes.js";
import { withLogs, type LogFlags } from "../session.js";
import { copyRows } from "../copy-rows.js";

interface Flags extends LogFlags, OutputFlags {
  readonly by: string;
  readonly limit: string;
}

export const topCommand: Command<Flags> = {
  name: "top",
  about: "ranked group-by over any fields, with share and multiples of average and median",
  usage: "<fields> [source...]",
  flags: [
    {
      flags: "--by <measure>",
      group: "This command",
      about: measureNames.join(", "),
      fallback: "requests",
    },
    { flags: "-n, --limit <n>", group: "This command", about: "how many groups", fallback: "20" },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit top client_ip,path access.log", "who asks for what, most first"],
    ["culprit top client_ip access.log*.gz --by bytes_sent -n 10", "the biggest consumers"],
    ["culprit top hour access.log", "requests hour by hour"],
    ["culprit top status_class,client_ip -w 'path=/login*' access.log", ""],
  ],
  async run([fields = "", ...sources], flags, io) {
    const by = measure(flags.by);
    const limit = parseCount("--limit", flags.limit);
    const shape = shapeOf(flags);
    const names = [...new Set(fields.split(",").map((name) => name.trim()))];
    const columnsOf = (derived: readonly string[]): string[] => [
      "bytes_sent",
      ...by.columns,
      ...names.flatMap((name) => dimension(name, derived, "UTC").columns),
    ];
    await withLogs(sources, flags, columnsOf, io, async (session) => {
      const { scope, derived } = session;
      const dimensions = names.map((name) => dimension(name, derived, scope.zone, scope.dialect));
      const result = await top(scope, { fields: dimensions, by, limit });
      if (shape === "text") {
        const look = lookOf(flags, io);
        const lines = [...topTable(result, look), "", ...notes(session, look)];
        return writeText(lines, flags, io);
      }
      const set = rowSet(result, columnTypes(derived));
      if (shape === "parquet") return copyRows(session.embedded, set, flags.output as string, io);
      const { concentration, sql } = result;
      const document = {
        accounting: { ...session.accounting },
        by: by.name,
        concentration: { ...concentration },
        sql,
      };
      return writeSet(shape, set, flags, io, document);
    });
    return Exit.ok;
  },
};

function rowSet({ fields, numbers, rows }: TopResult, types: ReadonlyMap<string, ColumnType>) {
  const columns = [
    ...fields.map((name) => ({ name, type: types.get(name) ?? ("text" as const) })),
    ...[...numbers].map(([measured, name]) => ({
      name,
      type: measured === "duration_ms" ? ("float" as const) : ("int" as const),
    })),
    ...["share", "times_mean", "times_median"].map((name) => ({ name, type: "float" as const })),
    ...["first_seen", "last_seen"].map((name) => ({ name, type: "time" as const })),
  ];
  return { columns, rows: rows.map((row) => columns.map(({ name }) => row[name] as Value)) };
}
