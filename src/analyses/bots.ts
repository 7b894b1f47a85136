import type { Scope } from "./scope.js";

/** Automata that say so in their User-Agent; what they claim is not checked. */
export interface DeclaredBot {
  readonly name: string;
  readonly requests: number;
  readonly bytes_sent: number;
  /** Distinct addresses, approximately. */
  readonly addresses: number;
  readonly user_agent: string;
}

export interface DeclaredBots {
  readonly requests: number;
  readonly bytes_sent: number;
  readonly share: number;
  readonly bots: readonly DeclaredBot[];
}

/** Names the automata among the User-Agents, largest first. */
export async function declaredBots(scope: Scope, limit: number): Promise<DeclaredBots> {
  const classify = await botNames();
  const bots = new Map<string, DeclaredBot>();
  let all = 0;
  const sql = `SELECT user_agent, count(*) AS requests,
    CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent,
    approx_count_distinct(client_ip) AS addresses
    FROM ${scope.requests} GROUP BY user_agent ORDER BY requests DESC`;
  for await (const rows of scope.db.stream(sql)) {
    for (const row of rows) {
      const { user_agent, requests, bytes_sent, addresses } = row as unknown as DeclaredBot;
      all += requests;
      const name = user_agent === null ? undefined : classify(user_agent);
      if (name === undefined) continue;
      const seen = bots.get(name);
      bots.set(name, {
        name,
        requests: (seen?.requests ?? 0) + requests,
        bytes_sent: (seen?.bytes_sent ?? 0) + bytes_sent,
        addresses: Math.max(seen?.addresses ?? 0, addresses),
        user_agent: seen?.user_agent ?? user_agent,
      });
    }
  }
  const ranked = [...bots.values()].toSorted((a, b) => b.requests - a.requests);
  const requests = ranked.reduce((sum, bot) => sum + bot.requests, 0);
  return {
    requests,
    bytes_sent: ranked.reduce((sum, bot) => sum + bot.bytes_sent, 0),
    share: all === 0 ? 0 : requests / all,
    bots: ranked.slice(0, limit),
  };
}

/** User-Agent → the automaton's own name, undefined for what claims to be a browser. */
export async function botNames(): Promise<(userAgent: string) => string | undefined> {
  const { isbot, isbotMatch } = await import("isbot");
  return (userAgent) => {
    if (!isbot(userAgent)) return undefined;
    const token =
      /([A-Za-z][\w.-]*(?:bot|crawl|spider|slurp|fetch|scan|monitor|feed|http|client|library|requests|curl|wget|java|python|perl|ruby|go)[\w.-]*)/i.exec(
        userAgent,
      );
    const name = token?.[1] ?? isbotMatch(userAgent) ?? userAgent;
    return name.replace(/[/ ].*$/s, "").slice(0, 40);
  };
}
