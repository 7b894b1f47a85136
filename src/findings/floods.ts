import type { Flood, FloodsResult } from "../analyses/floods/floods.js";
import type { Hours, Rhythm } from "../analyses/floods/rhythm.js";
import type { Timer } from "../analyses/floods/timers.js";
import { shellWord } from "../outputs/escape.js";
import { duration, integer, percent } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import type { Wording } from "./verdict.js";

/** A flood or a timer in words. */
export interface Told {
  readonly sentence: string;
  readonly evidence: readonly string[];
  /** Shows more, ready to paste. */
  readonly command: string;
  /** The requests behind it, for `culprit sql`. */
  readonly sql: string;
}

/** What all is about, in one line. */
export function floodsHeadline({ floods, shared, timers, unusual }: FloodsResult): string {
  const changed = timers.filter(({ change }) => change !== null).length;
  const parts = [
    ...(floods.length === 0 ? [] : [`${many(floods.length, "client")} flooded`]),
    ...(changed === 0 ? [] : [`${many(changed, "timer")} changed`]),
    ...(timers.length === changed ? [] : [many(timers.length - changed, "steady timer")]),
    ...(shared.length === 0
      ? []
      : [`${many(shared.length, "busy address")} of perhaps many people`]),
  ];
  if (!unusual) return ["nothing unusual", ...parts].join("; ");
  return parts.join("; ");
}

const many = (count: number, name: string): string =>
  `${count} ${name}${count === 1 ? "" : name.endsWith("s") ? "es" : "s"}`;

/** From this part on, one thing is what a client is after. */
const MOSTLY = 0.2;

/** What a client did all at once or for hours. */
export function floodTold(flood: Flood, wording: Wording): Told {
  const { locale, zone } = wording;
  const { story, step, others, own } = flood;
  const count = (value: number): string => integer(value, locale);
  const unit = step === 60 ? "a minute" : "an hour";
  const length = duration(flood.until.getTime() - flood.from.getTime(), locale);
  const rate =
    step === 60
      ? `${count(flood.requests)} requests within ${length}`
      : `${count(flood.requests)} requests in ${length}`;
  const begin = flood.from_start ? "since the log begins" : `from ${localTime(flood.from, zone)}`;
  const end = flood.goes_on
    ? "and goes on when the log ends"
    : `until ${localTime(flood.until, zone)}`;
  const failed =
    story.errors === 0 ? [] : [`${percent(story.errors / flood.requests, locale)} of them failed`];
  return {
    sentence:
      `${flood.kind}: ${rate}, ${begin} ${end} ${zone}; ` +
      `${percent(story.share, locale)} of all requests of that time`,
    evidence: [
      `up to ${count(flood.peak)} ${unit}; nine of ten other clients never exceed ${count(others)}`,
      own === null ? "hardly there at other times" : `${count(own)} ${unit} at other times`,
      ...(story.object === null || story.object_share < MOSTLY
        ? []
        : [`${percent(story.object_share, locale)} of its requests ask for ${story.object}`]),
      ...failed,
      story.user_agents === 0 ? "no User-Agent" : many(story.user_agents, "User-Agent"),
    ],
    ...shows(flood.client_ip, wording, length.includes("d") ? undefined : "1m"),
  };
}

/** How regularly a client calls, in the words of the issue it settles. */
export function rhythmTold(rhythm: Rhythm, hours: Hours, locale: string): string {
  const count = (value: number): string => integer(value, locale);
  const same = `${count(hours.identical)} of ${count(hours.hours)} hours identical`;
  if (rhythm.too_fast) {
    return (
      `calls about ${count(hours.per_hour)} times an hour, evenly; most gaps are under ` +
      `5 s, too short to judge by whole seconds`
    );
  }
  const exact = `half of the gaps within ${duration(rhythm.half_within_s * 1000, locale)}`;
  return `calls every ${seconds(rhythm.period_s, locale)}, ${count(hours.usual)} an hour, ${exact}, ${same}`;
}

/** A timer's rhythm, and how it changed. */
export function timerTold({ client_ip, rhythm, hours, change }: Timer, wording: Wording): Told {
  const { locale, zone } = wording;
  const usual = rhythmTold(rhythm, hours, locale);
  const count = (value: number): string => integer(value, locale);
  const at = change === null ? "" : `${localTime(change.from, zone)} ${zone}`;
  const until =
    change === null || change.until === null ? "" : ` until ${localTime(change.until, zone)}`;
  const sentence =
    change === null
      ? usual
      : change.kind === "silent"
        ? `fell silent at ${at}; before, it ${usual}`
        : `used to call ${count(change.before_per_hour)} times an hour, ` +
          `${count(change.after_per_hour)} from ${at}${until}; before, it ${usual}`;
  return {
    sentence,
    evidence: [
      `gaps: median ${seconds(rhythm.period_s, locale)}, spread ${rhythm.spread.toFixed(2)} of it, ` +
        `deviation ${rhythm.cv.toFixed(2)} of the mean, ${count(rhythm.ticks)} gaps`,
      `hourly counts: variance ${hours.fano.toFixed(2)} of the mean (0: a clock, 1: chance, more: people)`,
    ],
    ...shows(client_ip, wording),
  };
}

/** Seconds as people count a period: `150 s` rather than `2 min 30 s`. */
const seconds = (value: number, locale: string): string =>
  value <= 600 ? `${integer(value, locale)} s` : duration(value * 1000, locale);

function shows(
  client: string,
  { sources }: Wording,
  every?: string,
): Pick<Told, "command" | "sql"> {
  const step = every === undefined ? "" : ` --every ${every}`;
  return {
    command: `culprit activity -w ${shellWord(`client_ip=${client}`)}${step} ${sources}`.trimEnd(),
    sql: `SELECT * FROM requests WHERE client_ip = '${client.replaceAll("'", "''")}' ORDER BY time`,
  };
}
