import type { TopResult } from "../../analyses/top.js";
import { bytes, duration, integer, percent, times } from "../numbers.js";
import { textTable, type TableColumn } from "../table.js";
import type { Look } from "../look.js";

/** Fields whose text tells least when its end is cut. */
const WHOLE = new Set(["client_ip", "client_net", "target_ip", "hour", "day", "minute"]);

/** A ranked group-by as a table for people, with a line on how it is spread. */
export function topTable(result: TopResult, look: Look): string[] {
  const { fields, by, rows, concentration } = result;
  const unit = unitOf(by, look);
  const extra = by === "requests" || by === "bytes_sent" ? [] : [by];
  const columns: TableColumn[] = [
    ...fields.map((title): TableColumn => ({
      title,
      min: 8,
      ellipsis: WHOLE.has(title) ? "never" : "middle",
    })),
    ...extra.map((title) => ({ title, align: "right" as const })),
    { title: "requests", align: "right" },
    { title: "bytes", align: "right", priority: 5 },
    { title: "share", align: "right" },
    { title: "× mean", align: "right", priority: 3 },
    { title: "× median", align: "right", priority: 4 },
  ];
  const cells = rows.map((row) => [
    ...fields.map((name) => (row[name] === null ? "(none)" : String(row[name]))),
    ...extra.map((name) => unit(Number(row[name]))),
    integer(row.requests, look.locale),
    bytes(row.bytes_sent ?? 0, { locale: look.locale }),
    percent(row.share, look.locale),
    times(row.times_mean, look),
    row.times_median === null ? "" : times(row.times_median, look),
  ]);
  return [
    ...textTable(columns, cells, look),
    "",
    `top ${integer(rows.length, look.locale)} of ${integer(concentration.groups, look.locale)} by ${by}; ` +
      spread(result, look),
  ];
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
