import type { Flood, FloodsResult } from "../../analyses/floods/floods.js";
import type { Timer } from "../../analyses/floods/timers.js";
import { floodsHeadline, floodTold, timerTold, type Told } from "../../findings/floods.js";
import type { Wording } from "../../findings/verdict.js";
import { terminalText } from "../escape.js";
import type { Look } from "../look.js";
import { duration, integer } from "../numbers.js";
import { textTable } from "../table.js";
import { wrap } from "./wrap.js";

/** Floods in words, timers that changed in words, and a table of the steady ones. */
export function floodsText(result: FloodsResult, wording: Wording, look: Look): string[] {
  const { floods, shared, timers, unusual } = result;
  const { style } = look;
  const paint = unusual ? style.yellow : style.green;
  const changed = timers.filter(({ change }) => change !== null);
  const steady = timers.filter(({ change }) => change === null);
  const floodLines = (list: readonly Flood[]): string[] =>
    list.flatMap((flood) => told(flood.client_ip, floodTold(flood, wording), look));
  const sections: [string, string[]][] = [
    ["FLOODS", floodLines(floods)],
    [
      "TIMERS THAT CHANGED",
      changed.flatMap((timer) => told(timer.client_ip, timerTold(timer, wording), look)),
    ],
    ["STEADY TIMERS", timerTable(steady, look)],
    ["BUSY ADDRESSES OF PERHAPS MANY PEOPLE", floodLines(shared)],
  ];
  return [
    ...wrap(floodsHeadline(result), look.width).map((line) => style.bold(paint(line))),
    ...sections.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ["", style.bold(title), ...lines],
    ),
  ];
}

const INDENT = 4;

function told(who: string, { sentence, evidence, command }: Told, look: Look): string[] {
  return [
    `  ${look.style.bold(terminalText(who))}`,
    ...wrap(terminalText(sentence), look.width, INDENT),
    ...evidence.flatMap((line) => wrap(terminalText(line), look.width, INDENT)).map(look.style.dim),
    `${" ".repeat(INDENT)}${terminalText(command)}`,
  ];
}

function timerTable(timers: readonly Timer[], look: Look): string[] {
  if (timers.length === 0) return [];
  const { locale } = look;
  return textTable(
    [
      { title: "client_ip", ellipsis: "never" },
      { title: "calls every", align: "right", ellipsis: "never" },
      { title: "an hour", align: "right", ellipsis: "never" },
      { title: "half within", align: "right", ellipsis: "never", priority: 3 },
      { title: "hours identical", align: "right", ellipsis: "never", priority: 2 },
      { title: "requests", align: "right", ellipsis: "never", priority: 1 },
    ],
    timers.map(({ client_ip, rhythm, hours, requests }) => [
      client_ip,
      rhythm.too_fast ? "< 5 s" : duration(rhythm.period_s * 1000, locale),
      integer(hours.usual, locale),
      rhythm.too_fast ? "" : duration(rhythm.half_within_s * 1000, locale),
      `${integer(hours.identical, locale)} of ${integer(hours.hours, locale)}`,
      integer(requests, locale),
    ]),
    { ...look, indent: 2, mention: false },
  );
}
