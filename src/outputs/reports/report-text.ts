import type { ReportResult } from "../../analyses/report.js";
import { stepName } from "../../findings/judge.js";
import type { Cell, Verdict } from "../../findings/verdict.js";
import { terminalText } from "../escape.js";
import { fit } from "../fit.js";
import type { Look } from "../look.js";
import { bytes, integer, percent } from "../numbers.js";
import { sparkline } from "../sparkline.js";
import { textTable, type TableColumn } from "../table.js";
import { localTime } from "../times.js";
import { spread, topTable } from "./top-table.js";
import type { TopResult } from "../../analyses/top.js";

/** The whole report for people: the verdict, then the numbers behind it. */
export function reportText(
  verdict: Verdict,
  result: ReportResult,
  heading: readonly string[],
  zone: string,
  look: Look,
): string[] {
  const { style } = look;
  const title = (text: string): string => style.bold(text);
  const { consumers, downloads, bots } = result;
  const sections: [string, string[]][] = [
    ["TOP CONSUMERS BY BYTES", topLines(consumers.by_bytes, look)],
    ["TOP CONSUMERS BY REQUESTS", topLines(consumers.by_requests, look)],
    ["MOST DOWNLOADED", topLines(downloads.by_count, look)],
    ["MOST DOWNLOADED BY BYTES", topLines(downloads.by_bytes, look)],
    ["STATUS", shares(result.statuses, look)],
    ["METHODS", shares(result.methods, look)],
    ["USER-AGENTS", shares(result.user_agents, look)],
    [
      `DECLARED BOTS: ${percent(bots.share, look.locale)} of the requests say so themselves`,
      botLines(result, look),
    ],
    ["REFERRERS", shares(result.referrers, look)],
  ];
  return [
    ...heading,
    "",
    ...cells(verdict, look),
    "",
    ...timelineLines(result, zone, look),
    ...sections.flatMap(([name, lines]) => (lines.length === 0 ? [] : ["", title(name), ...lines])),
  ];
}

/** Five cells under each other, each with its detail and command. */
function cells(verdict: Verdict, look: Look): string[] {
  const { style } = look;
  const paint = verdict.unusual ? style.yellow : style.green;
  const named: [string, Cell][] = [
    ["WHO", verdict.who],
    ["WHAT", verdict.what],
    ["SINCE", verdict.since],
    ["UNUSUAL", verdict.how_unusual],
    ["DO", verdict.do],
  ];
  return named.flatMap(([name, cell]) => {
    const room = look.width - 11;
    const lines = [style.bold(paint(terminalText(cell.text)))];
    if (cell.detail !== undefined)
      lines.push(style.dim(fit(terminalText(cell.detail), room, "middle")));
    if (cell.command !== undefined) lines.push(terminalText(cell.command));
    return lines.map((line, at) => `  ${at === 0 ? name.padEnd(9) : " ".repeat(9)}${line}`);
  });
}

function timelineLines({ timeline, totals }: ReportResult, zone: string, look: Look): string[] {
  if (timeline === undefined) return [];
  const { buckets, step } = timeline;
  const width = Math.min(60, buckets.length);
  const line = (name: string, values: number[], unit: (value: number) => string): string => {
    const most = Math.max(...values);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `  ${name.padEnd(14)}${sparkline(values, width, look)}  peak ${unit(most)}, mean ${unit(mean)}`;
  };
  const count = (value: number): string => integer(value, look.locale);
  const size = (value: number): string => bytes(Math.round(value), { locale: look.locale });
  const per = stepName(step);
  const from = localTime(buckets[0]?.from ?? new Date(0), zone);
  const until = localTime(totals.last ?? new Date(0), zone);
  return [
    line(
      `requests/${per}`,
      buckets.map(({ requests }) => requests),
      count,
    ),
    line(
      `bytes/${per}`,
      buckets.map(({ bytes_sent }) => bytes_sent),
      size,
    ),
    `  ${"".padEnd(14)}${from} .. ${until} ${zone}, ${integer(buckets.length, look.locale)} ${per}s`,
  ];
}

const topLines = (result: TopResult, look: Look): string[] =>
  result.rows.length === 0 || result.concentration.total === 0
    ? []
    : [
        ...topTable(result, look)
          .slice(0, -2)
          .map((line) => `  ${line}`),
        `  ${spread(result, look)}`,
      ];

/** Values with their share of the requests, most first. */
function shares({ rows, fields, concentration }: TopResult, look: Look): string[] {
  const [field = ""] = fields;
  const table: TableColumn[] = [
    { title: field, min: 8, max: 70, ellipsis: "middle" },
    { title: "requests", align: "right" },
    { title: "share", align: "right" },
    { title: "bytes", align: "right", priority: 1 },
  ];
  const cellsOf = rows.map((row) => [
    row[field] === null ? "(none)" : String(row[field]),
    row.requests,
    percent(row.share, look.locale),
    bytes(row.bytes_sent ?? 0, { locale: look.locale }),
  ]);
  if (cellsOf.length === 0) return [];
  const more = concentration.groups - rows.length;
  return [
    ...textTable(table, cellsOf, { ...look, indent: 2 }),
    ...(more > 0 ? [`  and ${integer(more, look.locale)} more`] : []),
  ];
}

function botLines({ bots }: ReportResult, look: Look): string[] {
  if (bots.bots.length === 0) return [];
  return textTable(
    [
      { title: "name", max: 40 },
      { title: "requests", align: "right" },
      { title: "bytes", align: "right" },
      { title: "addresses", align: "right", priority: 1 },
    ],
    bots.bots.map((bot) => [
      bot.name,
      bot.requests,
      bytes(bot.bytes_sent, { locale: look.locale }),
      bot.addresses,
    ]),
    { ...look, indent: 2 },
  );
}
