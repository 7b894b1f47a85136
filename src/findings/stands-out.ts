import type { ReportResult, Story } from "../analyses/report.js";
import type { TopRow } from "../analyses/top.js";
import { isOwnNetwork } from "../formats/addresses.js";
import { shellWord } from "../outputs/escape.js";
import { bytes, duration, integer, percent, times } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import type { Cell, Severity, Verdict, Wording } from "./verdict.js";

/** From this many User-Agents on, an address may be many people behind one proxy. */
const MANY_AGENTS = 20;

/** The five cells about the client that stands out. */
export function standsOut(result: ReportResult, wording: Wording): Verdict {
  const found = result.standout as NonNullable<ReportResult["standout"]>;
  const { row, by, story } = found;
  const { locale, sources } = wording;
  const ip = String(row["client_ip"]);
  const agents = story.user_agents.concentration.groups;
  const where = `-w ${shellWord(`client_ip=${ip}`)}`;
  return {
    unusual: true,
    severity: severityOf(row.share, agents),
    who: { text: ip, detail: whoAll(found, locale) },
    what: {
      text:
        `${percent(row.share, locale)} of all ${measured(by)}: ${integer(row.requests, locale)} requests, ` +
        bytes(row.bytes_sent ?? 0, { locale }),
      ...whatDetail(found.story, locale),
    },
    since: sinceCell(found.story, row, wording),
    how_unusual: {
      text: howText(found, wording),
      detail: howDetail(found, locale),
    },
    do: { text: advice(found, locale), command: `culprit activity ${where} ${sources}` },
    evidence: evidence(result, found, locale),
  };
}

type Found = NonNullable<ReportResult["standout"]>;

const measured = (by: Found["by"]): string => (by === "bytes_sent" ? "bytes" : "requests");

/** How much of everything it takes; an address that many people may share is a weaker case. */
function severityOf(share: number, agents: number): Severity {
  const level = (share >= 0.5 ? 2 : share >= 0.2 ? 1 : 0) - (agents >= MANY_AGENTS ? 1 : 0);
  return (["low", "medium", "high"] as const)[Math.max(0, level)] ?? "low";
}

/** Names that say what software it is, not who runs it. */
const LIBRARY = /^(?:java|ruby|perl|python|php|libwww|node|aws-|boto|s3|rclone|.*http-?client)/i;

/** Somebody who could be asked, or a name that is kept by somebody. */
const OPERATOR = /https?:|@|bot|crawl|spider/i;

/** A program that anybody may run: there is nobody whose word could be verified. */
function isProgram({ bot, user_agents: { rows } }: Story): boolean {
  if (bot === undefined) return false;
  if (bot.kind === "http-library" || LIBRARY.test(bot.name)) return true;
  const isKnown = bot.kind !== undefined && bot.kind !== "scanner";
  return !isKnown && !OPERATOR.test(String(rows[0]?.["user_agent"]));
}

/** So many others fit beside what the first one says it is. */
const BESIDE = 2;

/** Several at once are often one campaign, so they are named together. */
function whoAll(found: Found, locale: string): string {
  const { others, story } = found;
  if (others.length === 0) return whoDetail(found, locale);
  const more = others.length - BESIDE;
  const named = others.slice(0, BESIDE).map((other) => shareOf(other, locale));
  const also = `and ${named.join(", ")}${more > 0 ? `, ${integer(more, locale)} more` : ""}`;
  if (story.bot === undefined || story.user_agents.concentration.groups >= MANY_AGENTS) {
    return `${also}; ${whoDetail(found, locale)}`;
  }
  const { name } = story.bot;
  return `${also}; ${isProgram(story) ? `a program: ${name}` : `says it is ${name} (not verified)`}`;
}

const shareOf = (row: TopRow, locale: string): string =>
  `${String(row["client_ip"])} (${percent(row.share, locale)})`;

/** Whose address it is, and what it says it is. */
export function whoDetail({ story }: { readonly story: Story }, locale: string): string {
  const { owner, as_org: network, country } = story.owner;
  const whose = [owner ?? network, country].filter((part) => part !== null).join(", ");
  const claim = claimOf(story, locale);
  return whose === "" ? claim : `${whose}; ${claim}`;
}

function claimOf(story: Story, locale: string): string {
  const agent = story.user_agents.rows[0]?.["user_agent"];
  const count = story.user_agents.concentration.groups;
  if (typeof agent !== "string") return "sends no User-Agent";
  if (count >= MANY_AGENTS) {
    return `perhaps many people: ${integer(count, locale)} User-Agents, mostly ${agent}`;
  }
  if (story.bot === undefined) {
    return count > 1 ? `${integer(count, locale)} User-Agents, mostly ${agent}` : agent;
  }
  if (isProgram(story)) return `a program: ${agent}`;
  return `says it is ${story.bot.name} (not verified): ${agent}`;
}

/** From this share on, one thing is what a client is after. */
const MOSTLY = 0.2;

