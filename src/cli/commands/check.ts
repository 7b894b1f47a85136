import type { Entry, State } from "../../alerts/state.js";
import { seriesKey } from "../../alerts/alert.js";
import { checkText, inOrder, nagios, type CheckLine } from "../../outputs/reports/check-text.js";
import { terminalText } from "../../outputs/escape.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import type { Value } from "../../outputs/values.js";
import { alertingOf, Channels, deliverAll, type AlertFlags, type Alerting } from "../alerting.js";
import { checkRules, type Checked, type RuleResult } from "../check-rules.js";
import type { Command } from "../command.js";
import { warn } from "../engine.js";
import { checkFlags, outputFlags } from "../flags.js";
import type { Io } from "../io.js";
import { documentOrText, lookOf, writeDocument, writeText, type OutputFlags } from "../output.js";
import { reportProblems } from "../report-problems.js";
import type { LogFlags } from "../session.js";
import { parseInstant, resolveInstant } from "../time-range.js";
import { parseZone } from "../zone.js";

interface Flags extends AlertFlags, LogFlags, OutputFlags {
  readonly at?: string;
  readonly dryRun?: boolean;
  readonly nagios?: boolean;
}

export const checkCommand: Command<Flags> = {
  name: "check",
  about: "check rules once, tell who should know, and exit by the result: for cron",
  usage: "[rule...]",
  flags: [
    {
      flags: "--dry-run",
      group: "This command",
      about: "say what would be told, tell nobody and remember nothing",
    },
    {
      flags: "--nagios",
      group: "This command",
      about: "one line with figures, and 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN as exit code",
    },
    {
      flags: "--at <time>",
      group: "This command",
      about: "as of this time; last is the newest line of the logs; default: now",
    },
    {
      flags: "--since <time>",
      group: "This command",
      about: "a first check judges from here on; default: the last few steps",
    },
    ...checkFlags,
    ...outputFlags.filter(({ flags }) => !/jsonl|csv/.test(flags)),
  ],
  examples: [
    ["culprit check", "all rules of culprit.yaml: exit 0 fine, 1 something fires, 3 unknown"],
    [
      "culprit check transfer --env-file config.env",
      "S3_BUCKET_NAME, DATA_TRANSFER_THRESHOLD_GB and SLACK_WEBHOOK_URL are all it needs",
    ],
    ["culprit check --nagios errors", "as a plugin of Nagios, Icinga or Checkmk"],
    ["culprit check --dry-run --at last", "of an old log, telling nobody"],
  ],
  async run(names, flags, io) {
    documentOrText(flags);
    if (flags.nagios !== true) return check(names, flags, io);
    try {
      return await check(names, flags, io);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // Its code 2 would mean that something is wrong with the site.
      const why = error.why === undefined ? "" : `: ${error.why}`;
      const words = `${error.message}${why}`.replaceAll("|", "/");
      await writeText([terminalText(`CULPRIT UNKNOWN - ${words}`)], flags, io);
      return Exit.input;
    }
  },
};

async function check(names: readonly string[], flags: Flags, io: Io): Promise<ExitCode> {
  const alerting = await alertingOf(names, flags, io);
  if (alerting.rules.length === 0) throw noRules(alerting);
  const run = (): Promise<Outcome> => checkAndTell(alerting, flags, io);
  const outcome = flags.dryRun === true ? await run() : await alerting.state.locked(run);
  return answer(outcome, flags, io);
}

interface Outcome {
  readonly checked: Checked;
  readonly lines: readonly CheckLine[];
  /** Messages that wait, and why. */
  readonly waiting: readonly Entry[];
  readonly told: number;
}

async function checkAndTell(alerting: Alerting, flags: Flags, io: Io): Promise<Outcome> {
  const { rules, state: folder } = alerting;
  const channels = new Channels(alerting, io);
  if (flags.dryRun !== true) {
    // A missing secret is told before anything is read.
    for (const name of new Set(rules.flatMap((rule) => rule.channels))) await channels.of(name);
  }
  const before = await folder.read();
  const silences = await folder.silences();
  const clock = { now: io.now(), zone: parseZone(flags.tz) };
  const timeOf = (text: string): Date => resolveInstant(parseInstant(text), clock);
  // --dry-run means another thing where a remote engine is asked.
  const { dryRun: _, ...reading } = flags;
  const options = {
    rules,
    flags: { ...reading, tz: parseZone(flags.tz), maxRejects: "100" },
    silences,
    at:
      flags.at === "last"
        ? ("last" as const)
        : flags.at === undefined
          ? clock.now
          : timeOf(flags.at),
    since: flags.since === undefined ? undefined : timeOf(flags.since),
    live: false,
    interval_ms: 0,
  };
  const checked = await checkRules(before, options, io);
  reportProblems(
    checked.results.flatMap(({ problem }) => problem ?? []),
    io,
  );
  const lines = checked.results.flatMap((result) => linesOf(result, checked.state));
  if (flags.dryRun === true) return { checked, lines, waiting: [], told: 0 };
  // What was decided is durable before anybody hears of it.
  await folder.save(checked.state);
  const after = await deliverAll(checked.state, folder, channels, io, false);
  await folder.save(after);
  const ids = new Set(
    before.outbox.flatMap(({ ended, notification }) => (ended === null ? [] : notification.id)),
  );
  const delivered = after.outbox.filter(
    ({ status, notification }) => status === "delivered" && !ids.has(notification.id),
  );
  const undelivered = after.outbox.filter(
    ({ status, notification }) =>
      status === "waiting" || (status === "refused" && !ids.has(notification.id)),
  );
  return { checked, lines, waiting: undelivered, told: delivered.length };
}

