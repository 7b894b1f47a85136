import type { Evidence } from "../../analyses/scrapers/evidence.js";
import type {
  Class,
  JudgedClient,
  JudgedGroup,
  ScrapersResult,
  SharedAddress,
  Verdict,
} from "../../analyses/scrapers/result.js";
import { isAccused } from "../../analyses/scrapers/result.js";
import { terminalText } from "../escape.js";
import { fit } from "../fit.js";
import type { Look } from "../look.js";
import { bytes, integer, percent } from "../numbers.js";
import { localTime } from "../times.js";
import { wrap } from "./wrap.js";

/** What a class is called. */
export const classNames: Record<Class, string> = {
  "verified-crawler": "verified crawler",
  impostor: "impostor: not the crawler it claims to be",
  "declared-automaton": "says itself that it is an automaton",
  poller: "polls the same few pages",
  scanner: "scanner, looks for what is not there",
  "sequential-scraper": "scraper, goes through numbers in order",
  scraper: "scraper",
  automaton: "no browser, but not seen to work through the site",
  "rotating-user-agent": "scraper that changes its User-Agent",
  "distributed-campaign": "distributed campaign",
  "shared-address": "shared address, with people behind it",
  "cannot-tell": "cannot tell",
};

/** Classes that are told apart from the accused. */
const AVOWED = new Set<Class>(["verified-crawler", "declared-automaton"]);

/** The verdicts for people: the answer, then everybody with the evidence for and against. */
export function scrapersText(result: ScrapersResult, zone: string, look: Look): string[] {
  const { clients, groups, shared_addresses: shared, notes } = result;
  const own = clients.filter(({ group, class: kind }) => group === null && !AVOWED.has(kind));
  const accused = own.filter(isAccused);
  const automata = own.filter(({ class: kind }) => kind === "automaton");
  const doubtful = own.filter((one) => !isAccused(one) && one.class !== "automaton");
  const avowed = clients.filter(({ class: kind }) => AVOWED.has(kind));
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", look.style.bold(title), ...lines];
  const { too_little_data: few, judged } = result;
  const count = (value: number): string => integer(value, look.locale);
  return [
    ...wrap(headline(accused, groups.filter(isAccused), look), look.width).map(look.style.bold),
    ...section(
      "ALONE",
      accused.flatMap((one) => clientLines(one, zone, look)),
    ),
    ...section(
      "TOGETHER",
      groups.flatMap((one) => groupLines(one, zone, look)),
    ),
    ...section(
      "AUTOMATA OR APPS: no browsers, but not seen to work through the site",
      automata.flatMap((one) => automatonLine(one, look)),
    ),
    ...section(
      "IN DOUBT: something speaks against them, but not enough",
      doubtful.flatMap((one) => clientLines(one, zone, look)),
    ),
    ...section(
      "SAY THEMSELVES THAT THEY ARE AUTOMATA",
      avowed.flatMap((one) => avowedLine(one, look)),
    ),
    ...section(
      "SHARED: not accused",
      shared.flatMap((one) => sharedLines(one, look)),
    ),
    "",
    ...wrap(
      `${count(judged)} clients judged; ${count(few.clients)} more had too few requests ` +
        `(${percent(few.share, look.locale)} of all requests)`,
      look.width,
    ),
    ...notes.flatMap((note) => wrap(terminalText(note), look.width)),
  ];
}

function headline(
  clients: readonly JudgedClient[],
  groups: readonly JudgedGroup[],
  look: Look,
): string {
  if (clients.length === 0 && groups.length === 0) return "Nobody looks like a scraper.";
  const many = (count: number, one: string, more: string): string[] =>
    count === 0 ? [] : [`${integer(count, look.locale)} ${count === 1 ? one : more}`];
  const who = [
    ...many(clients.length, "client", "clients"),
    ...many(groups.length, "group", "groups"),
  ].join(" and ");
  const one = clients.length + groups.length === 1;
  return `${who} ${one ? "looks like a scraper" : "look like scrapers"}.`;
}

