import {
  floodColumns,
  floods,
  type Flood,
  type FloodsResult,
} from "../../analyses/floods/floods.js";
import { floodTold, timerTold } from "../../findings/floods.js";
import type { Wording } from "../../findings/verdict.js";
import { floodsDocument } from "../../outputs/reports/floods-document.js";
import { floodsText } from "../../outputs/reports/floods-text.js";
import type { RowColumn, RowSet } from "../../outputs/rows.js";
import type { Value } from "../../outputs/values.js";
import { Exit } from "../../problems/problem.js";
import { writeAnswer } from "../answer.js";
import type { Command } from "../command.js";
import { logFlags, outputFlags } from "../flags.js";
import { notes } from "../notes.js";
import { lookOf, shapeOf, type OutputFlags } from "../output.js";
import { readingWords } from "../reading-words.js";
import { withLogs, type LogFlags } from "../session.js";

interface Flags extends LogFlags, OutputFlags {
  readonly failOn?: string;
}

export const floodsCommand: Command<Flags> = {
  name: "floods",
  about: "clients with a sudden, sustained or machine-regular rate, and timers that changed",
  usage: "[source...]",
  flags: [
    {
      flags: "--fail-on <level>",
      group: "This command",
      about: "exit 1 when a client flooded or a timer changed",
      choices: ["any"],
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit floods access.log", "who calls like a machine, and who flooded"],
    ["culprit floods 'access.log*' --since -1d", "the last day of a rotated set"],
    ["culprit floods access.log --jsonl", "a line for each flood and timer"],
  ],
  async run(sources, flags, io) {
    const shape = shapeOf(flags);
    return withLogs(
      sources,
      flags,
      () => floodColumns,
      io,
      async (session) => {
        const { scope } = session;
        const result = await floods(scope);
        const look = lookOf(flags, io);
        // What programs read is the same in every country.
        const { locale, ascii } = shape === "text" ? look : { locale: "en", ascii: false };
        const words = readingWords(flags, sources).join(" ");
        const wording = { zone: scope.zone, locale, ascii, sources: words };
        const answer = {
          text: () => [...floodsText(result, wording, look), "", ...notes(session, look)],
          document: () => ({
            ...floodsDocument(result, wording),
            accounting: { ...session.accounting },
          }),
          rows: () => rowSet(result, wording),
        };
        await writeAnswer(session.embedded, answer, flags, io);
        return flags.failOn !== undefined && result.unusual ? Exit.findings : Exit.ok;
      },
    );
  },
};

/** A row for each flood and each timer. */
function rowSet({ floods: found, shared, timers }: FloodsResult, wording: Wording): RowSet {
  const flood = (one: Flood, kind: string): Value[] => {
    const { client_ip, from, until, requests, step, peak } = one;
    const hourly = step === 60 ? null : peak;
    return [kind, client_ip, from, until, requests, hourly, null, floodTold(one, wording).sentence];
  };
  return {
    columns,
    rows: [
      ...found.map((one) => flood(one, one.kind)),
      ...shared.map((one) => flood(one, "shared")),
      ...timers.map((one): Value[] => [
        one.change === null ? "timer" : `timer-${one.change.kind}`,
        one.client_ip,
        one.from,
        one.until,
        one.requests,
        one.hours.usual,
        one.rhythm.period_s,
        timerTold(one, wording).sentence,
      ]),
    ],
  };
}

const columns: RowColumn[] = [
  { name: "kind", type: "text" },
  { name: "client_ip", type: "text" },
  { name: "first_seen", type: "time" },
  { name: "last_seen", type: "time" },
  { name: "requests", type: "int" },
  { name: "per_hour", type: "int" },
  { name: "period_s", type: "int" },
  { name: "sentence", type: "text" },
];
