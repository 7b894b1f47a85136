import type { Labels } from "../alerts/alert.js";
import { decide } from "../alerts/decide.js";
import type { SeriesState } from "../alerts/machine.js";
import type { ToTell } from "../alerts/outbox.js";
import type { Silence, State } from "../alerts/state.js";
import { dimension } from "../analyses/fields.js";
import { floodColumns } from "../analyses/floods/floods.js";
import { scraperColumns } from "../analyses/scrapers/traffic.js";
import { parseWhere, whereColumns } from "../analyses/where.js";
import { columnTypes } from "../formats/record.js";
import { Problem } from "../problems/problem.js";
import { budgetRuleColumns } from "../watch/budget.js";
import { CloudWatch, type CloudWatchSettings } from "../watch/cloudwatch.js";
import { judge, type Annotate, type Measured } from "../watch/engine.js";
import { explainColumns, namesOf, shareInLogs } from "../watch/explain.js";
import { followUps, shareText } from "../watch/follow-up.js";
import { measureLogs, type WatchedLogs } from "../watch/logs.js";
import { logMeasures } from "../watch/measured.js";
import { trackOf } from "../watch/observe.js";
import { WATCH } from "../watch/parameters.js";
import { lookback, type MetricPlace, type Rule } from "../watch/rule.js";
import type { Track } from "../watch/track.js";
import { storeIf } from "./alerting.js";
import type { Io } from "./io.js";
import { readingWords } from "./reading-words.js";
import { filterSql, withLogs, type LogFlags, type Session } from "./session.js";

/** What became of a rule in a run. */
export interface RuleResult {
  readonly rule: Rule;
  readonly tracks: readonly Track[];
  /** Why nothing is known. */
  readonly problem?: Problem;
}

export interface Checked {
  readonly state: State;
  readonly results: readonly RuleResult[];
  readonly events: readonly ToTell[];
  readonly quiet: readonly { readonly key: string; readonly why: string }[];
}

export interface CheckOptions {
  readonly rules: readonly Rule[];
  readonly flags: LogFlags;
  readonly silences: readonly Silence[];
  /** As of when; `last` is the newest line. */
  readonly at: Date | "last";
  /** What a first run judges, when not just the last steps. */
  readonly since: Date | undefined;
  /** All that was written has been read. */
  readonly live: boolean;
  /** Messages of a group are so far apart. */
  readonly interval_ms: number;
}

/** Measures and judges rules once. Rules that cannot be measured say why, and hold up no others. */
export async function checkRules(before: State, options: CheckOptions, io: Io): Promise<Checked> {
  let state = before;
  const results: RuleResult[] = [];
  const events: ToTell[] = [];
  const quiet: Checked["quiet"][number][] = [];
  for (const rules of groupsOf(options.rules)) {
    const run = rules[0]?.metric === undefined ? logRules : metricRules;
    try {
      const checked = await run(state, rules, options, io);
      state = checked.state;
      results.push(...checked.results);
      events.push(...checked.events);
      quiet.push(...checked.quiet);
    } catch (error) {
      if (!(error instanceof Problem) || error.exit === 2) throw error;
      results.push(...rules.map((rule) => ({ rule, tracks: [], problem: error })));
    }
  }
  const order = new Map(options.rules.map((rule, at) => [rule, at]));
  const sorted = results.toSorted((a, b) => (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0));
  return { state, results: sorted, events, quiet };
}

