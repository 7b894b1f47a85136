import { parameters } from "./parameters.js";
import { keyOf, type Client } from "./clients.js";
import { inOrder, paceOf, type Pace, type Step } from "./steps.js";
import { hitsSql } from "./traffic.js";
import type { Visits } from "./visits.js";

/** Order and pace by client, and of an address with all its User-Agents. */
export interface Closer {
  readonly client: (address: string, agent: string | null) => Pace | undefined;
  readonly address: (address: string) => Pace | undefined;
}

/**
 * Reads the page requests of the addresses with most pages one by one: at most 1,000 of each client,
 * of at most 300 addresses.
 */
export async function lookCloser({ scope }: Visits, clients: readonly Client[]): Promise<Closer> {
  const addresses = busiest(clients);
  const byClient = new Map<string, Step[]>();
  if (addresses.length === 0) return { client: () => undefined, address: () => undefined };
  const { db, dialect } = scope;
  const among = `client_ip IN (${addresses.map(dialect.literal).join(", ")})`;
  const hits = `(${hitsSql(scope, among)}) AS hits`;
  const minute = dialect.intDiv(dialect.epoch("time"), "60");
  const key = "ip_key, agent_key";
  // To put all of them in order costs more than to count minutes and leave out the later ones.
  const sql = `
    WITH minutes AS (
      SELECT ${key}, ${minute} AS minute_at, count(*) AS n FROM ${hits} WHERE NOT asset GROUP BY 1, 2, 3),
    reached AS (
      SELECT ${key}, minute_at, sum(n) OVER
        (PARTITION BY ${key} ORDER BY minute_at ROWS UNBOUNDED PRECEDING) - n AS earlier FROM minutes),
    ends AS (
      SELECT ip_key AS own_ip, agent_key AS own_agent, max(minute_at) AS last_minute FROM reached
      WHERE earlier < ${parameters.mostSteps} GROUP BY 1, 2)
    SELECT client_ip, user_agent, ${dialect.epoch("time")} AS seconds, url
    FROM ${hits} JOIN ends ON ip_key = own_ip AND agent_key = own_agent
    WHERE NOT asset AND ${minute} <= last_minute`;
  const agents = new Map<string, Set<string>>();
  for await (const rows of db.streamRows(sql)) {
    for (const [address, agent, seconds, url] of rows as [
      string,
      string | null,
      number | bigint,
      string,
    ][]) {
      const client = keyOf(address, agent);
      const steps = byClient.get(client);
      if (steps !== undefined) steps.push({ seconds: Number(seconds), url });
      else {
        byClient.set(client, [{ seconds: Number(seconds), url }]);
        const own = agents.get(address);
        if (own === undefined) agents.set(address, new Set([client]));
        else own.add(client);
      }
    }
  }
  const stepsOf = (client: string): Step[] =>
    inOrder(byClient.get(client) ?? []).slice(0, parameters.mostSteps);
  return {
    client: (address, agent) => pace(stepsOf(keyOf(address, agent))),
    address: (address) => pace([...(agents.get(address) ?? [])].flatMap(stepsOf)),
  };
}

const pace = (steps: readonly Step[]): Pace | undefined =>
  steps.length === 0 ? undefined : paceOf(steps);

/** The addresses with most pages, from as many as a sequence needs. */
function busiest(clients: readonly Client[]): string[] {
  const pages = new Map<string, number>();
  for (const { client_ip: address, traffic } of clients) {
    pages.set(address, (pages.get(address) ?? 0) + traffic.pages);
  }
  return [...pages]
    .filter(([, count]) => count >= parameters.sequence.run)
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, parameters.mostClose)
    .map(([address]) => address);
}
