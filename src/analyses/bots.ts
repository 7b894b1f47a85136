import { botNames } from "./bot-names.js";
import type { Scope } from "./scope.js";

/** Automata that say so in their User-Agent; what they claim is not checked. */
export interface DeclaredBot {
  readonly name: string;
  /** What it does, where that is known: `search-engine`, `ai-crawler`, `http-library` … */
  readonly kind: string | null;
  readonly requests: number;
  readonly bytes_sent: number;
  readonly addresses: number;
  /** The User-Agent that most of its requests had. */
  readonly user_agent: string;
}

export interface DeclaredBots {
  readonly requests: number;
  readonly bytes_sent: number;
  /** Part of all requests, 0 to 1. */
  readonly share: number;
  readonly bots: readonly DeclaredBot[];
}

/** Names the automata among the User-Agents, largest first. */
export async function declaredBots(scope: Scope, limit: number): Promise<DeclaredBots> {
  const { total, bots } = await countAgents(scope);
  const sum = (by: "requests" | "bytes_sent"): number =>
    bots.reduce((all, bot) => all + bot[by], 0);
  const largest = bots
    .toSorted((a, b) => b.requests - a.requests || compareText(a.name, b.name))
    .slice(0, limit);
  const addresses = await countAddresses(scope, largest);
  return {
    requests: sum("requests"),
    bytes_sent: sum("bytes_sent"),
    share: total === 0 ? 0 : sum("requests") / total,
    bots: largest.map(({ name, kind, requests, bytes_sent: bytes, agents }) => ({
      name,
      kind,
      requests,
      bytes_sent: bytes,
      addresses: addresses.get(name) ?? 0,
      user_agent: agents.reduce((most, agent) => (isMore(agent, most) ? agent : most)).text,
    })),
  };
}

interface Agent {
  readonly text: string;
  readonly requests: number;
}

/** A bot with all User-Agents that it came with. */
interface Bot {
  readonly name: string;
  readonly kind: string | null;
  requests: number;
  bytes_sent: number;
  readonly agents: Agent[];
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of two that asked as often, the one that comes last by its text. */
const isMore = (a: Agent, b: Agent): boolean =>
  a.requests === b.requests ? a.text > b.text : a.requests > b.requests;

/** Which bots there are, from the counts of every User-Agent. */
async function countAgents({ db, requests }: Scope): Promise<{ total: number; bots: Bot[] }> {
  const nameOf = await botNames();
  const bots = new Map<string, Bot>();
  let total = 0;
  const sql = `SELECT user_agent, count(*) AS requests,
    CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent FROM ${requests} GROUP BY 1`;
  for await (const rows of db.streamRows(sql)) {
    for (const [text, count, bytes] of rows as [
      string | null,
      number | bigint,
      number | bigint,
    ][]) {
      total += Number(count);
      const found = text === null ? undefined : nameOf(text);
      if (found === undefined || text === null) continue;
      const { name, kind = null } = found;
      const bot = bots.get(name) ?? { name, kind, requests: 0, bytes_sent: 0, agents: [] };
      bot.requests += Number(count);
      bot.bytes_sent += Number(bytes);
      bot.agents.push({ text, requests: Number(count) });
      bots.set(name, bot);
    }
  }
  return { total, bots: [...bots.values()] };
}

/** Text of User-Agents in one query; a bot's own stay together. */
const QUERY_TEXT = 100_000;
/** User-Agents of one bot in a query, where it has very many. */
const AT_ONCE = 500;

const textOf = (agents: readonly Agent[]): number =>
  agents.reduce((sum, { text }) => sum + text.length, 0);

/** How many addresses each bot came from. */
async function countAddresses(scope: Scope, bots: readonly Bot[]): Promise<Map<string, number>> {
  const { db, dialect, requests } = scope;
  const counts = new Map<string, number>();
  const isLarge = ({ agents }: Bot): boolean => textOf(agents) > QUERY_TEXT;
  for (const bot of bots.filter(isLarge)) counts.set(bot.name, await countMany(scope, bot));
  for (const some of together(bots.filter((bot) => !isLarge(bot)))) {
    const agents = dialect.values("agents", {
      columns: [
        ["agent_text", "text"],
        ["bot_name", "text"],
      ],
      rows: some.flatMap(({ name, agents: own }) => own.map(({ text }) => [text, name])),
    });
    const rows = await db.rows(`SELECT bot_name, count(DISTINCT client_ip) AS addresses
      FROM (SELECT user_agent, client_ip FROM ${requests}) AS asked
      JOIN ${agents} ON asked.user_agent = agents.agent_text GROUP BY bot_name`);
    for (const row of rows) counts.set(row["bot_name"] as string, Number(row["addresses"]));
  }
  return counts;
}

/** The addresses of a bot with more User-Agents than one query can name. */
async function countMany({ db, dialect, requests }: Scope, { agents }: Bot): Promise<number> {
  const addresses = new Set<unknown>();
  const rest = [...agents];
  while (rest.length > 0) {
    const some = rest.splice(0, AT_ONCE).map(({ text }) => dialect.literal(text));
    const sql = `SELECT DISTINCT client_ip FROM ${requests}
      WHERE user_agent IN (${some.join(", ")}) AND client_ip IS NOT NULL`;
    for await (const rows of db.streamRows(sql))
      for (const [address] of rows) addresses.add(address);
  }
  return addresses.size;
}

/** Bots in groups, each short enough for the text of a query. */
function together(bots: readonly Bot[]): Bot[][] {
  const groups: Bot[][] = [];
  let room = 0;
  for (const bot of bots) {
    const size = textOf(bot.agents);
    if (size > room) {
      groups.push([]);
      room = QUERY_TEXT;
    }
    groups.at(-1)?.push(bot);
    room -= size;
  }
  return groups;
}
