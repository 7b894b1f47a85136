import type { ReportResult } from "../analyses/report.js";
import type { TopRow } from "../analyses/top.js";
import { bytes, duration, integer, percent, times } from "../outputs/numbers.js";
import { shellWord } from "../outputs/escape.js";
import { localTime } from "../outputs/times.js";
import type { Verdict } from "./verdict.js";

/** From this many User-Agents on, an address may be many people behind one proxy. */
const MANY_AGENTS = 20;

/** How verdicts are worded; the sources stand in the commands that show more. */
export interface Wording {
  readonly zone: string;
  readonly locale: string;
  /** The sources and format flags of this run, quoted for a shell. */
  readonly sources: string;
}

/** The five cells from the report's numbers. */
export function judge(result: ReportResult, wording: Wording): Verdict {
  return result.standout === undefined ? calm(result, wording) : standsOut(result, wording);
}

function standsOut(result: ReportResult, { zone, locale, sources }: Wording): Verdict {
  const { row, by, spread, story } = result.standout as NonNullable<ReportResult["standout"]>;
  const ip = String(row["client_ip"]);
  const amount =
    by === "bytes_sent"
      ? bytes(row.bytes_sent ?? 0, { locale })
      : `${integer(row.requests, locale)} requests`;
  const measured = by === "bytes_sent" ? "bytes" : "requests";
  const [object] = story.objects.rows;
  const [agent] = story.user_agents.rows;
  const agents = story.user_agents.concentration.groups;
  const where = `-w ${shellWord(`client_ip=${ip}`)}`;
  const median =
    row.times_median === null ? "" : `, ${times(row.times_median, { locale })} the median`;
  const first = row.first_seen;
  const last = row.last_seen;
  const objects = story.objects.concentration.groups;
  return {
    unusual: true,
    who: {
      text: ip,
      detail:
        story.bot === undefined
          ? nameAgents(agent?.["user_agent"], agents, locale)
          : LIBRARY.test(story.bot)
            ? `a program: ${plainText(agent?.["user_agent"])}`
            : `says it is ${story.bot} (not verified): ${plainText(agent?.["user_agent"])}`,
    },
    what: {
      text: `${percent(row.share, locale)} of all ${measured}: ${integer(row.requests, locale)} requests, ${bytes(row.bytes_sent ?? 0, { locale })}`,
      ...(object === undefined || object["object"] === null
        ? {}
        : { detail: nameObjects(object, objects, locale) }),
    },
    since: {
      text: first === null ? "unknown: the log has no times" : `${localTime(first, zone)} ${zone}`,
      ...(first === null || last === null
        ? {}
        : {
            detail: `until ${localTime(last, zone)}, ${duration(last.getTime() - first.getTime(), locale)}`,
          }),
    },
    how_unusual: {
      text: `${times(row.times_mean, { locale })} the average of ${integer(spread.groups, locale)} clients${median}`,
      detail: `Gini ${spread.gini.toFixed(2)}, ${clients(spread.half, locale)} half of the ${measured}`,
    },
    do: {
      text:
        agents >= MANY_AGENTS
          ? `look first: ${integer(agents, locale)} User-Agents, it may be many people behind one address`
          : story.bot === undefined || LIBRARY.test(story.bot)
            ? "see what it does hour by hour, then limit or block it"
            : "verify that it is who it says, then limit it or leave it",
      command: `culprit activity ${where} ${sources}`,
    },
    evidence: [
      `${ip} made ${integer(row.requests, locale)} of ${integer(result.totals.requests, locale)} requests and received ${bytes(row.bytes_sent ?? 0, { locale })} of ${bytes(result.totals.bytes_sent, { locale })}.`,
      `The average client has ${by === "bytes_sent" ? bytes(Math.round(spread.mean), { locale }) : `${spread.mean.toFixed(1)} requests`}; this one has ${amount}.`,
      `It used ${integer(agents, locale)} User-Agent${agents === 1 ? "" : "s"} and asked for ${integer(objects, locale)} different things.`,
    ],
  };
}

/** Names that say what software it is, not who runs it: there is nobody to verify. */
const LIBRARY =
  /python|requests|curl|wget|java|okhttp|axios|node|ruby|perl|libwww|go-http|http-?client/i;

/** From this share on, one thing is what a client is after. */
const MOSTLY = 0.2;

/** What a client asked for: the thing it asked for most, or how many different ones. */
function nameObjects(most: TopRow, count: number, locale: string): string {
  const name = [most["method"], most["object"]].map(plainText).join(" ").trim();
  if (count === 1) return name;
  const different = `${integer(count, locale)} different`;
  return most.share >= MOSTLY
    ? `mostly ${name} (${percent(most.share, locale)}), ${different}`
    : `${different} things, such as ${name}`;
}

const plainText = (value: unknown): string => (typeof value === "string" ? value : "");

const clients = (count: number, locale: string): string =>
  count === 1 ? "1 client makes" : `${integer(count, locale)} clients make`;

function nameAgents(agent: unknown, count: number, locale: string): string {
  if (typeof agent !== "string") return "sends no User-Agent";
  return count > 1 ? `${integer(count, locale)} User-Agents, mostly ${agent}` : agent;
}

function calm(
  { totals, consumers, timeline }: ReportResult,
  { zone, locale, sources }: Wording,
): Verdict {
  const [first] = consumers.by_requests.rows;
  const { groups } = consumers.by_requests.concentration;
  const buckets = timeline?.buckets ?? [];
  const most = buckets.reduce((best, bucket) => (bucket.requests > best.requests ? bucket : best), {
    from: new Date(0),
    requests: 0,
  });
  const mean = buckets.length === 0 ? 0 : totals.requests / buckets.length;
  return {
    unusual: false,
    who: {
      text: groups === 1 ? "only one client is in this log" : "nobody stands out",
      ...(groups === 1
        ? { detail: "behind a balancer? then log the X-Forwarded-For address" }
        : {}),
    },
    what: {
      text:
        first === undefined
          ? "no client addresses were logged"
          : `the top client makes ${percent(first.share, locale)} of ${integer(totals.requests, locale)} requests`,
    },
    since: {
      text:
        totals.first === null || totals.last === null
          ? "unknown: the log has no times"
          : `${localTime(totals.first, zone)} .. ${localTime(totals.last, zone)} ${zone}`,
    },
    how_unusual: {
      text:
        mean === 0
          ? "nothing to compare"
          : `busiest ${stepName(timeline?.step ?? 3600)} ${times(most.requests / mean, { locale })} the average`,
    },
    do: { text: "nothing to do", command: `culprit top client_ip,path ${sources}` },
    evidence: [],
  };
}

/** A step of the timeline as a word. */
export const stepName = (seconds: number): string =>
  seconds >= 86_400 ? "day" : seconds >= 3600 ? "hour" : "minute";
