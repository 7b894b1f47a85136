import { compare, type Comparison } from "../../analyses/compare/compare.js";
import { facets } from "../../analyses/compare/facets.js";
import { metric, metricNames, type Metric } from "../../analyses/compare/metric.js";
import { parameters } from "../../analyses/compare/parameters.js";
import { proposeIncident } from "../../analyses/compare/propose.js";
import { clipped, defaultBaseline, type Baseline } from "../../analyses/compare/windows.js";
import type { Scope, Window } from "../../analyses/scope.js";
import { whatChanged } from "../../findings/what-changed.js";
import { shellWord } from "../../outputs/escape.js";
import { drillDown } from "../../findings/drill-down.js";
import { compareDocument } from "../../outputs/reports/compare-document.js";
import { compareText } from "../../outputs/reports/compare-text.js";
import { localTime } from "../../outputs/times.js";
import type { Value } from "../../outputs/values.js";
import { Exit, Problem } from "../../problems/problem.js";
import { writeAnswer } from "../answer.js";
import type { Command } from "../command.js";
import { logFlags, outputFlags } from "../flags.js";
import { notes } from "../notes.js";
import { lookOf, shapeOf, writeDocument, writeText, type OutputFlags } from "../output.js";
import { readingWords } from "../reading-words.js";
import { withLogs, type LogFlags, type Session } from "../session.js";
import { parseCount } from "../parse-flags.js";
import { parseRange, resolveRange, type TimeRange } from "../time-range.js";

interface Flags extends LogFlags, OutputFlags {
  readonly by: string;
  readonly incident?: string;
  readonly baseline?: string;
  readonly causes: string;
}

