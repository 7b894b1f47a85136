import type { RowSet } from "../rows.js";
import type { Value } from "../values.js";
import type { ReportResult } from "../../analyses/report.js";
import type { TopResult } from "../../analyses/top.js";

const columns = [
  { name: "section", type: "text" },
  { name: "rank", type: "int" },
  { name: "value", type: "text" },
  { name: "requests", type: "int" },
  { name: "bytes_sent", type: "int" },
  { name: "share", type: "float" },
  { name: "times_mean", type: "float" },
  { name: "times_median", type: "float" },
  { name: "first_seen", type: "time" },
  { name: "last_seen", type: "time" },
] as const;

/** The report's rankings as one table, for spreadsheets and databases: a row a ranked value. */
export function reportRows(result: ReportResult): RowSet {
  const { consumers, downloads, bots } = result;
  const rankings: [section: string, ranking: TopResult][] = [
    ["consumers_by_bytes", consumers.by_bytes],
    ["consumers_by_requests", consumers.by_requests],
    ["downloads_by_count", downloads.by_count],
    ["downloads_by_bytes", downloads.by_bytes],
    ["statuses", result.statuses],
    ["methods", result.methods],
    ["user_agents", result.user_agents],
    ["referrers", result.referrers],
  ];
  const rows = rankings.flatMap(
    ([
      section,
      {
        rows: ranked,
        fields: [field = ""],
      },
    ]) =>
      ranked.map((row, at): Value[] => [
        section,
        at + 1,
        row[field] as Value,
        row.requests,
        row.bytes_sent,
        row.share,
        row.times_mean,
        row.times_median,
        row.first_seen,
        row.last_seen,
      ]),
  );
  const { requests } = result.totals;
  const named = bots.bots.map((bot, at): Value[] => [
    "declared_bots",
    at + 1,
    bot.name,
    bot.requests,
    bot.bytes_sent,
    requests === 0 ? 0 : bot.requests / requests,
    null,
    null,
    null,
    null,
  ]);
  return { columns, rows: [...rows, ...named] };
}