/** A line for each series of a rule that is out of line or was judged. */
function linesOf({ rule, tracks, problem }: RuleResult, state: State): CheckLine[] {
  const common = { rule: rule.name, severity: rule.severity };
  if (problem !== undefined || tracks.length === 0) {
    const isCalm =
      problem === undefined && (rule.measure === "scrapers" || rule.measure === "floods");
    const summary = problem?.message ?? (isCalm ? "nobody" : "there is no line of a log to judge");
    const nothing = { labels: {}, observation: undefined, since: null };
    return [{ ...common, ...nothing, state: isCalm ? "ok" : "unknown", summary }];
  }
  const lines = tracks.map((track): CheckLine => {
    const labels = { site: rule.site, ...track.labels };
    const series = state.series[seriesKey(rule.name, labels)];
    const { current } = track;
    const phase = series?.phase ?? "inactive";
    const isKnown = current !== undefined && !Number.isNaN(current.ratio);
    return {
      ...common,
      labels,
      state: phase !== "inactive" ? phase : isKnown ? "ok" : "unknown",
      summary:
        (phase === "firing" ? series?.episode?.summary : undefined) ??
        current?.summary ??
        "nothing is known",
      observation: current,
      since: phase === "inactive" ? null : (series?.episode?.onset ?? null),
    };
  });
  if (rule.by === undefined) return lines;
  // Of many series those that are calm are one line.
  const loud = lines.filter((line) => line.state !== "ok");
  const calm = lines.length - loud.length;
  const [first] = lines.filter((line) => line.state === "ok");
  if (first === undefined) return loud;
  return [
    ...loud,
    {
      ...first,
      labels: {},
      observation: undefined,
      summary: `${calm} ${calm === 1 ? "other is" : "others are"} calm`,
    },
  ];
}

async function answer(
  { checked, lines, waiting, told }: Outcome,
  flags: Flags,
  io: Io,
): Promise<ExitCode> {
  for (const { notification, reason, status } of waiting) {
    const words = status === "refused" ? "was refused" : "could not be told yet, and is kept";
    const { group, channel } = notification;
    warn(io, `${group.rule} ${words} (${channel}): ${reason ?? "its time has not come"}`);
  }
  if (flags.nagios === true) {
    const { code, line } = nagios(lines);
    await writeText([line], flags, io);
    return code;
  }
  if (documentOrText(flags) === "json")
    await writeDocument(documentOf(checked, lines, waiting, told), flags, io);
  else {
    const look = lookOf(flags, io);
    const would = flags.dryRun === true ? dryLines(checked) : [];
    await writeText([...checkText(inOrder(lines), look), ...would], flags, io);
  }
  if (lines.some(({ state }) => state === "firing")) return Exit.findings;
  return waiting.length > 0 || lines.some(({ state }) => state === "unknown")
    ? Exit.input
    : Exit.ok;
}

function dryLines({ events, quiet }: Checked): string[] {
  return [
    ...events.map(({ channel, alert }) =>
      terminalText(`would tell ${channel}: ${alert.reason}, ${alert.annotations["summary"] ?? ""}`),
    ),
    ...quiet.map(({ why }) => `would keep quiet: ${terminalText(why)}`),
  ];
}

const documentOf = (
  { events, quiet }: Checked,
  lines: readonly CheckLine[],
  waiting: readonly Entry[],
  told: number,
): Value => ({
  schema_version: 1,
  firing: lines.some(({ state }) => state === "firing"),
  rules: lines.map(({ observation, ...line }) => ({
    ...line,
    labels: { ...line.labels },
    value: observation === undefined || Number.isNaN(observation.value) ? null : observation.value,
    judged_until: observation?.until ?? null,
  })),
  alerts: events.map(({ channel, alert }) => ({
    channel,
    ...alert,
    labels: { ...alert.labels },
    annotations: { ...alert.annotations },
  })),
  quiet: quiet.map((one) => ({ ...one })),
  delivered: told,
  undelivered: waiting.map(({ notification: { channel, group }, status, reason, attempts }) => ({
    channel,
    rule: group.rule,
    status,
    reason,
    attempts,
  })),
});

const noRules = ({ loaded }: Alerting): Problem =>
  new Problem({
    code: "no-rules",
    what: "There are no rules to check",
    ...(loaded === undefined ? {} : { where: loaded.file }),
    why: loaded === undefined ? "There is no configuration" : "The configuration has no rules",
    help: "Write some under rules: in culprit.yaml (docs/watch.md), or run culprit check transfer --env-file config.env",
    exit: 2,
  });
