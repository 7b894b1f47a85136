import { parameters } from "./parameters.js";
import { keyOf, type Client } from "./clients.js";
import { paceOf, type Pace, type Step } from "./steps.js";
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
  const byAddress = new Map<string, Step[]>();
  if (addresses.length === 0) return { client: () => undefined, address: () => undefined };
  const { db, dialect } = scope;
  const among = `client_ip IN (${addresses.map(dialect.literal).join(", ")})`;
  const hits = `(${hitsSql(scope, among)}) AS hits`;
  const hour = dialect.intDiv(dialect.epoch("time"), "3600");
  const key = "ip_key, agent_key";
  // Only the hours that the first requests lie in are put in order.
  const sql = `
    WITH hours AS (
      SELECT ${key}, ${hour} AS hour_at, count(*) AS n FROM ${hits} WHERE NOT asset GROUP BY 1, 2, 3),
    reached AS (
      SELECT ${key}, hour_at, sum(n) OVER
        (PARTITION BY ${key} ORDER BY hour_at ROWS UNBOUNDED PRECEDING) - n AS earlier FROM hours),
    ends AS (
      SELECT ip_key AS own_ip, agent_key AS own_agent, max(hour_at) AS last_hour FROM reached
      WHERE earlier < ${parameters.mostSteps} GROUP BY 1, 2)
    SELECT client_ip, user_agent, ${dialect.epoch("time")} AS seconds, url FROM (
      SELECT client_ip, user_agent, time, url,
        row_number() OVER (PARTITION BY ${key} ORDER BY time) AS place
      FROM ${hits} JOIN ends ON ip_key = own_ip AND agent_key = own_agent
      WHERE NOT asset AND ${hour} <= last_hour) AS steps
    WHERE place <= ${parameters.mostSteps}`;
  for await (const rows of db.streamRows(sql)) {
    for (const [address, agent, seconds, url] of rows as [
      string,
      string | null,
      number | bigint,
      string,
    ][]) {
      const step = { seconds: Number(seconds), url };
      add(byClient, keyOf(address, agent), step);
      add(byAddress, address, step);
    }
  }
  return {
    client: (address, agent) => pace(byClient.get(keyOf(address, agent))),
    address: (address) => pace(byAddress.get(address)),
  };
}

const pace = (steps: readonly Step[] | undefined): Pace | undefined => steps && paceOf(steps);

function add(steps: Map<string, Step[]>, key: string, step: Step): void {
  const known = steps.get(key);
  if (known === undefined) steps.set(key, [step]);
  else known.push(step);
}

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