/** Rules that read the same logs are measured together; a metric is asked for by itself. */
function groupsOf(rules: readonly Rule[]): Rule[][] {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = rule.metric === undefined ? JSON.stringify(rule.sources) : `metric ${rule.name}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()];
}

async function logRules(
  state: State,
  rules: readonly Rule[],
  options: CheckOptions,
  io: Io,
): Promise<Checked> {
  return within(rules, options, io, async (logsOf, words) => {
    const logs = logsOf(state);
    const measured: Measured[] = [];
    for (const rule of rules) measured.push(await measureLogs(logs, rule));
    const annotate: Annotate = (rule, series) => namesOf(rule, series, logs, words);
    const judged = await judge(state, measured, { ...options, now: io.now(), annotate });
    return { ...judged, results: measured };
  });
}

async function metricRules(
  state: State,
  rules: readonly Rule[],
  options: CheckOptions,
  io: Io,
): Promise<Checked> {
  const at = options.at === "last" ? io.now() : options.at;
  const measured: Measured[] = [];
  for (const rule of rules) measured.push(await measureMetric(rule, at, options, io));
  return withExplanation(rules, options, io, async (explain) => {
    const annotate: Annotate = async (rule, series) =>
      (await explain(rule, series))?.annotations ?? {};
    const now = io.now();
    const judged = await judge(state, measured, { ...options, now, annotate });
    const events = [...judged.events];
    let current = judged.state;
    const justTold = new Set(
      events.flatMap(({ alert }) => (alert.reason === "resolved" ? [] : alert.fingerprint)),
    );
    for (const rule of rules) {
      const later = await followUps(current, rule, justTold, now, (series) =>
        explain(rule, series),
      );
      const decision = decide(
        later.state,
        later.decided,
        options.silences,
        { at: now, now },
        options.interval_ms,
      );
      current = decision.state;
      events.push(...decision.events);
    }
    return { ...judged, state: current, events, results: measured };
  });
}

async function measureMetric(
  rule: Rule,
  at: Date,
  { flags, since }: CheckOptions,
  io: Io,
): Promise<Measured> {
  const { metric, step_ms: step, delay_ms } = rule;
  if (metric === undefined) return { rule, tracks: [] };
  const client = await CloudWatch.open(cloudWatchSettings(metric, flags, io));
  const closed = Math.floor((at.getTime() - delay_ms) / step) * step;
  const first = since?.getTime() ?? closed - WATCH.first_steps * step - rule.policy.for_ms;
  // People want to see the 7-day average, whatever the condition is.
  const back = Math.max(lookback(rule), rule.window_ms + 7 * 86_400_000);
  const from = Math.floor((first - back) / step) * step;
  const series = await client.series(metric, { from, until: closed, step_ms: step, now: io.now() });
  const track = trackOf(rule, series, { first, closed, zone: flags.tz });
  return { rule, tracks: [track] };
}

/** As the rule says, then the flags and the environment; `--endpoint` is of S3, and of the store. */
function cloudWatchSettings(
  { region, profile }: MetricPlace,
  flags: LogFlags,
  { env, signal }: Io,
): CloudWatchSettings {
  const { AWS_ENDPOINT_URL_CLOUDWATCH, AWS_ENDPOINT_URL } = env;
  const server = [AWS_ENDPOINT_URL_CLOUDWATCH, AWS_ENDPOINT_URL].find((url) => (url ?? "") !== "");
  const { AWS_REGION, AWS_DEFAULT_REGION } = env;
  // The SDK knows the first name only; other programs of AWS the second.
  const named = AWS_REGION === undefined ? AWS_DEFAULT_REGION : undefined;
  const asked = {
    region: region ?? flags.region ?? named,
    profile: profile ?? flags.profile,
  };
  return {
    signal,
    ...(asked.region === undefined ? {} : { region: asked.region }),
    ...(asked.profile === undefined ? {} : { profile: asked.profile }),
    ...(server === undefined ? {} : { endpoint: server }),
  };
}

type Explain = (
  rule: Rule,
  series: SeriesState,
) => Promise<{ share: number; annotations: Labels } | undefined>;

/** With the logs of the metric's bucket, where there are some. */
async function withExplanation(
  rules: readonly Rule[],
  options: CheckOptions,
  io: Io,
  use: (explain: Explain) => Promise<Checked>,
): Promise<Checked> {
  const sources = rules.flatMap((rule) => rule.sources);
  const hasLogs = sources.length > 0 || (await storeIf(options.flags, io)) !== undefined;
  if (!hasLogs) return use(async () => undefined);
  try {
    return await within(rules, options, io, (logsOf, words) => {
      const logs = logsOf({ version: 1, series: {}, outbox: [] });
      return use(async (rule, series) => {
        const share = await shareInLogs(rule, series, logs);
        const names = share > 0 ? await namesOf(rule, series, logs, words) : {};
        const explanation = [shareText(rule, share), names["explanation"] ?? []].flat().join("; ");
        return { share, annotations: { ...names, explanation } };
      });
    });
  } catch (error) {
    // A store that nothing has entered yet does not keep the metric from being judged.
    if (error instanceof Problem && error.code === "no-store") return use(async () => undefined);
    throw error;
  }
}

/** Opens the logs of rules, of the time that they need. */
async function within(
  rules: readonly Rule[],
  { flags, at, since, live }: CheckOptions,
  io: Io,
  use: (logsOf: (state: State) => WatchedLogs, words: string) => Promise<Checked>,
): Promise<Checked> {
  const sources = [...new Set(rules.flatMap((rule) => rule.sources))];
  const back = Math.max(...rules.map((rule) => lookback(rule) + firstOf(rule)));
  const range =
    at === "last"
      ? { since: `-${Math.ceil(back / 60_000)}m` }
      : {
          since: new Date(
            Math.min(at.getTime(), since?.getTime() ?? Infinity) - back,
          ).toISOString(),
          until: at.toISOString(),
        };
  const { since: _, until: __, ...reading } = flags;
  const words = readingWords(reading, sources).join(" ");
  const checked = await withLogs(
    sources,
    { ...flags, ...range, quiet: true },
    async (derived) => {
      const columns = await Promise.all(rules.map((rule) => columnsOf(rule, derived)));
      return columns.flat();
    },
    io,
    (session) => use((state) => watchedLogs(session, state, { at, since, live }, io), words),
  );
  if (typeof checked === "number") throw new TypeError("logs cannot be checked without being read");
  return checked;
}

const firstOf = ({ step_ms, delay_ms, policy }: Rule): number =>
  (WATCH.first_steps + WATCH.late_steps) * step_ms + delay_ms + policy.for_ms;

function watchedLogs(
  { scope, derived }: Session,
  state: State,
  { at, since, live }: Pick<CheckOptions, "at" | "since" | "live">,
  io: Io,
): WatchedLogs {
  const types = columnTypes(derived);
  const clock = { now: io.now(), zone: scope.zone };
  return {
    scope,
    derived,
    at: at === "last" ? (scope.covers?.until ?? io.now()) : at,
    live,
    since,
    filter: ({ where, metric }) => {
      const own = filterSql(where.map(parseWhere), types, clock, scope.dialect);
      return metric === undefined
        ? own
        : `${own} AND bucket = ${scope.dialect.literal(metric.bucket)}`;
    },
    active: ({ name }) =>
      Object.values(state.series).filter(
        ({ rule, phase }) => rule === name && phase !== "inactive",
      ),
  };
}

async function columnsOf(rule: Rule, derived: readonly string[]): Promise<string[]> {
  const types = columnTypes(derived);
  const filtered = rule.where.flatMap((text) => whereColumns(parseWhere(text), types));
  const own = rule.by === undefined ? [] : dimension(rule.by, derived, "UTC").columns;
  const analysis = await analysisColumns(rule);
  return [
    ...filtered,
    ...own,
    ...analysis,
    ...explainColumns,
    ...(rule.metric === undefined ? [] : ["bucket"]),
    ...(logMeasures[rule.measure]?.columns ?? []),
  ];
}

async function analysisColumns(rule: Rule): Promise<readonly string[]> {
  if (rule.measure === "budget") return budgetRuleColumns(rule);
  return rule.measure === "floods"
    ? floodColumns
    : rule.measure === "scrapers"
      ? scraperColumns
      : [];
}
