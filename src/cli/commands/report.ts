import { report, reportColumns, type ReportResult } from "../../analyses/report.js";
import type { TopResult } from "../../analyses/top.js";
import { judge } from "../../findings/judge.js";
import type { Verdict } from "../../findings/verdict.js";
import { shellWord } from "../../outputs/escape.js";
import { integer } from "../../outputs/numbers.js";
import { reportText } from "../../outputs/reports/report-text.js";
import { localTime } from "../../outputs/times.js";
import type { Value } from "../../outputs/values.js";
import { Exit } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { logFlags, outputFlags } from "../flags.js";
import { accountingNote } from "../notes.js";
import { lookOf, shapeOf, writeDocument, writeText, type OutputFlags } from "../output.js";
import { badFlag, parseCount } from "../parse-flags.js";
import { withLogs, type LogFlags, type Session } from "../session.js";

interface Flags extends LogFlags, OutputFlags {
  readonly limit: string;
  readonly failOn?: string;
}

export const reportCommand: Command<Flags> = {
  name: "report",
  about: "the verdict first, then totals, timeline, top consumers, downloads, bots",
  usage: "[source...]",
  flags: [
    { flags: "-n, --limit <n>", group: "This command", about: "lines a table", fallback: "10" },
    {
      flags: "--fail-on <level>",
      group: "This command",
      about: "exit 1 when somebody stands out",
      choices: ["any", "low", "medium", "high"],
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit report access.log", "who dominates, on what, since when"],
    ["culprit report 'access.log*' --since -1d", "the last day of a rotated set"],
    ["ssh web1 cat /var/log/nginx/access.log | culprit report -", "from standard input"],
    ["culprit report ssh://web1/var/log/nginx/access.log", "the same, fetched by culprit"],
  ],
  async run(sources, flags, io) {
    const shape = shapeOf(flags);
    if (shape !== "text" && shape !== "json" && shape !== "markdown") {
      throw badFlag(
        "report",
        shape,
        "A report is no table: use --json, or top and activity for rows",
      );
    }
    const limit = parseCount("--limit", flags.limit);
    return withLogs(
      sources,
      flags,
      () => reportColumns,
      io,
      async (session) => {
        const result = await report(session.scope, limit);
        const look = lookOf(flags, io);
        const { zone } = session.scope;
        const verdict = judge(result, {
          zone,
          locale: look.locale,
          sources: [...formatWords(flags), ...sources.map(shellWord)].join(" "),
        });
        if (shape === "json") await writeDocument(document(session, verdict, result), flags, io);
        else {
          const lines = reportText(
            verdict,
            result,
            heading(session, result, look.locale),
            zone,
            look,
          );
          const block = shape === "markdown" ? ["```", ...lines, "```"] : lines;
          await writeText(block, flags, io);
        }
        return flags.failOn !== undefined && verdict.unusual ? Exit.findings : Exit.ok;
      },
    );
  },
};

/** The flags that say how the sources are read, for commands that read them again. */
function formatWords(flags: Flags): string[] {
  const named = [
    ["--format", flags.format],
    ["--log-format", flags.logFormat],
    ["--dialect", flags.dialect],
    ["--store", flags.store],
  ] as const;
  return named.flatMap(([name, value]) => (value === undefined ? [] : [name, shellWord(value)]));
}

function heading(session: Session, { totals }: ReportResult, locale: string): string[] {
  const { zone } = session.scope;
  const window =
    totals.first === null || totals.last === null
      ? "no times"
      : `${localTime(totals.first, zone, "second")} .. ${localTime(totals.last, zone, "second")} ${zone}`;
  return [
    accountingNote(session, locale),
    `${integer(totals.requests, locale)} requests by ${integer(totals.clients, locale)} clients, ${window}`,
  ];
}

function document(session: Session, verdict: Verdict, result: ReportResult): Value {
  const { scope, accounting, sources, formats } = session;
  const { bots, totals, timeline } = result;
  return {
    schema_version: 1,
    accounting: { ...accounting },
    inputs: sources,
    formats: formats as unknown as Value,
    zone: scope.zone,
    window: { from: totals.first, until: totals.last },
    totals: { ...totals },
    verdict: verdict as unknown as Value,
    timeline: timeline as unknown as Value,
    consumers: {
      by_bytes: ranking(result.consumers.by_bytes),
      by_requests: ranking(result.consumers.by_requests),
    },
    downloads: {
      by_count: ranking(result.downloads.by_count),
      by_bytes: ranking(result.downloads.by_bytes),
    },
    statuses: ranking(result.statuses),
    methods: ranking(result.methods),
    user_agents: ranking(result.user_agents),
    referrers: ranking(result.referrers),
    declared_bots: bots as unknown as Value,
  };
}

const ranking = ({ by, rows, concentration, sql }: TopResult): Value =>
  ({ by, rows, concentration, sql }) as unknown as Value;