function clientLines(client: JudgedClient, zone: string, look: Look): string[] {
  const agent = client.user_agent ?? "(no User-Agent)";
  return [
    heading(client, client.client_ip, zone, look),
    indented(look.style.dim(fit(terminalText(agent), look.width - 4, "middle", mark(look)))),
    ...evidenceLines(client.evidence, look),
  ];
}

function groupLines(group: JudgedGroup, zone: string, look: Look): string[] {
  const kinds: Record<JudgedGroup["kind"], string> = {
    address: "",
    subnet: "",
    user_agent: "User-Agent ",
    session: "session ",
    search: "search ",
    pool: "scattered addresses",
  };
  const value = group.value ?? "";
  const { members, addresses } = group;
  const first = members.slice(0, 5).map(({ client_ip: ip }) => terminalText(ip));
  const rest = addresses - first.length;
  const others = rest > 0 ? ` and ${integer(rest, look.locale)} more` : "";
  const unproven = members.some(({ proven }) => !proven)
    ? "; not every member is proven on its own"
    : "";
  const named =
    members.length < 2 ? [] : wrap(`${first.join(", ")}${others}${unproven}`, look.width, 4);
  return [
    heading(group, `${kinds[group.kind]}${value}`, zone, look),
    ...evidenceLines(group.evidence, look),
    ...named.map(look.style.dim),
  ];
}

const mark = ({ ascii }: Look): string => (ascii ? "..." : "…");
const indented = (line: string): string => `    ${line}`;

function heading(verdict: Verdict, name: string, zone: string, look: Look): string {
  const { band, class: kind, traffic, score } = verdict;
  const paint = isAccused(verdict) ? look.style.yellow : look.style.dim;
  const requests = `${integer(traffic.requests, look.locale)} requests, ${bytes(traffic.bytes_sent, { locale: look.locale })}`;
  const since = `${localTime(traffic.first_seen, zone)} .. ${localTime(traffic.last_seen, zone)}`;
  const what = `${classNames[kind]} (${band === "none" ? "no evidence" : band}, ${score.toFixed(1)})`;
  const shown = fit(terminalText(name), 60, "middle", mark(look));
  return wrap(`${shown}: ${what}; ${requests}, ${since}`, look.width, 2)
    .map((line, at) => (at === 0 ? paint(line) : line))
    .join("\n");
}

/** For with `+`, against with `-`, what has no points with a blank. */
function evidenceLines(evidence: readonly Evidence[], look: Look): string[] {
  return evidence.flatMap(({ points, sentence }) => {
    const sign = points > 0 ? "+" : points < 0 ? "-" : " ";
    const lines = wrap(terminalText(cut(sentence, look)), look.width - 6);
    return lines.map((line, at) => `    ${at === 0 ? sign : " "} ${line}`);
  });
}

/** A URL in a sentence may be kilobytes long. */
const cut = (sentence: string, look: Look): string => fit(sentence, 300, "middle", mark(look));

function automatonLine(client: JudgedClient, look: Look): string[] {
  const { client_ip: ip, user_agent: agent, traffic } = client;
  const requests = `${integer(traffic.requests, look.locale)} requests`;
  const text = terminalText(`${ip}  ${requests}  ${agent ?? "(no User-Agent)"}`);
  return [`  ${fit(text, look.width - 2, "end", mark(look))}`];
}

function avowedLine(client: JudgedClient, look: Look): string[] {
  const { client_ip: ip, declared, class: kind, traffic, evidence } = client;
  const checked = evidence.find(({ signal }) => signal === "C1");
  const state = kind === "verified-crawler" ? "verified" : "not verified";
  const text = `${ip}  ${declared ?? ""}, ${integer(traffic.requests, look.locale)} requests, ${state}`;
  const why = checked === undefined ? "" : `: ${checked.sentence}`;
  return wrap(terminalText(text + why), look.width, 2);
}

function sharedLines(shared: SharedAddress, look: Look): string[] {
  const { client_ip: ip, user_agents: agents, traffic } = shared;
  const requests = integer(traffic.requests, look.locale);
  const text = `${ip}  ${integer(agents, look.locale)} User-Agents, ${requests} requests`;
  return [...wrap(terminalText(text), look.width, 2), ...evidenceLines(shared.evidence, look)];
}
