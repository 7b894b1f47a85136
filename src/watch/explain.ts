import type { Labels } from "../alerts/alert.js";
import type { SeriesState } from "../alerts/machine.js";
import { dimension } from "../analyses/fields.js";
import { measures, type Measure } from "../analyses/measures.js";
import { top, type TopRow } from "../analyses/top.js";
import { shellWord } from "../outputs/escape.js";
import { bytes, integer, percent } from "../outputs/numbers.js";
import type { WatchedLogs } from "./logs.js";
import { WATCH } from "./parameters.js";
import type { Rule } from "./rule.js";

/** By what consumers of a measure are ranked. */
function rankedBy({ measure, unit, metric }: Rule): Measure {
  if (metric !== undefined) return unit === "bytes" ? bytesOf(metric.metric) : measures.requests;
  if (unit === "bytes")
    return measure === "bytes_received" ? measures.bytes_received : measures.bytes_sent;
  return /error/.test(measure) ? measures.errors : measures.requests;
}

const bytesOf = (metric: string): Measure =>
  metric === "BytesUploaded" ? measures.bytes_received : measures.bytes_sent;

/** Columns that naming consumers reads. */
export const explainColumns = [
  "client_ip",
  "path",
  "key",
  "bytes_sent",
  "bytes_received",
  "status",
];

/** Who made most of what is out of line, and the command that shows more. */
export async function namesOf(
  rule: Rule,
  { episode, labels }: SeriesState,
  logs: WatchedLogs,
  words: string,
): Promise<Labels> {
  if (episode === null || rule.measure === "silence") return {};
  const { scope, derived } = logs;
  const { dialect, zone } = scope;
  const range = rangeSql(episode, rule, logs);
  const own =
    rule.by === undefined
      ? ""
      : ` AND ${dimension(rule.by, derived, zone, dialect).sql} = ${dialect.literal(labels[rule.by] ?? "")}`;
  const isClient = rule.by !== "client_ip" && labels["client_ip"] === undefined;
  const by = rankedBy(rule);
  const field = isClient ? "client_ip" : "path";
  const client = labels["client_ip"];
  const only =
    client === undefined || rule.by !== undefined
      ? ""
      : ` AND client_ip = ${dialect.literal(client)}`;
  const { rows } = await top(scope, {
    fields: [dimension(field, derived, zone, dialect)],
    by,
    limit: WATCH.names,
    where: `${range} AND ${logs.filter(rule)}${own}${only}`,
  });
  const named = rows.filter((row) => row[field] !== null).map((row) => consumer(row, field, by));
  return {
    ...(named.length === 0 ? {} : { explanation: `most of it: ${named.join(", ")}` }),
    command: commandOf(rule, episode, labels, field, by, words),
  };
}

function rangeSql(
  { onset, last }: { onset: string; last: string },
  rule: Rule,
  { scope: { dialect } }: WatchedLogs,
): string {
  const from = beginOf(rule, onset, last);
  return `time >= ${dialect.literal(from)} AND time < ${dialect.literal(new Date(last))}`;
}

/** A sum over a day that is out of line for an hour was made in all of that day. */
export const beginOf = ({ window_ms, step_ms }: Rule, onset: string, last: string): Date =>
  new Date(Math.min(Date.parse(onset), Date.parse(onset) + step_ms - window_ms, Date.parse(last)));

function consumer(row: TopRow, field: string, by: Measure): string {
  const amount = Number(row[by.name === "requests" ? "requests" : by.name] ?? row.requests);
  const size = by.unit === "bytes" ? bytes(amount) : `${integer(amount)} ${by.name}`;
  return `${String(row[field])} ${percent(row.share)} (${size})`;
}

function commandOf(
  rule: Rule,
  { onset, last }: { onset: string; last: string },
  labels: Labels,
  field: string,
  by: Measure,
  words: string,
): string {
  const own = rule.by === undefined ? [] : [`${rule.by}=${labels[rule.by] ?? ""}`];
  const filters = [...rule.where, ...own].flatMap((text) => ["-w", shellWord(text)]);
  const range = `${beginOf(rule, onset, last).toISOString().slice(0, 16)}Z..${last.slice(0, 16)}Z`;
  return [`culprit top ${field} --by ${by.name} --range ${range}`, ...filters, words]
    .filter((part) => part !== "")
    .join(" ");
}

/** How much of a metric the logs hold in the same time, 0 to 1 and beyond. */
export async function shareInLogs(
  rule: Rule,
  { episode }: SeriesState,
  logs: WatchedLogs,
): Promise<number> {
  if (episode === null || rule.metric === undefined) return NaN;
  const { scope } = logs;
  const by = rankedBy(rule);
  const end = episode.last;
  const from = new Date(Date.parse(end) - rule.window_ms);
  const { dialect } = scope;
  const [row] = await scope.db.rows(`SELECT ${by.sql} AS amount FROM ${scope.requests}
    WHERE bucket = ${dialect.literal(rule.metric.bucket)}
    AND time >= ${dialect.literal(from)} AND time < ${dialect.literal(new Date(end))}`);
  return Number(row?.["amount"] ?? 0) / episode.value;
}
