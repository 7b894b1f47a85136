import { botNames } from "../bot-names.js";
import { keyOf } from "../scrapers/clients.js";
import type { Scope } from "../scope.js";
import { Blocks, parseBlock } from "./blocks.js";
import type { HarmOf } from "./blockplan.js";
import { clientsOf, totalsByDay, type Client, type Looks } from "./clients.js";
import type { Entry } from "./cover.js";
import { BLOCK } from "./parameters.js";

/** A UTC day as it was, and what the plan would have refused of it. */
export interface ReplayedDay {
  readonly day: string;
  readonly requests: number;
  readonly bytes_sent: number;
  readonly refused_requests: number;
  readonly refused_bytes: number;
}

/** Somebody whom the plan hits although nothing accuses it. */
export interface Hit {
  readonly client_ip: string;
  readonly user_agent: string | null;
  readonly requests: number;
  readonly bytes_sent: number;
  /** Looks like a person's browser; null where this log cannot tell. */
  readonly person: boolean | null;
  /** The automaton that it says it is. */
  readonly declared: string | null;
}

/** What the plan would have done, had it been in place. */
export interface Replay {
  readonly from: Date | null;
  readonly until: Date | null;
  readonly days: readonly ReplayedDay[];
  readonly requests: number;
  readonly bytes_sent: number;
  readonly refused_requests: number;
  readonly refused_bytes: number;
  /** Requests among the refused that nothing accuses. */
  readonly others: number;
  readonly verified_bots: number;
  /** Clients that look like a person's. */
  readonly people: number;
  /** All that are hit although nothing accuses them: people first, at most fifty. */
  readonly hits: readonly Hit[];
  readonly hit_clients: number;
}

export interface Judge {
  readonly harmOf: HarmOf;
  readonly looks: Looks;
  readonly verified: ReadonlySet<string>;
}

interface Sums {
  requests: number;
  bytes_sent: number;
  refused_requests: number;
  refused_bytes: number;
}

const nothing = (): Sums => ({ requests: 0, bytes_sent: 0, refused_requests: 0, refused_bytes: 0 });

/** Plays the last days of the log against the entries; two scans. */
export async function replay(
  scope: Scope,
  entries: readonly Entry[],
  { harmOf, looks, verified }: Judge,
  length?: number,
): Promise<Replay> {
  const nameOf = await botNames();
  const { window } = scope;
  const from =
    window === undefined || length === undefined
      ? window?.from
      : new Date(Math.max(window.from.getTime(), window.until.getTime() - length));
  const within = entries.map(({ block }) => block);
  const blocked = new Blocks(within);
  const days = new Map<string, Sums>();
  for (const { day, ...sums } of await totalsByDay(scope, from)) {
    days.set(day, { ...nothing(), ...sums });
  }
  const refused = new Map<string, Client>();
  const bots = new Set<string>();
  for await (const client of clientsOf(scope, { ...(from && { from }), byDay: true, within })) {
    const block = parseBlock(client.address);
    const sums = days.get(client.day);
    if (sums === undefined || block === undefined || blocked.around(block) === undefined) continue;
    sums.refused_requests += client.requests;
    sums.refused_bytes += client.bytes_sent;
    if (verified.has(client.address)) bots.add(client.address);
    const key = keyOf(client.address, client.agent);
    const known = refused.get(key);
    refused.set(key, known === undefined ? client : added(known, client));
  }
  const unaccused = [...refused.values()].filter(
    (client) => client.requests > 0 && harmOf(client) === undefined,
  );
  const hits = unaccused.map((client): Hit => ({
    client_ip: client.address,
    user_agent: client.agent,
    requests: client.requests,
    bytes_sent: client.bytes_sent,
    person: looks(client),
    declared: client.agent === null ? null : (nameOf(client.agent)?.name ?? null),
  }));
  const isPerson = ({ person, declared }: Hit): boolean => person === true && declared === null;
  const list = [...days].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const total = list.reduce((sum, [, day]) => addedSums(sum, day), nothing());
  return {
    from: from ?? null,
    until: window?.until ?? null,
    days: list.map(([day, sums]) => ({ day, ...sums })),
    ...total,
    others: unaccused.reduce((sum, { requests }) => sum + requests, 0),
    verified_bots: bots.size,
    people: hits.filter(isPerson).length,
    hits: hits
      .toSorted(
        (a, b) =>
          Number(isPerson(b)) - Number(isPerson(a)) ||
          b.requests - a.requests ||
          (keyOf(a.client_ip, a.user_agent) < keyOf(b.client_ip, b.user_agent) ? -1 : 1),
      )
      .slice(0, BLOCK.named),
    hit_clients: hits.length,
  };
}

const added = (a: Client, b: Client): Client => ({
  ...a,
  requests: a.requests + b.requests,
  bytes_sent: a.bytes_sent + b.bytes_sent,
  chosen: a.chosen + b.chosen,
  chosen_bytes: a.chosen_bytes + b.chosen_bytes,
  assets: a.assets + b.assets,
  referred: a.referred + b.referred,
});

const addedSums = (a: Sums, b: Sums): Sums => ({
  requests: a.requests + b.requests,
  bytes_sent: a.bytes_sent + b.bytes_sent,
  refused_requests: a.refused_requests + b.refused_requests,
  refused_bytes: a.refused_bytes + b.refused_bytes,
});
