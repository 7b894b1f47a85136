import type { Cause, Comparison } from "../../analyses/compare/compare.js";
import type { Metric } from "../../analyses/compare/metric.js";
import { amount, nameOf, valueName, withinText } from "../../findings/what-changed.js";
import { terminalText } from "../escape.js";
import type { Look } from "../look.js";
import { percent } from "../numbers.js";
import { textTable } from "../table.js";
import { localTime } from "../times.js";
import { wrap } from "./wrap.js";

/** A comparison for people: the paragraph, the causes, then paired bars of each field. */
export function compareText(
  result: Comparison,
  metric: Metric,
  paragraph: string,
  commands: readonly string[],
  zone: string,
  look: Look,
): string[] {
  const { style } = look;
  return [
    ...wrap(terminalText(paragraph), Math.min(look.width, WIDE)).map((line) => style.bold(line)),
    ...causeLines(result, metric, commands, zone, look),
    ...result.dimensions.flatMap((bars) => ["", ...barLines(bars, metric, look)]),
  ];
}

/** A paragraph is not read over longer lines. */
const WIDE = 100;

function causeLines(
  { causes, unexplained }: Comparison,
  metric: Metric,
  commands: readonly string[],
  zone: string,
  look: Look,
): string[] {
  if (causes.length === 0) return [];
  const show = (value: number): string => amount(metric, value, look.locale);
  const isMean = metric.kind === "mean";
  const rows = causes.map((cause, at) => [
    String(at + 1),
    percent(cause.share_of_change, look.locale),
    show(isMean ? cause.baseline : cause.expected),
    show(cause.incident),
    nameOf(cause, metric),
  ]);
  const table = textTable(
    [
      { title: "", align: "right", ellipsis: "never" },
      { title: "of the change", align: "right", ellipsis: "never" },
      { title: isMean ? "before" : "expected", align: "right", ellipsis: "never" },
      { title: "incident", align: "right", ellipsis: "never" },
      { title: "cause", ellipsis: "middle", min: 20 },
    ],
    [...rows, ["", percent(unexplained, look.locale), "", "", "unexplained"]],
    { ...look, indent: 2 },
  );
  const details = causes.flatMap((cause, at) => [
    "",
    ...detailLines(cause, at, metric, commands[at] ?? "", zone, look),
  ]);
  return ["", look.style.bold("CAUSES"), ...table, ...details];
}

function detailLines(
  cause: Cause,
  at: number,
  metric: Metric,
  command: string,
  zone: string,
  look: Look,
): string[] {
  const { locale } = look;
  const names = cause.also_known_as.map((conditions) => nameOf({ conditions }, metric));
  const typical = cause.typical.map(
    ({ field, values, share, baseline_share: before }) =>
      `${percent(share, locale)} ${values.length === 1 ? valueName(field, values[0] ?? null, metric) : `${field} ${values.map((value) => value ?? "none").join(", ")}`}` +
      ` (usually ${before === null ? "next to none" : percent(before, locale)})`,
  );
  const seen =
    cause.first_seen === null || cause.last_seen === null
      ? []
      : [
          `seen ${localTime(cause.first_seen, zone, "second")} .. ${localTime(cause.last_seen, zone, "second")} ${zone}`,
        ];
  const split =
    cause.by_rate === null || cause.by_mix === null
      ? []
      : [
          `${percent(cause.by_rate, locale)} of the change by its own ${metric.noun}, ${percent(cause.by_mix, locale)} by how many requests it has`,
        ];
  const lines = [
    ...(names.length === 0 ? [] : [`the same rows: ${names.join("; ")}`]),
    ...(typical.length === 0 ? [] : [`typical: ${typical.join("; ")}`]),
    ...(cause.within === null ? [] : [withinText(cause.within, metric, locale)]),
    ...split,
    ...seen,
  ].flatMap((line) => wrap(terminalText(line), look.width - 4, 4));
  // Whole, however long: it is there to be pasted.
  return [
    `  ${at + 1}. ${terminalText(nameOf(cause, metric))}`,
    ...lines,
    `    ${terminalText(command)}`,
  ];
}

const BAR = 20;

function barLines(
  { field, values }: Comparison["dimensions"][number],
  metric: Metric,
  look: Look,
): string[] {
  const sign = look.ascii ? ["-", "#"] : ["░", "█"];
  const value = {
    ...metric,
    unit: metric.kind === "mean" && metric.unit === "share" ? "count" : metric.unit,
  } as const;
  const most = Math.max(1e-9, ...values.flatMap(({ expected, incident }) => [expected, incident]));
  const bar = (size: number, mark = "#"): string =>
    mark.repeat(Math.max(0, Math.ceil((BAR * size) / most - 1e-9)));
  const rows = values.map((one) => [
    one.value ?? "(none)",
    amount(value, Math.max(0, one.expected), look.locale),
    bar(one.expected, sign[0]),
    amount(value, one.incident, look.locale),
    bar(one.incident, sign[1]),
  ]);
  return textTable(
    [
      { title: field, min: 12, max: 44, ellipsis: "middle" },
      { title: "expected", align: "right", ellipsis: "never" },
      { title: "", max: BAR, priority: 1 },
      { title: "incident", align: "right", ellipsis: "never" },
      { title: "", max: BAR, priority: 2 },
    ],
    rows,
    { ...look, mention: false, indent: 2 },
  );
}
