import type { FloodsResult } from "../analyses/floods/floods.js";
import { duration, integer, percent } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import { floodTold } from "./floods.js";
import type { Verdict, Wording } from "./verdict.js";

/** The five cells about the client that flooded most. */
export function flooded(
  { floods }: FloodsResult,
  all: number,
  wording: Wording,
): Verdict | undefined {
  const [flood] = floods;
  if (flood === undefined) return undefined;
  const { zone, locale } = wording;
  const { story, from, until } = flood;
  const count = (value: number): string => integer(value, locale);
  const told = floodTold(flood, wording);
  const show = (time: Date): string => localTime(time, zone);
  const others = floods.length - 1;
  return {
    unusual: true,
    severity: flood.requests >= MUCH * all ? "medium" : "low",
    who: {
      text: flood.client_ip,
      ...(others > 0 ? { detail: `and ${count(others)} more that flooded` } : {}),
    },
    what: {
      text: `${flood.kind}: ${count(flood.requests)} requests, ${percent(story.share, locale)} of all of that time`,
      ...(story.object === null ? {} : { detail: `most asked for: ${story.object}` }),
    },
    since: {
      text: `${show(from)} ${zone}`,
      detail: `${flood.goes_on ? "still when the log ends" : `until ${show(until)}`}, ${duration(until.getTime() - from.getTime(), locale)}`,
    },
    how_unusual: { text: told.evidence[0] ?? told.sentence },
    do: { text: "see what it does, then limit its rate", command: told.command },
    evidence: [told.sentence, ...told.evidence],
  };
}

/** From this part of all requests on, a flood is a load. */
const MUCH = 0.2;
