import { report, reportColumns, type ReportResult } from "../../analyses/report.js";
import { reportRows } from "../../outputs/reports/report-rows.js";
import type { TopResult } from "../../analyses/top.js";
import { verdictColumns, verdicts } from "../../analyses/verdicts.js";
import { judge } from "../../findings/judge.js";
import { leadsOf } from "../../findings/leads.js";
import { severities, type Severity, type Verdict } from "../../findings/verdict.js";
import type { Look } from "../../outputs/look.js";
import { bytes, integer } from "../../outputs/numbers.js";
import { reportText } from "../../outputs/reports/report-text.js";
import { verdictsDocument } from "../../outputs/reports/verdicts-document.js";
import { localTime } from "../../outputs/times.js";
import type { Value } from "../../outputs/values.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import { writeAnswer } from "../answer.js";
import type { Command } from "../command.js";
import { logFlags, outputFlags } from "../flags.js";
import { warn } from "../engine.js";
import type { HtmlFlags } from "../html-report.js";
import { accountingNote, rangeNote } from "../notes.js";
import { checkPlace, lookOf, shapeOf, writeText, type OutputFlags } from "../output.js";
import { parseCount, parseSize } from "../parse-flags.js";
import { readingWords } from "../reading-words.js";
import { withLogs, type LogFlags, type Session } from "../session.js";

interface Flags extends LogFlags, OutputFlags, HtmlFlags {
  readonly limit: string;
  readonly quick?: boolean;
  readonly chart?: string;
  readonly failOn?: string;
}

export const reportCommand: Command<Flags> = {
  name: "report",
  about: "the verdict first, then totals, timeline, top consumers, downloads, bots",
  usage: "[source...]",
  flags: [
    { flags: "-n, --limit <n>", group: "This command", about: "lines a table", fallback: "10" },
    {
      flags: "--quick",
      group: "This command",
      about: "numbers only: no changes, scrapers, floods and spikes, in a third of the time",
    },
    {
      flags: "--fail-on <level>",
      group: "This command",
      about: "exit 1 when somebody stands out",
      choices: ["any", "low", "medium", "high"],
    },
    {
      flags: "--html <file>",
      group: "This command",
      about: "also write the report as one page that opens offline (docs/page.md)",
    },
    {
      flags: "--chart <file>",
      group: "This command",
      about: "also draw the last hour and the last day, as .svg or .png",
    },
    {
      flags: "--max-size <size>",
      group: "This command",
      about: "the most that --html may take",
      fallback: "5MB",
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit report access.log", "who dominates, on what, since when"],
    ["culprit report 'access.log*' --since -1d", "the last day of a rotated set"],
    ["culprit report access.log --quick", "only the numbers, of a log of many GB"],
    ["culprit report access.log --html report.html", "a page to look at and to send"],
    ["ssh web1 cat /var/log/nginx/access.log | culprit report -", "from standard input"],
    ["culprit report ssh://web1/var/log/nginx/access.log", "the same, fetched by culprit"],
  ],
  async run(sources, flags, io) {
    const shape = shapeOf(flags);
    const limit = parseCount("--limit", flags.limit);
    const answer = async (session: Session): Promise<ExitCode> => {
      const result = await report(session.scope, limit);
      // The page has panels for all of them.
      const isQuick = flags.quick === true && flags.html === undefined;
      const found = isQuick ? undefined : await verdicts(session.scope, session.derived);
      const look = lookOf(flags, io);
      const { zone } = session.scope;
      const words = readingWords(flags, sources).join(" ");
      // What programs read is the same in every country.
      const { locale, ascii } = shape === "json" ? { locale: "en", ascii: false } : look;
      const wording = { zone, locale, ascii, sources: words };
      const verdict = judge(result, found, wording);
      if (flags.failOn !== undefined) refuseNothing(session, result);
      const text = (): string[] =>
        reportText(
          verdict,
          found === undefined ? [] : leadsOf(found, wording),
          result,
          heading(session, result, look),
          zone,
          look,
        );
      if (shape === "markdown") await writeText(fenced(text()), flags, io);
      else {
        const forms = {
          text,
          document: () => ({
            ...document(session, verdict, result),
            ...(found && verdictsDocument(found, wording, limit)),
          }),
          rows: () => reportRows(result),
        };
        await writeAnswer(session.embedded, forms, flags, io);
      }
      const { html, chart } = flags;
      if (chart !== undefined) {
        const { writeChart } = await import("../chart-file.js");
        await writeChart(session, chart, io);
      }
      if (html !== undefined && found !== undefined) {
        const { writeHtml } = await import("../html-report.js");
        const english = { ...wording, locale: "en", ascii: false };
        const known = { result, verdicts: found };
        const size = await writeHtml(session, known, limit, english, { ...flags, html }, io);
        warn(io, `${html}: ${bytes(size)}`);
      }
      return isAtLeast(verdict, flags.failOn) ? Exit.findings : Exit.ok;
    };
    if (flags.chart !== undefined) {
      const { checkChart } = await import("../chart-file.js");
      checkChart(flags.chart);
      checkPlace("--chart", flags.chart, io);
    }
    if (flags.html !== undefined) {
      checkPlace("--html", flags.html, io);
      parseSize("--max-size", flags.maxSize);
      const { columnsOfPage } = await import("../../web/page-data.js");
      return withLogs(sources, flags, columnsOfPage, io, answer);
    }
    const columnsOf = (derived: readonly string[]): string[] => [
      ...reportColumns,
      ...(flags.quick === true ? [] : verdictColumns(derived)),
    ];
    return withLogs(sources, flags, columnsOf, io, answer);
  },
};

/** Whether the verdict is as grave as `--fail-on` says. */
function isAtLeast({ severity }: Verdict, level: string | undefined): boolean {
  if (level === undefined || severity === null) return false;
  return severities.indexOf(severity) >= severities.indexOf(level as Severity);
}

/** A check that read nothing must not look like one that found nothing. */
function refuseNothing({ scope }: Session, { totals }: ReportResult): void {
  if (totals.requests > 0) return;
  throw new Problem({
    code: "nothing-read",
    what: "There are no requests to judge",
    why:
      scope.covers === undefined
        ? "No line was read"
        : "The filters and the time range leave nothing over",
    help: "Check the sources, --where and --since; without --fail-on this is no error",
    exit: 3,
  });
}

/** Lines as a block of Markdown, with a fence that none of them can close. */
function fenced(lines: readonly string[]): string[] {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return [`${fence}text`, ...lines, fence];
}

function heading(session: Session, { totals }: ReportResult, look: Look): string[] {
  const { zone } = session.scope;
  const window =
    totals.first === null || totals.last === null
      ? "no times"
      : `${localTime(totals.first, zone, "second")} .. ${localTime(totals.last, zone, "second")} ${zone}`;
  const range = rangeNote(session, look);
  return [
    accountingNote(session, look.locale),
    `${integer(totals.requests, look.locale)} requests by ${integer(totals.clients, look.locale)} ` +
      `client${totals.clients === 1 ? "" : "s"}, ${window}`,
    ...(range === undefined ? [] : [range]),
  ];
}

function document(session: Session, verdict: Verdict, result: ReportResult) {
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
  } satisfies Value;
}

const ranking = ({ by, rows, concentration, sql }: TopResult): Value =>
  ({ by, rows, concentration, sql }) as unknown as Value;
