import type { Scope } from "../scope.js";
import { parameters } from "./parameters.js";
import { keyOf, type Client } from "./clients.js";
import { paceOf, type Pace, type Step } from "./steps.js";
import { hitsSql } from "./traffic.js";

/** Order and pace by client, and of an address with all its User-Agents. */
export interface Closer {
  readonly client: (address: string, agent: string | null) => Pace | undefined;
  readonly address: (address: string) => Pace | undefined;
}

/**
 * Reads the page requests of the addresses with most pages one by one, in one scan: at most 1,000 of
 * each client, of at most 300 addresses.
 */
export async function lookCloser(scope: Scope, clients: readonly Client[]): Promise<Closer> {
  const addresses = busiest(clients);
  const byClient = new Map<string, Step[]>();
  const byAddress = new Map<string, Step[]>();
  if (addresses.length === 0) return { client: () => undefined, address: () => undefined };
  const { db, dialect } = scope;
  const among = `client_ip IN (${addresses.map(dialect.literal).join(", ")})`;
  const sql = `SELECT client_ip, user_agent, ${dialect.epoch("time")} AS seconds, url FROM (
      SELECT client_ip, user_agent, time, url, row_number() OVER
        (PARTITION BY client_ip, user_agent ORDER BY time) AS place
      FROM (${hitsSql(scope, among)}) AS hits WHERE NOT asset) AS steps
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
