import type { Candidate, Clients, Peak } from "./clients.js";
import { FLOOD } from "./parameters.js";
import { quantile } from "./rhythm.js";
import type { Counts } from "./series.js";

/** Far more than the others in a minute or an hour. */
export interface Suspect {
  readonly client: Candidate;
  /** Seconds of the step in which it stands out. */
  readonly step: 60 | 3600;
  readonly peak: number;
  /** What nine of ten other clients stay below at their busiest. */
  readonly others: number;
}

/** When a client was busy, in steps since 1970; half-open. */
export interface Burst {
  readonly from: number;
  readonly until: number;
  readonly requests: number;
  /** Its usual step at other times; null where it was hardly there. */
  readonly own: number | null;
}

/** The clients whose busiest minute or hour is far beyond the others'. */
export function suspectsOf({ candidates, minute_peaks, hour_peaks }: Clients): Suspect[] {
  return candidates.flatMap((client): Suspect[] => {
    const minute = othersOf(minute_peaks, client.peak_minute);
    const hour = othersOf(hour_peaks, client.peak_hour);
    if (minute === undefined || hour === undefined) return [];
    if (client.peak_minute >= Math.max(FLOOD.minute, FLOOD.factor * minute)) {
      return [{ client, step: 60, peak: client.peak_minute, others: minute }];
    }
    if (client.peak_hour >= Math.max(FLOOD.hour, FLOOD.factor * hour)) {
      return [{ client, step: 3600, peak: client.peak_hour, others: hour }];
    }
    return [];
  });
}

function othersOf(peaks: readonly Peak[], own: number): number | undefined {
  const others = peaks.map(
    ({ peak, clients }) => [peak, peak === own ? clients - 1 : clients] as const,
  );
  const crowd = others.reduce((sum, [, clients]) => sum + clients, 0);
  return crowd < FLOOD.crowd ? undefined : quantile(others, FLOOD.others);
}

/** The stretch around a client's busiest step; undefined where it is always about as busy. */
export function burstOf({ step, peak }: Suspect, counts: Counts): Burst | undefined {
  const places = [...counts.keys()].toSorted((a, b) => a - b);
  const busy = places.filter((place) => (counts.get(place) ?? 0) >= FLOOD.busy * peak);
  const top = busy.findIndex((place) => counts.get(place) === peak);
  let [first, last] = [top, top];
  const near = (a: number, b: number): boolean => (busy[b] ?? 0) - (busy[a] ?? 0) <= FLOOD.pause;
  while (first > 0 && near(first - 1, first)) first -= 1;
  while (last < busy.length - 1 && near(last, last + 1)) last += 1;
  const [from, until] = [busy[first] ?? 0, (busy[last] ?? 0) + 1];
  const inside = places.filter((place) => place >= from && place < until);
  const outside = places.filter((place) => place < from || place >= until);
  const enough = step === 60 ? 20 : 6;
  const usual = outside.map((place) => counts.get(place) ?? 0).toSorted((a, b) => a - b);
  const own = usual.length < enough ? null : (usual[usual.length >> 1] ?? 0);
  if (own !== null && peak < FLOOD.own * own) return undefined;
  const requests = inside.reduce((sum, place) => sum + (counts.get(place) ?? 0), 0);
  return { from, until, requests, own };
}
