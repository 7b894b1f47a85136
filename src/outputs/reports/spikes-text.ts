import type { SpikesResult } from "../../analyses/spikes/spikes.js";
import { spikesHeadline, type SpikeTold } from "../../findings/spikes.js";
import { stepCount, stepName } from "../../findings/steps.js";
import { terminalText } from "../escape.js";
import type { Look } from "../look.js";
import { integer } from "../numbers.js";
import { sparkline } from "../sparkline.js";
import { localTime } from "../times.js";
import { wrap } from "./wrap.js";

const INDENT = 4;

/** The spikes in words, each with its evidence and the command that explains it. */
export function spikesText(
  result: SpikesResult,
  told: readonly SpikeTold[],
  zone: string,
  look: Look,
): string[] {
  const { style } = look;
  const paint = result.spikes.length > 0 ? style.yellow : style.green;
  return [
    ...wrap(spikesHeadline(result, look.locale), look.width).map((line) => style.bold(paint(line))),
    ...told.flatMap(({ sentence, evidence, command }) => [
      "",
      ...wrap(terminalText(sentence), look.width, 2).map(style.bold),
      ...evidence.flatMap((line) => wrap(line, look.width, INDENT)).map(style.dim),
      `${" ".repeat(INDENT)}${terminalText(command)}`,
    ]),
    ...hoursLines(result, zone, look),
  ];
}

/** The whole series in one line, so that people see what is meant. */
function hoursLines({ hours }: SpikesResult, zone: string, look: Look): string[] {
  const first = hours?.buckets[0];
  const last = hours?.buckets.at(-1);
  if (hours === undefined || first === undefined || last === undefined) return [];
  const counts = hours.buckets.map(({ requests }) => requests);
  const width = Math.min(look.width - 2, 96);
  const count = stepCount(integer(counts.length, look.locale), hours.step);
  return [
    "",
    `  requests/${stepName(hours.step)}`,
    `  ${sparkline(counts, width, { ascii: look.ascii })}`,
    ...wrap(
      `${localTime(first.from, zone)} .. ${localTime(last.from, zone)} ${zone}, ${count}`,
      look.width,
      2,
    ),
  ];
}