export const compareCommand: Command<Flags> = {
  name: "compare",
  about: "what explains the difference between two times, drilled down by itself",
  usage: "[source...]",
  flags: [
    {
      flags: "--incident <A..B>",
      group: "This command",
      about: "the time in question; default: the part of the log that is least like the rest",
    },
    {
      flags: "--baseline <A..B>",
      group: "This command",
      about:
        "what to compare with, also '7d before'; default: the same hours of earlier weeks or days, else the log before",
    },
    {
      flags: "--by <measure>",
      group: "This command",
      about: `${metricNames.join(", ")}; durations by their mean`,
      fallback: "requests",
    },
    {
      flags: "--causes <n>",
      group: "This command",
      about: "at most so many causes",
      fallback: String(parameters.causes),
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit compare --incident 2026-11-05T14:00..15:00 access.log*", "why so many requests then"],
    [
      "culprit compare --baseline 2026-11-03 --incident 2026-11-04 --by connections nlb.log",
      "one day with another",
    ],
    ["culprit compare --by error_rate --incident -30m access.log", "why requests fail now"],
    ["culprit compare access.log", "finds the time itself"],
  ],
  async run(sources, flags, io) {
    const by = metric(flags.by);
    const causes = parseCount("--causes", flags.causes);
    const shape = shapeOf(flags);
    const asked = {
      ...(flags.incident !== undefined && { incident: parseRange(flags.incident) }),
      ...(flags.baseline !== undefined && { baseline: parseRange(flags.baseline) }),
    };
    const columnsOf = (derived: readonly string[]): string[] => [
      ...by.columns,
      ...facets(derived).flatMap(({ columns }) => columns),
    ];
    await withLogs(sources, flags, columnsOf, io, async (session) => {
      const { scope, derived } = session;
      const windows = await windowsOf(scope, by, asked);
      const look = lookOf(flags, io);
      if (windows === undefined) {
        const text =
          "No part of the log stands out from the rest. Name a time to ask about with --incident A..B.";
        if (shape !== "json") return writeText([text, "", ...notes(session, look)], flags, io);
        return writeDocument(
          { schema_version: 1, ...heading(session, by), total: null, causes: [], paragraph: text },
          flags,
          io,
        );
      }
      const { incident, baseline } = windows;
      const result = await compare({ scope, metric: by, incident, baseline, causes }, derived);
      if (by.name === "connections" && result.requests) throw notConnections();
      const rest = [...readingWords(withoutTimes(flags)), ...sources.map(shellWord)].join(" ");
      const commands = result.causes.map((cause) => drillDown(cause, result, by, incident, rest));
      const { locale, ascii } = shape === "json" ? { locale: "en", ascii: false } : look;
      const paragraph = whatChanged(
        { result, metric: by, incident },
        { zone: scope.zone, locale, ascii, sources: rest },
      );
      const answer = {
        text: () => {
          const lines = compareText(result, by, paragraph, commands, scope.zone, look);
          return [...lines, "", ...notes(session, look)];
        },
        document: () => ({
          schema_version: 1,
          ...heading(session, by),
          incident: { ...incident },
          ...compareDocument(result, paragraph, commands),
        }),
        rows: () => rowSet(result, commands),
      };
      return writeAnswer(session.embedded, answer, flags, io);
    });
    return Exit.ok;
  },
};

interface Asked {
  readonly incident?: TimeRange;
  readonly baseline?: TimeRange;
}

/** The windows asked for, or those that are found; undefined when nothing stands out. */
async function windowsOf(
  scope: Scope,
  by: Metric,
  asked: Asked,
): Promise<{ incident: Window; baseline: Baseline } | undefined> {
  const { covers, zone } = scope;
  if (covers === undefined) throw timeless();
  const clock = { now: new Date(covers.until.getTime() - 1), zone };
  const incident =
    asked.incident === undefined
      ? await proposeIncident(scope, seriesOf(by))
      : within(resolveRange(asked.incident, clock), covers, "--incident", scope);
  if (incident === undefined) return undefined;
  if (asked.baseline === undefined) {
    const found = defaultBaseline(incident, scope.window ?? covers, zone);
    if (found === undefined) throw noBaseline(scope, incident);
    return { incident, baseline: { ...found, odd: [] } };
  }
  const of = { since: incident.from, until: incident.until };
  const baseline = within(resolveRange(asked.baseline, clock, of), covers, "--baseline", scope);
  if (baseline.from < incident.until && incident.from < baseline.until) throw overlapping();
  return { incident, baseline: { kind: "given", windows: [baseline], odd: [] } };
}

function within(
  { since, until }: { since?: Date; until?: Date },
  covers: Window,
  flag: string,
  { zone }: Scope,
): Window {
  const window = clipped({ from: since ?? covers.from, until: until ?? covers.until }, covers);
  if (window !== undefined) return window;
  const show = (time: Date): string => localTime(time, zone, "second");
  throw new Problem({
    code: "time-range-empty",
    what: `The log has no lines in the time of ${flag}`,
    why: `It covers ${show(covers.from)} .. ${show(covers.until)} ${zone}`,
    help: "Name a time that the log covers, or read more of the log",
    exit: Exit.usage,
  });
}

/** The series in which a time that stands out is sought. */
function seriesOf({ name }: Metric): "requests" | "bytes_sent" | "errors" {
  if (name === "bytes_sent") return name;
  if (name === "errors" || name === "error_rate") return "errors";
  if (name !== "duration_ms") return "requests";
  throw new Problem({
    code: "no-incident",
    what: "There is no time to explain",
    why: "A time that stands out is not sought by duration",
    help: "Name it: --incident A..B",
    exit: Exit.usage,
  });
}

const timeless = (): Problem =>
  new Problem({
    code: "no-times",
    what: "There is no time to compare",
    why: "No line was read, or the format has no time",
    help: "culprit parse SOURCE --jsonl shows what was read",
    exit: Exit.input,
  });

const noBaseline = ({ covers, zone }: Scope, { from }: Window): Problem =>
  new Problem({
    code: "no-baseline",
    what: "There is nothing to compare the incident with",
    why: `The log begins at ${localTime(covers?.from ?? from, zone, "second")}, the incident not after it`,
    help: "Read older logs too, or name what to compare with: --baseline A..B",
    exit: Exit.usage,
  });

const overlapping = (): Problem =>
  new Problem({
    code: "time-ranges-overlap",
    what: "The incident and its baseline overlap",
    help: "Ranges are half-open: one may end where the other begins",
    exit: Exit.usage,
  });

const notConnections = (): Problem =>
  new Problem({
    code: "not-connections",
    what: "This log has a line a request, not a connection",
    help: "Use --by requests",
    exit: Exit.usage,
  });

/** The window of a command is said by the command. */
function withoutTimes(flags: Flags): LogFlags {
  const { since: _since, until: _until, range: _range, ...others } = flags;
  return others;
}

function heading({ accounting, sources, scope }: Session, by: Metric) {
  return { accounting: { ...accounting }, inputs: sources, zone: scope.zone, by: by.name };
}

function rowSet({ causes }: Comparison, commands: readonly string[]) {
  const float = (name: string) => ({ name, type: "float" as const });
  const columns = [
    { name: "conditions", type: "text" as const },
    ...["baseline", "incident", "expected", "share_of_change"].map(float),
    ...["first_seen", "last_seen"].map((name) => ({ name, type: "time" as const })),
    ...["command", "sql"].map((name) => ({ name, type: "text" as const })),
  ];
  const rows = causes.map((cause, at): Value[] => [
    cause.where.join(" and "),
    cause.baseline,
    cause.incident,
    cause.expected,
    cause.share_of_change,
    cause.first_seen,
    cause.last_seen,
    commands[at],
    cause.sql,
  ]);
  return { columns, rows };
}
