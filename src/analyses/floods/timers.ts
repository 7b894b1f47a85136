import type { Scope } from "../scope.js";
import { rateChange } from "./change.js";
import type { Candidate } from "./clients.js";
import { CHANGE } from "./parameters.js";
import { hoursOf, isTimer, rhythmOf, type Hours, type Rhythm } from "./rhythm.js";
import { countsOf, gapsOf, type Calls, type Counts, type Stretch } from "./series.js";

/** A client that calls at one pace, or did until it changed. */
export interface Timer {
  readonly client_ip: string;
  readonly requests: number;
  readonly from: Date;
  readonly until: Date;
  readonly rhythm: Rhythm;
  readonly hours: Hours;
  readonly change: TimerChange | null;
}

/** Another rate from some hour on, or no call any more. */
export interface TimerChange {
  readonly kind: "rate" | "silent";
  readonly from: Date;
  /** When the other rate ended; null where it goes on. */
  readonly until: Date | null;
  readonly before_per_hour: number;
  readonly after_per_hour: number;
}

const HOUR = 3600;

/** The candidates that are timers, judged before their rate changed, if it did. */
export async function timersOf(calls: Calls, candidates: readonly Candidate[]): Promise<Timer[]> {
  const { scope } = calls;
  const clients = candidates.map(({ client_ip }) => client_ip);
  const counts = await countsOf(calls, clients, HOUR);
  const cases = candidates.flatMap((client) => {
    const found = hourly(counts.get(client.client_ip) ?? new Map());
    return found === undefined ? [] : [{ client, ...found }];
  });
  const stretches = cases.map(({ client, begin, own, change }): Stretch => ({
    client_ip: client.client_ip,
    from: begin * HOUR,
    until: (begin + (change?.from ?? own.length)) * HOUR,
  }));
  const gaps = await gapsOf(calls, stretches);
  return cases.flatMap(({ client, begin, own, change }, at): Timer[] => {
    const rhythm = rhythmOf(gaps[at] ?? []);
    const hours = hoursOf(change === undefined ? own : own.slice(0, change.from));
    if (rhythm === undefined || hours === undefined || !isTimer(rhythm, hours)) return [];
    const time = (hour: number): Date => new Date((begin + hour) * HOUR * 1000);
    const other: TimerChange | null =
      change === undefined
        ? silence(scope, client, rhythm, hours)
        : {
            kind: "rate",
            from: time(change.from),
            until: change.until >= own.length ? lastSeen(scope, client) : time(change.until),
            before_per_hour: change.before_per_hour,
            after_per_hour: change.after_per_hour,
          };
    const { client_ip, requests, first_s, last_s } = client;
    const [from, until] = [new Date(first_s * 1000), new Date(last_s * 1000)];
    return [{ client_ip, requests, from, until, rhythm, hours, change: other }];
  });
}

/** The counts of every hour from the first to the last, and where they change. */
function hourly(counts: Counts) {
  if (counts.size === 0) return undefined;
  let [begin, end] = [Infinity, -Infinity];
  for (const place of counts.keys()) {
    if (place < begin) begin = place;
    if (place > end) end = place;
  }
  const own: number[] = Array.from<number>({ length: end - begin + 1 }).fill(0);
  for (const [place, count] of counts) own[place - begin] = count;
  return { begin, own, change: rateChange(own) };
}

/** When it stopped; null of one that was there until the log ended. */
function lastSeen({ window }: Scope, { last_s }: Candidate): Date | null {
  const end = (window?.until.getTime() ?? 0) / 1000;
  return end - last_s < HOUR ? null : new Date(last_s * 1000);
}

/** No call for longer than the rhythm and all of its past allow, at the end of the log. */
function silence(
  { window }: Scope,
  { last_s }: Candidate,
  rhythm: Rhythm,
  hours: Hours,
): TimerChange | null {
  const end = (window?.until.getTime() ?? 0) / 1000;
  const quiet = end - last_s;
  if (quiet < CHANGE.silence * Math.max(rhythm.period_s, 60)) return null;
  if (quiet < CHANGE.silence * rhythm.longest_gap_s) return null;
  return {
    kind: "silent",
    from: new Date(last_s * 1000),
    until: null,
    before_per_hour: hours.usual,
    after_per_hour: 0,
  };
}
