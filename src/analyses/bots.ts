import { literal } from "../engines/sql.js";
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

/** User-Agents named at a time. */
const AT_ONCE = 1000;

/** Names the automata among the User-Agents, largest first. */
export async function declaredBots(scope: Scope, limit: number): Promise<DeclaredBots> {
  const { db, requests } = scope;
  await nameAgents(scope);
  const [totals] = await db.rows(`SELECT count(*) AS total, count(name) AS requests,
    CAST(coalesce(sum(bytes_sent) FILTER (WHERE name IS NOT NULL), 0) AS BIGINT) AS bytes_sent
    FROM ${requests} LEFT JOIN bot_agents USING (user_agent)`);
  const bots = await db.rows(`
    WITH agents AS (
      SELECT name, kind, user_agent, count(*) AS requests,
        CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent
      FROM ${requests} JOIN bot_agents USING (user_agent) GROUP BY ALL),
    addresses AS (
      SELECT name, count(DISTINCT client_ip) AS addresses
      FROM ${requests} JOIN bot_agents USING (user_agent) GROUP BY ALL)
    SELECT name, any_value(kind) AS kind, CAST(sum(requests) AS BIGINT) AS requests,
      CAST(sum(bytes_sent) AS BIGINT) AS bytes_sent, any_value(addresses) AS addresses,
      arg_max(user_agent, (requests, user_agent)) AS user_agent
    FROM agents JOIN addresses USING (name) GROUP BY name ORDER BY requests DESC, name LIMIT ${limit}`);
  const { total, ...sums } = totals as { total: number; requests: number; bytes_sent: number };
  return {
    ...sums,
    share: total === 0 ? 0 : sums.requests / total,
    bots: bots as unknown as DeclaredBot[],
  };
}

/** Fills `bot_agents` with the User-Agents that are automata, and their names. */
async function nameAgents({ db, requests }: Scope): Promise<void> {
  const nameOf = await botNames();
  await db.run("CREATE OR REPLACE TEMP TABLE bot_agents (user_agent TEXT, name TEXT, kind TEXT)");
  const sql = `SELECT DISTINCT user_agent FROM ${requests} WHERE user_agent IS NOT NULL`;
  const found: string[] = [];
  for await (const rows of db.streamRows(sql)) {
    for (const [agent] of rows as [string][]) {
      const bot = nameOf(agent);
      if (bot === undefined) continue;
      const values = [agent, bot.name, bot.kind ?? null].map(literal);
      found.push(`(${values.join(", ")})`);
    }
  }
  for (let at = 0; at < found.length; at += AT_ONCE) {
    await db.run(`INSERT INTO bot_agents VALUES ${found.slice(at, at + AT_ONCE).join(", ")}`);
  }
}
