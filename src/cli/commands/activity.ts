import { clientRhythm } from "../../analyses/floods/activity-rhythm.js";
import { stepFor, timeline } from "../../analyses/timeline.js";
import type { Timeline } from "../../analyses/timeline.js";
import { activityTable } from "../../outputs/reports/activity-table.js";
import type { Value } from "../../outputs/values.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { copyRows } from "../copy-rows.js";
import { logFlags, outputFlags } from "../flags.js";
import { notes } from "../notes.js";
import { lookOf, shapeOf, writeSet, writeText, type OutputFlags } from "../output.js";
import { badFlag } from "../parse-flags.js";
import { withLogs, type LogFlags } from "../session.js";

interface Flags extends LogFlags, OutputFlags {
  readonly every?: string;
}

const steps: Record<string, number> = {
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3600,
  "6h": 21_600,
  "1d": 86_400,
};

export const activityCommand: Command<Flags> = {
  name: "activity",
  about: "one client, or any filter, hour by hour; hours without requests are shown",
  usage: "[source...]",
  flags: [
    {
      flags: "--every <step>",
      group: "This command",
      about: `${Object.keys(steps).join(", ")}; default: by the hour`,
      choices: Object.keys(steps),
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit activity -w client_ip=203.0.113.7 access.log", "one client through the day"],
    ["culprit activity -w status=5xx --every 5m access.log", "when it went wrong"],
  ],
  async run(sources, flags, io) {
    const shape = shapeOf(flags);
    const step = flags.every === undefined ? undefined : steps[flags.every];
    if (flags.every !== undefined && step === undefined) {
      throw badFlag("--every", flags.every, `It is none of ${Object.keys(steps).join(", ")}`);
    }
    const columns = ["bytes_sent", "status", "client_ip"];
    await withLogs(
      sources,
      flags,
      () => columns,
      io,
      async (session) => {
        const { scope } = session;
        if (scope.covers === undefined) throw timeless();
        const { window } = scope;
        const result: Timeline =
          window === undefined
            ? { step: step ?? stepFor(scope.covers), buckets: [] }
            : await timeline(scope, scope.requests, window, step ?? stepFor(window));
        const isShown = shape === "text" || shape === "json";
        const rhythm = isShown ? await clientRhythm(scope) : undefined;
        if (shape === "text") {
          const look = lookOf(flags, io);
          const lines = activityTable(result, scope.zone, look, rhythm);
          return writeText([...lines, "", ...notes(session, look)], flags, io);
        }
        const set = rowSet(result);
        if (shape === "parquet") return copyRows(session.embedded, set, flags.output as string, io);
        return writeSet(shape, set, flags, io, {
          accounting: { ...session.accounting },
          step_seconds: result.step,
          periodicity: (rhythm as unknown as Value) ?? null,
        });
      },
    );
    return Exit.ok;
  },
};

const timeless = (): Problem =>
  new Problem({
    code: "no-times",
    what: "There is no time to show activity over",
    why: "No line was read, or the format has no time",
    help: "culprit parse SOURCE --jsonl shows what was read",
    exit: 3,
  });

function rowSet({ buckets }: Timeline) {
  const columns = [
    { name: "time", type: "time" as const },
    ...["requests", "bytes_sent", "errors"].map((name) => ({ name, type: "int" as const })),
  ];
  return {
    columns,
    rows: buckets.map(({ from, requests, bytes_sent, errors }) => [
      from,
      requests,
      bytes_sent,
      errors,
    ]),
  };
}
