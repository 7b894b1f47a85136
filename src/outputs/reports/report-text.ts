import type { ReportResult } from "../../analyses/report.js";
import type { TopResult } from "../../analyses/top.js";
import { stepCount, stepName } from "../../findings/steps.js";
import type { Lead } from "../../findings/leads.js";
import type { Cell, Verdict } from "../../findings/verdict.js";
import { terminalText } from "../escape.js";
import { fit } from "../fit.js";
import type { Look } from "../look.js";
import { bytes, integer, percent } from "../numbers.js";
import { sparkline } from "../sparkline.js";
import { textTable, type TableColumn } from "../table.js";
import { localTime } from "../times.js";
import { fieldText, rankingTable, spread } from "./top-table.js";
import { wrap } from "./wrap.js";

/** The whole report for people: the verdict, then the numbers behind it. */
export function reportText(
  verdict: Verdict,
  leads: readonly Lead[],
  result: ReportResult,
  heading: readonly string[],
  zone: string,
  look: Look,
): string[] {
  const title = (text: string): string[] => wrap(text, look.width).map(look.style.bold);
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
    ...heading.flatMap((line) => wrap(line, look.width)),
    "",
    ...cells(verdict, look),
    "",
    ...leadLines(leads, look),
    ...timelineLines(result, zone, look),
    ...sections.flatMap(([name, lines]) =>
      lines.length === 0 ? [] : ["", ...title(name), ...lines],
    ),
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
    const room = look.width - INDENT;
    const mark = look.ascii ? "..." : "…";
    const lines = wrap(terminalText(cell.text), room).map((line) => style.bold(paint(line)));
    if (cell.detail !== undefined) {
      lines.push(style.dim(fit(terminalText(cell.detail), room, "middle", mark)));
    }
    // Whole, however long: it is there to be pasted.
    if (cell.command !== undefined) lines.push(terminalText(cell.command));
    const left = (at: number): string => (at === 0 ? name : "").padEnd(INDENT - 2);
    return lines.map((line, at) => `  ${left(at)}${line}`);
  });
}

/** What the other commands find; their commands where that is something. */
function leadLines(leads: readonly Lead[], look: Look): string[] {
  if (leads.length === 0) return [];
  const lines = leads.flatMap(({ name, found, text, command }) => {
    const told = wrap(terminalText(text), look.width - INDENT);
    const shown = [...told, ...(found ? [look.style.dim(terminalText(command))] : [])];
    return shown.map((line, at) => `  ${(at === 0 ? name : "").padEnd(INDENT - 2)}${line}`);
  });
  return [...lines, ""];
}

const INDENT = 11;
/** The most characters of a sparkline, and the least beside its numbers. */
const SPARK = 60;
const LEAST_SPARK = 12;

function timelineLines({ timeline, totals }: ReportResult, zone: string, look: Look): string[] {
  if (timeline === undefined) return [];
  const { buckets, step } = timeline;
  const count = (value: number): string =>
    value < 10 && !Number.isInteger(value) ? value.toFixed(1) : integer(value, look.locale);
  const size = (value: number): string => bytes(Math.round(value), { locale: look.locale });
  const rows = [
    { name: "requests", values: buckets.map(({ requests }) => requests), unit: count },
    { name: "bytes", values: buckets.map(({ bytes_sent: sent }) => sent), unit: size },
  ].map(({ name, values, unit }) => {
    const most = values.reduce((best, value) => Math.max(best, value), 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      label: `${name}/${stepName(step)}`,
      values,
      tail: `peak ${unit(most)}, mean ${unit(mean)}`,
    };
  });
  const left = Math.max(...rows.map(({ label }) => label.length)) + 4;
  const widest = Math.max(...rows.map(({ tail }) => tail.length + 2));
  const beside = look.width - left - widest >= LEAST_SPARK;
  const room = look.width - left - (beside ? widest : 0);
  const width = Math.min(SPARK, buckets.length, room);
  const from = localTime(buckets[0]?.from ?? new Date(0), zone);
  const until = localTime(totals.last ?? new Date(0), zone);
  const steps = stepCount(integer(buckets.length, look.locale), step);
  return [
    ...rows.flatMap(({ label, values, tail }) => {
      const line = `  ${label.padEnd(left - 2)}${sparkline(values, width, look)}`;
      return beside ? [`${line}  ${tail}`] : [line, ...wrap(tail, look.width, left)];
    }),
    ...wrap(`${from} .. ${until} ${zone}, ${steps}`, look.width, left),
  ];
}

const topLines = (result: TopResult, look: Look): string[] =>
  result.rows.length === 0 || result.concentration.total === 0
    ? []
    : [...rankingTable(result, look, 2), ...wrap(spread(result, look), look.width, 2)];

/** Values with their share of the requests, most first. */
function shares({ rows, fields, concentration }: TopResult, look: Look): string[] {
  const [field = ""] = fields;
  const table: TableColumn[] = [
    { title: field, min: 8, max: 70, ellipsis: "middle" },
    { title: "requests", align: "right", ellipsis: "never" },
    { title: "share", align: "right", ellipsis: "never" },
    { title: "bytes", align: "right", ellipsis: "never", priority: 1 },
  ];
  const cellsOf = rows.map((row) => [
    fieldText(row[field]),
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
      { title: "kind", priority: 2 },
      { title: "requests", align: "right", ellipsis: "never" },
      { title: "bytes", align: "right", ellipsis: "never", priority: 3 },
      { title: "addresses", align: "right", ellipsis: "never", priority: 1 },
    ],
    bots.bots.map((bot) => [
      bot.name,
      bot.kind ?? "",
      bot.requests,
      bytes(bot.bytes_sent, { locale: look.locale }),
      bot.addresses,
    ]),
    { ...look, indent: 2 },
  );
}
