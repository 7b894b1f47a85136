import type { Labels } from "../alerts/alert.js";
import type { SeriesState } from "../alerts/machine.js";
import { dimension } from "../analyses/fields.js";
import type { Scope } from "../analyses/scope.js";
import type { Measured } from "./engine.js";
import { logMeasures, type LogMeasure } from "./measured.js";
import { trackOf } from "./observe.js";
import { WATCH } from "./parameters.js";
import { lookback, type Rule } from "./rule.js";
import type { Series, Track } from "./track.js";
import { verdictTracks } from "./verdicts.js";

/** Logs that rules are checked against. */
export interface WatchedLogs {
  readonly scope: Scope;
  /** Columns of its own that the logs have. */
  readonly derived: readonly string[];
  /** `where` of a rule as SQL. */
  filter(rule: Rule): string;
  /** As of when they are judged. */
  readonly at: Date;
  /** Everything up to then has been read: what has no line had no request. */
  readonly live: boolean;
  /** Judge steps from here on when nothing was judged before. */
  readonly since: Date | undefined;
  /** What is remembered of a rule's series that are out of line. */
  active(rule: Rule): readonly SeriesState[];
}

/** What is measured in logs for a rule, and a note where nothing can be said. */
export async function measureLogs(logs: WatchedLogs, rule: Rule): Promise<Measured> {
  const { covers } = logs.scope;
  if (covers === undefined) return { rule, tracks: [] };
  if (rule.measure === "silence") return { rule, tracks: [silence(rule, covers.until, logs.at)] };
  const range = rangeOf(rule, logs, covers);
  if (range.closed <= range.from) return { rule, tracks: [] };
  const measure = logMeasures[rule.measure];
  if (measure === undefined) return { rule, tracks: await verdictTracks(rule, logs, range.closed) };
  const series = await seriesOf(rule, measure, logs, range);
  const { zone } = logs.scope;
  const tracks = series.map((one) =>
    trackOf(rule, one, { first: range.first, closed: range.closed, zone }),
  );
  return { rule, tracks };
}

interface Range {
  /** When the first step begins that is read, ms. */
  readonly from: number;
  /** The end of the last closed step. */
  readonly closed: number;
  /** Steps that end after this are judged, when nothing was judged before. */
  readonly first: number;
}

/** Steps begin at whole multiples of their length since 1970, in UTC. */
function rangeOf(
  { step_ms: step, delay_ms, policy, ...rule }: Rule,
  { at, live, since }: WatchedLogs,
  covers: { from: Date; until: Date },
): Range {
  // Behind the newest line nothing is known, unless all that was written has been read.
  const known = Math.min(at.getTime(), live ? Infinity : covers.until.getTime()) - delay_ms;
  const closed = Math.floor(known / step) * step;
  const steps = WATCH.first_steps * step + policy.for_ms;
  const first = since === undefined ? closed - steps : since.getTime();
  const begin = first - lookback({ step_ms: step, delay_ms, policy, ...rule });
  const begun = Math.floor(covers.from.getTime() / step) * step;
  return { from: Math.max(Math.floor(begin / step) * step, begun), closed, first };
}

async function seriesOf(
  rule: Rule,
  measure: LogMeasure,
  logs: WatchedLogs,
  range: Range,
): Promise<Series[]> {
  const { scope, derived } = logs;
  const { db, dialect, zone } = scope;
  const step = rule.step_ms / 1000;
  const { literal } = dialect;
  const own = rule.by === undefined ? undefined : dimension(rule.by, derived, zone, dialect);
  const inRange = (from: number): string =>
    `time >= ${literal(new Date(from))} AND time < ${literal(new Date(range.closed))}`;
  const relation = `(SELECT * FROM ${scope.requests} WHERE ${logs.filter(rule)})`;
  const parts = measure.parts.map((sql, at) => `${sql} AS part${at}`).join(", ");
  const keys = own === undefined ? undefined : await keysOf(own.sql);
  const only =
    own === undefined || keys === undefined
      ? ""
      : ` AND ${own.sql} IN (${[...keys, ""].map((key) => literal(key)).join(", ")})`;
  const key = own === undefined ? literal("") : dialect.toText(own.sql);
  const rows = await db.rows(`SELECT ${key} AS series_key,
    ${dialect.intDiv(dialect.epoch("time"), String(step))} AS place, ${parts}
    FROM ${relation} AS r WHERE ${inRange(range.from)}${only} GROUP BY 1, 2`);
  const count = Math.max(0, Math.round((range.closed - range.from) / rule.step_ms));
  const first = range.from / rule.step_ms;
  const found = new Map<string, number[][]>();
  for (const name of keys ?? [""]) found.set(name, zeros(measure, count));
  for (const row of rows) {
    const lists = found.get(String(row["series_key"]));
    const at = Number(row["place"]) - first;
    if (lists === undefined || at < 0 || at >= count) continue;
    lists.forEach((list, part) => (list[at] = Number(row[`part${part}`])));
  }
  const labelsOf = (name: string): Labels => (rule.by === undefined ? {} : { [rule.by]: name });
  return [...found].map(([name, lists]) => ({
    labels: labelsOf(name),
    from: range.from,
    step: rule.step_ms,
    parts: lists,
  }));

  /** The largest of the steps that are judged, and those that are out of line. */
  async function keysOf(sql: string): Promise<string[]> {
    const begin = Math.max(range.from, range.first - rule.window_ms);
    const top = await db.rows(`SELECT ${dialect.toText(sql)} AS series_key, ${parts}
      FROM ${relation} AS r WHERE ${inRange(begin)} AND ${sql} IS NOT NULL
      GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${WATCH.most_series}`);
    const active = logs.active(rule).flatMap(({ labels }) => labels[rule.by ?? ""] ?? []);
    return [...new Set([...top.map((row) => String(row["series_key"])), ...active])];
  }
}

const zeros = ({ parts }: LogMeasure, count: number): number[][] =>
  parts.map(() => Array.from({ length: count }, () => 0));

/** How long no line has come. */
function silence(rule: Rule, newest: Date, at: Date): Track {
  const [condition] = rule.conditions;
  const limit = condition?.kind === "above" ? condition.limit : Infinity;
  const value = Math.max(0, (at.getTime() - newest.getTime()) / 1000);
  const minutes = Math.round(value / 60);
  const observation = {
    from: newest.toISOString(),
    until: new Date(Math.max(at.getTime(), newest.getTime())).toISOString(),
    ratio: value / limit,
    value,
    clear: 1,
    summary: `no line of a log for ${minutes} min: the newest is of ${newest.toISOString()}`,
  };
  return { labels: {}, current: observation, observations: () => [observation] };
}
