import type { TopResult, TopRow } from "../../analyses/top.js";
import { bytes, duration, integer, percent, times } from "../numbers.js";
import { textTable, type TableColumn } from "../table.js";
import type { Look } from "../look.js";
import { isoTime, jsonText, type Value } from "../values.js";
import { wrap } from "./wrap.js";

/** Fields whose text tells nothing when it is cut. */
const WHOLE = new Set(["client_ip", "client_net", "target_ip", "hour", "day", "minute", "time"]);

/** A ranked group-by as a table for people, with a line on how it is spread. */
export function topTable(result: TopResult, look: Look): string[] {
  const { by, rows, concentration } = result;
  const counts = `top ${integer(rows.length, look.locale)} of ${integer(concentration.groups, look.locale)}`;
  return [
    ...rankingTable(result, look),
    "",
    ...wrap(`${counts} by ${by}; ${spread(result, look)}`, look.width),
  ];
}

/** The ranked groups alone. */
export function rankingTable(
  { fields, by, numbers, rows }: TopResult,
  look: Look,
  indent = 0,
): string[] {
  const unit = unitOf(by, look);
  const extra = by === "requests" || by === "bytes_sent" ? [] : [by];
  const sign = look.ascii ? "x" : "×";
  const number = (title: string, priority?: number): TableColumn => ({
    title,
    align: "right",
    ellipsis: "never",
    ...(priority === undefined ? {} : { priority }),
  });
  const columns: TableColumn[] = [
    ...fields.map((title): TableColumn => ({
      title,
      min: 8,
      ellipsis: WHOLE.has(title) ? "never" : "middle",
    })),
    ...extra.map((title) => number(title)),
    number("requests"),
    number("bytes", 5),
    number("share"),
    number(`${sign} mean`, 3),
    number(`${sign} median`, 4),
  ];
  const valueOf = (row: TopRow, measure: string): number =>
    Number(row[numbers.get(measure) ?? measure] ?? 0);
  const cells = rows.map((row) => [
    ...fields.map((name) => fieldText(row[name])),
    ...extra.map((name) => unit(valueOf(row, name))),
    integer(valueOf(row, "requests"), look.locale),
    bytes(valueOf(row, "bytes_sent"), { locale: look.locale }),
    percent(row.share, look.locale),
    times(row.times_mean, look),
    row.times_median === null ? "" : times(row.times_median, look),
  ]);
  return textTable(columns, cells, { ...look, indent });
}

/** The value of a field for people. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return "(none)";
  if (typeof value === "string") return value;
  return value instanceof Date ? isoTime(value) : jsonText(value as Value);
}

/** How concentrated the measure is, in one line. */
export function spread({ concentration, by }: TopResult, look: Look): string {
  const { groups, mean, median, gini, half, top10 } = concentration;
  const unit = unitOf(by, look);
  const ten = groups > 10 ? `the top 10 make ${percent(top10, look.locale)}, ` : "";
  return (
    `${ten}${integer(half, look.locale)} of ${integer(groups, look.locale)} make half; ` +
    `mean ${unit(mean)}, median ${unit(median)}, Gini ${gini.toFixed(2)}`
  );
}

function unitOf(by: string, { locale }: Look): (value: number) => string {
  if (by.startsWith("bytes")) return (value) => bytes(Math.round(value), { locale });
  if (by === "duration_ms") return (value) => duration(value, locale);
  return (value) =>
    value < 10 && !Number.isInteger(value) ? value.toFixed(1) : integer(value, locale);
}
