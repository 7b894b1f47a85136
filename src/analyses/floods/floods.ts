import type { Scope } from "../scope.js";
import { burstOf, suspectsOf, type Suspect } from "./bursts.js";
import { clientsOf, type Candidate } from "./clients.js";
import { FLOOD } from "./parameters.js";
import { countsOf, withCalls, type Calls } from "./series.js";
import { storyOf, type FloodStory } from "./story.js";
import { timersOf, type Timer } from "./timers.js";

/** A client that asked for far more than the others, all at once or for hours. */
export interface Flood {
  readonly client_ip: string;
  readonly kind: "sudden" | "sustained";
  readonly from: Date;
  readonly until: Date;
  /** It was there already when the log began, or still when it ended. */
  readonly from_start: boolean;
  readonly goes_on: boolean;
  readonly requests: number;
  /** Requests in its busiest minute, or hour, of these seconds. */
  readonly peak: number;
  readonly step: 60 | 3600;
  /** What nine of ten other clients stay below at their busiest. */
  readonly others: number;
  /** Its own usual step at other times; null where it was hardly there. */
  readonly own: number | null;
  readonly story: FloodStory;
}

export interface FloodsResult {
  readonly floods: readonly Flood[];
  /** As busy, but perhaps many people behind one address: nobody is accused. */
  readonly shared: readonly Flood[];
  /** Those that changed come first. */
  readonly timers: readonly Timer[];
  /** Something is out of the ordinary: a flood, or a timer that changed. */
  readonly unusual: boolean;
}

/** Columns of the record that it reads. */
export const floodColumns = [
  "time",
  "client_ip",
  "user_agent",
  "status",
  "bytes_sent",
  "path",
  "key",
  "host",
] as const;

/** Clients with a sudden, sustained or machine-regular rate. */
export async function floods(scope: Scope): Promise<FloodsResult> {
  const clients = await clientsOf(scope);
  const even = clients.candidates.filter((client) => client.even);
  const suspects = suspectsOf(clients);
  const looked = [...even, ...suspects.map(({ client }) => client)];
  if (looked.length === 0) return { floods: [], shared: [], timers: [], unusual: false };
  const names = [...new Set(looked.map(({ client_ip }) => client_ip))];
  return withCalls(scope, names, (calls) => judged(calls, even, suspects));
}

async function judged(
  calls: Calls,
  even: readonly Candidate[],
  suspects: readonly Suspect[],
): Promise<FloodsResult> {
  const timers = even.length === 0 ? [] : await timersOf(calls, even);
  const found: Flood[] = [];
  for (const step of [60, 3600] as const) {
    const those = suspects.filter((suspect) => suspect.step === step);
    const counts = await countsOf(
      calls,
      those.map(({ client }) => client.client_ip),
      step,
    );
    for (const suspect of those) {
      const flood = await floodOf(calls.scope, suspect, counts.get(suspect.client.client_ip));
      if (flood !== undefined) found.push(flood);
    }
  }
  found.sort((a, b) => b.requests - a.requests);
  const isShared = ({ story }: Flood): boolean => story.user_agents >= FLOOD.agents;
  const accused = found.filter((flood) => !isShared(flood));
  const changed = timers.filter(({ change }) => change !== null);
  return {
    floods: accused,
    shared: found.filter(isShared),
    timers: [...changed, ...timers.filter(({ change }) => change === null)],
    unusual: accused.length > 0 || changed.length > 0,
  };
}

async function floodOf(
  scope: Scope,
  suspect: Suspect,
  counts: ReadonlyMap<number, number> = new Map(),
): Promise<Flood | undefined> {
  const burst = burstOf(suspect, counts);
  const { window } = scope;
  if (burst === undefined || window === undefined) return undefined;
  const { client, step, peak, others } = suspect;
  const time = (place: number): Date => new Date(place * step * 1000);
  const stretch = { from: time(burst.from), until: time(burst.until) };
  const minutes = ((burst.until - burst.from) * step) / 60;
  return {
    client_ip: client.client_ip,
    kind: minutes >= FLOOD.sustained ? "sustained" : "sudden",
    ...stretch,
    from_start: stretch.from <= window.from,
    goes_on: stretch.until >= window.until,
    requests: burst.requests,
    peak,
    step,
    others,
    own: burst.own,
    story: await storyOf(scope, client.client_ip, stretch),
  };
}
