import {
  spikeColumns,
  spikes,
  type Spike,
  type SpikesResult,
} from "../../analyses/spikes/spikes.js";
import { spikeTold, type SpikeTold } from "../../findings/spikes.js";
import { spikesDocument } from "../../outputs/reports/spikes-document.js";
import { spikesText } from "../../outputs/reports/spikes-text.js";
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

export const spikesCommand: Command<Flags> = {
  name: "spikes",
  about: "hours out of line with their own season: spikes, drops, shifts and silence",
  usage: "[source...]",
  flags: [
    {
      flags: "--fail-on <level>",
      group: "This command",
      about: "exit 1 when an hour is out of line",
      choices: ["any"],
    },
    ...logFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit spikes 'access.log*'", "when it was not as usual, over a rotated set"],
    ["culprit spikes --tz Europe/Berlin access.log", "hours and weekends of that clock"],
    ["culprit spikes -w path=/shop/* access.log", "of a part of the site"],
  ],
  async run(sources, flags, io) {
    const shape = shapeOf(flags);
    return withLogs(
      sources,
      flags,
      () => spikeColumns,
      io,
      async (session) => {
        const { scope } = session;
        const result = await spikes(scope);
        const look = lookOf(flags, io);
        // What programs read is the same in every country.
        const { locale, ascii } = shape === "text" ? look : { locale: "en", ascii: false };
        // The command that explains a spike has its own ranges.
        const { since: _, until: __, range: ___, ...reading } = flags;
        const words = readingWords(reading, sources).join(" ");
        const wording = { zone: scope.zone, locale, ascii, sources: words };
        const begin = scope.covers?.from ?? new Date(0);
        const told = result.spikes.map((spike) => spikeTold(spike, begin, wording));
        const answer = {
          text: () => [...spikesText(result, told, scope.zone, look), "", ...notes(session, look)],
          document: () => ({
            ...spikesDocument(result, told),
            accounting: { ...session.accounting },
          }),
          rows: () => rowSet(result, told),
        };
        await writeAnswer(session.embedded, answer, flags, io);
        return flags.failOn !== undefined && result.spikes.length > 0 ? Exit.findings : Exit.ok;
      },
    );
  },
};

/** A row for each spike. */
const rowSet = ({ spikes: found }: SpikesResult, told: readonly SpikeTold[]): RowSet => ({
  columns,
  rows: found.map((spike, at): Value[] => [
    spike.kind,
    spike.measure,
    ...times(spike),
    spike.value,
    spike.expected,
    spike.band?.mean ?? null,
    told[at]?.sentence,
    told[at]?.command,
  ]),
});

const times = ({ from, until, peak_at }: Spike): Value[] => [from, until, peak_at];

const columns: RowColumn[] = [
  { name: "kind", type: "text" },
  { name: "measure", type: "text" },
  { name: "from", type: "time" },
  { name: "until", type: "time" },
  { name: "peak_at", type: "time" },
  { name: "value", type: "int" },
  { name: "expected", type: "float" },
  { name: "mean_7_days", type: "float" },
  { name: "sentence", type: "text" },
  { name: "command", type: "text" },
];
