import type { BotName } from "../bot-names.js";
import type { Client } from "./clients.js";
import type { Closer } from "./closer.js";
import {
  bandOf,
  evidenceOf,
  probes,
  scoreOf,
  worksThrough,
  type Band,
  type Evidence,
} from "./evidence.js";
import { parameters } from "./parameters.js";
import type { Class, JudgedClient } from "./result.js";
import type { Site } from "./site.js";
import type { Check } from "./verify.js";

/** What is known of a client beside its own traffic. */
export interface Beside {
  readonly site: Site;
  readonly closer: Closer;
  readonly nameOf: (agent: string) => BotName | undefined;
  readonly checkOf: (client: Client) => Check | undefined;
  /** Addresses that are judged as a whole, as they change their User-Agent. */
  readonly rotating: ReadonlySet<string>;
}

/** One client's verdict, from its own requests alone. */
export function judgeClient(client: Client, beside: Beside): JudgedClient {
  const { client_ip: address, user_agent: agent, traffic, hours, tail } = client;
  const pace = beside.closer.client(address, agent);
  const found = evidenceOf({ traffic, hours, tail, pace }, beside.site);
  const bot = agent === null ? undefined : beside.nameOf(agent);
  const check = bot && beside.checkOf(client);
  const evidence = check === undefined ? found : [checked(check), ...found];
  const rotates = beside.rotating.has(address);
  const kind = classOf(client, evidence, bot, check, rotates);
  return {
    client_ip: address,
    user_agent: agent,
    score: scoreOf(evidence),
    class: kind,
    band: bandFor(kind, evidence),
    evidence,
    traffic,
    declared: bot?.name ?? null,
    verification: check?.verification ?? null,
    group: rotates ? address : null,
  };
}

/** A check's points are 0: it decides the class, whatever else is seen. */
const checked = ({ sentence }: Check): Evidence => ({ signal: "C1", points: 0, sentence });

/** The first that fits. */
function classOf(
  { traffic }: Client,
  evidence: readonly Evidence[],
  bot: BotName | undefined,
  check: Check | undefined,
  rotates: boolean,
): Class {
  if (check?.verification === "verified") return "verified-crawler";
  if (check?.verification === "failed") return "impostor";
  if (bot !== undefined) return "declared-automaton";
  const { requests, pages, leastPages } = {
    ...parameters.poller,
    leastPages: parameters.leastPages,
  };
  const polls = traffic.assets === 0 && traffic.distinct_pages <= pages;
  if (polls && traffic.requests >= requests) return "poller";
  const convicted = isConvicted(bandOf(evidence));
  if (probes(traffic) && convicted) return "scanner";
  if (traffic.distinct_pages < leastPages) return "cannot-tell";
  if (convicted && !worksThrough(evidence)) return "automaton";
  if (convicted && rotates) return "rotating-user-agent";
  if (convicted && evidence.some(({ signal }) => signal === "Q1")) return "sequential-scraper";
  return convicted ? "scraper" : "cannot-tell";
}

/** A claim that was refuted is proof enough; who only polls, or cannot be told, is not accused. */
function bandFor(kind: Class, evidence: readonly Evidence[]): Band {
  const band = bandOf(evidence);
  if (kind === "impostor") return "strong";
  if (kind === "poller" || kind === "cannot-tell") return isConvicted(band) ? "watch" : band;
  return band;
}

/** Whether a band accuses somebody. */
export const isConvicted = (band: Band): boolean => band === "likely" || band === "strong";
