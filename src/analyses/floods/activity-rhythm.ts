import type { Scope } from "../scope.js";
import { hoursOf, isTimer, rhythmOf, type Hours, type Rhythm } from "./rhythm.js";
import { countsOf, gapsOf, withCalls } from "./series.js";

/** How regularly the one client of a scope calls. */
export interface ClientRhythm {
  readonly client_ip: string;
  readonly rhythm: Rhythm;
  readonly hours: Hours;
  readonly is_timer: boolean;
}

const HOUR = 3600;

/** The rhythm of a scope's only client; undefined where there are several, or hardly any calls. */
export async function clientRhythm(scope: Scope): Promise<ClientRhythm | undefined> {
  const { db, requests } = scope;
  const [row] = await db.rows(
    `SELECT min(client_ip) AS least, max(client_ip) AS most FROM ${requests} WHERE time IS NOT NULL`,
  );
  const client = row?.["least"];
  if (typeof client !== "string" || client !== row?.["most"]) return undefined;
  return withCalls(scope, [client], async (calls) => {
    const counts = (await countsOf(calls, [client], HOUR)).get(client) ?? new Map<number, number>();
    const places = [...counts.keys()].toSorted((a, b) => a - b);
    const [first = 0, last = 0] = [places[0], places.at(-1)];
    const own = Array.from({ length: last - first + 1 }, (_, at) => counts.get(first + at) ?? 0);
    const stretch = { client_ip: client, from: first * HOUR, until: (last + 1) * HOUR };
    const [gaps = []] = await gapsOf(calls, [stretch]);
    const rhythm = rhythmOf(gaps);
    const hours = hoursOf(own);
    if (rhythm === undefined || hours === undefined) return undefined;
    return { client_ip: client, rhythm, hours, is_timer: isTimer(rhythm, hours) };
  });
}