/** What it asked for: the thing it asked for most, or how many different ones. */
export function whatDetail(story: Story, locale: string): Pick<Cell, "detail"> {
  const { rows, concentration } = story.objects;
  const [most] = rows;
  if (most === undefined || most["object"] === null) return {};
  const name = nameOf(most);
  const count = concentration.groups;
  if (count === 1) return { detail: name };
  const different = `${integer(count, locale)} different`;
  return {
    detail:
      most.share >= MOSTLY
        ? `mostly ${name} (${percent(most.share, locale)}), ${different}`
        : `${different} things, such as ${name}`,
  };
}

const nameOf = (row: TopRow): string =>
  [row["method"], row["object"]].filter((part) => typeof part === "string").join(" ");

/** Of less than ten minutes the seconds matter. */
const SHORT = 600_000;

/** When it was busy, as exactly as the log can tell. */
export function sinceCell({ onset }: Story, row: TopRow, { zone, locale }: Wording): Cell {
  if (onset === undefined) return { text: "unknown: the log has no times" };
  const { from, until, before, after, from_start: fromStart, goes_on: goesOn } = onset;
  const { first_seen: first, last_seen: last } = row;
  const ms = Math.max(1000, until.getTime() - from.getTime());
  const show = (time: Date): string => localTime(time, zone, ms < SHORT ? "second" : "minute");
  const length = duration(ms, locale);
  if (fromStart && goesOn) {
    const detail = `or before: busy from the log's first line to its last, ${length}`;
    return { text: `${show(from)} ${zone}`, detail };
  }
  const notes = [
    goesOn
      ? `still busy at the end of the log, ${length} so far`
      : `until ${show(until)}, ${length}`,
    ...(fromStart ? ["perhaps from before the log begins"] : []),
    ...(before && first !== null ? [`first seen ${show(first)}`] : []),
    ...(after && last !== null ? [`last seen ${show(last)}`] : []),
  ];
  return { text: `${show(from)} ${zone}`, detail: notes.join("; ") };
}

function howText({ row, spread, small }: Found, { locale, ascii }: Wording): string {
  if (small) {
    const others = spread.groups - 1;
    return others === 1
      ? "there is only one other client"
      : `there are only ${integer(others, locale)} other clients`;
  }
  const median =
    row.times_median === null ? "" : `, ${times(row.times_median, { locale, ascii })} the median`;
  return `${times(row.times_mean, { locale, ascii })} the average of ${integer(spread.groups, locale)} clients${median}`;
}

function howDetail({ by, spread }: Found, locale: string): string {
  const half =
    spread.half === 1 ? "1 client makes" : `${integer(spread.half, locale)} clients make`;
  return `Gini ${spread.gini.toFixed(2)}, ${half} half of the ${measured(by)}`;
}

function advice({ row, story }: Found, locale: string): string {
  const agents = story.user_agents.concentration.groups;
  if (isOwnNetwork(String(row["client_ip"]))) {
    return "find out which of your own machines this is: a balancer hides its clients, a monitor may be meant";
  }
  if (agents >= MANY_AGENTS) {
    return `look first: ${integer(agents, locale)} User-Agents, it may be many people behind one address`;
  }
  return story.bot === undefined || isProgram(story)
    ? "see what it does hour by hour, then limit or block it"
    : "verify that it is who it says, then limit it or leave it";
}

function evidence({ totals, consumers }: ReportResult, found: Found, locale: string): string[] {
  const { row, by, spread, story } = found;
  const size = (value: number): string => bytes(Math.round(value), { locale });
  const count = (value: number): string => integer(value, locale);
  const ip = String(row["client_ip"]);
  const agents = story.user_agents.concentration.groups;
  const objects = story.objects.concentration.groups;
  const own = by === "bytes_sent" ? size(row.bytes_sent ?? 0) : `${count(row.requests)} requests`;
  const mean = by === "bytes_sent" ? size(spread.mean) : `${spread.mean.toFixed(1)} requests`;
  const other = by === "bytes_sent" ? consumers.by_requests : consumers.by_bytes;
  const [first] = other.rows;
  return [
    `${ip} made ${count(row.requests)} of ${count(totals.requests)} requests and received ${size(row.bytes_sent ?? 0)} of ${size(totals.bytes_sent)}.`,
    `The average client has ${mean}; this one has ${own}.`,
    ...(found.others.length === 0
      ? []
      : [`Far out as well: ${found.others.map((far) => shareOf(far, locale)).join(", ")}.`]),
    `It used ${count(agents)} User-Agent${agents === 1 ? "" : "s"} and asked for ${count(objects)} different thing${objects === 1 ? "" : "s"}.`,
    ...(first === undefined || first["client_ip"] === ip
      ? []
      : [
          `By ${other.by === "requests" ? "requests" : "bytes"} another client is first: ${String(first["client_ip"])} with ${percent(first.share, locale)}.`,
        ]),
  ];
}
