import type { Scope } from "../scope.js";
import { isAsset } from "../scrapers/traffic.js";
import type { ScrapersResult } from "../scrapers/result.js";
import { parameters } from "../scrapers/parameters.js";
import { BLOCK } from "./parameters.js";

/** An address with one User-Agent, on one day or all of them, without what it was refused. */
export interface Client {
  readonly address: string;
  readonly agent: string | null;
  /** UTC; empty where days are not told apart. */
  readonly day: string;
  readonly requests: number;
  readonly bytes_sent: number;
  /** What it asked for and was refused by 403, 429, 444 or 503. */
  readonly refused: number;
  /** The part of its requests, and of their bytes, that passes the filter. */
  readonly chosen: number;
  readonly chosen_bytes: number;
  readonly assets: number;
  readonly referred: number;
}

/** Whether a request was refused, as SQL; never NULL. */
export const wasRefused = (): string => `coalesce(status IN (${BLOCK.refusals.join(", ")}), FALSE)`;

/** Every address and User-Agent of the time range, the filter or not, in one scan. */
export async function* clientsOf(
  { db, dialect, everything, filter }: Scope,
  { from, byDay = false }: { from?: Date; byDay?: boolean } = {},
): AsyncGenerator<Client> {
  const day = byDay ? dialect.clockText("time", "UTC", "day") : dialect.literal("");
  const count = (condition: string): string =>
    `count(*) FILTER (WHERE NOT refusal AND ${condition})`;
  const bytes = (condition: string): string =>
    `CAST(coalesce(sum(bytes_sent) FILTER (WHERE NOT refusal AND ${condition}), 0) AS BIGINT)`;
  const since = from === undefined ? "TRUE" : `time >= ${dialect.literal(from)}`;
  const sql = `
    SELECT client_ip, user_agent, day_text, ${count("TRUE")}, ${bytes("TRUE")},
      count(*) FILTER (WHERE refusal), ${count("chosen")}, ${bytes("chosen")}, ${count("asset")},
      ${count("NOT asset AND referred")}
    FROM (SELECT client_ip, user_agent, bytes_sent, ${day} AS day_text, ${wasRefused()} AS refusal,
        (${filter}) AS chosen, coalesce(${isAsset(dialect)}, FALSE) AS asset,
        referrer IS NOT NULL AS referred
      FROM ${everything} WHERE client_ip IS NOT NULL AND ${since}) AS asked
    GROUP BY 1, 2, 3`;
  for await (const rows of db.streamRows(sql)) {
    for (const row of rows as [string, string | null, string | null, ...(number | bigint)[]][]) {
      const [address, agent, at, ...numbers] = row;
      const [
        requests = 0,
        sent = 0,
        refused = 0,
        chosen = 0,
        chosenBytes = 0,
        assets = 0,
        pages = 0,
      ] = numbers.map(Number);
      yield {
        address,
        agent,
        day: at ?? "",
        requests,
        bytes_sent: sent,
        refused,
        chosen,
        chosen_bytes: chosenBytes,
        assets,
        referred: pages,
      };
    }
  }
}

/** Whether a client looks like a person's browser; null where this log cannot tell. */
export type Looks = (client: Pick<Client, "requests" | "assets" | "referred">) => boolean | null;

/** By images and styles where the site has them in this log, else by referrers, else not at all. */
export function looksOn({ asset_share, referrer_share }: ScrapersResult["site"]): Looks {
  const { people } = BLOCK;
  if (asset_share >= parameters.siteAssets) {
    return ({ requests, assets }) =>
      requests >= people.requests && assets >= people.assets * requests;
  }
  if (referrer_share >= parameters.siteReferrers) {
    return ({ requests, assets, referred }) =>
      requests >= people.requests && referred >= people.referred * (requests - assets);
  }
  return () => null;
}
