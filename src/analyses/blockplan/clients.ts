import type { Scope } from "../scope.js";
import { isAsset } from "../scrapers/traffic.js";
import type { ScrapersResult } from "../scrapers/result.js";
import { parameters } from "../scrapers/parameters.js";
import { cidrOf, sizeOf, widened, type Block } from "./blocks.js";
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

interface Asked {
  readonly from?: Date;
  readonly byDay?: boolean;
  /** Only clients of the networks around these blocks, and perhaps others. */
  readonly within?: readonly Block[];
  /** Only rows that pass this SQL: whole clients, and perhaps others. */
  readonly among?: string;
  /** Only clients of which something passes the filter. */
  readonly onlyChosen?: boolean;
}

/** More networks than this are not named in a query: it then reads everybody. */
const MOST_NETS = 2000;

/** A condition that holds for all addresses of these blocks. */
function near({ dialect }: Scope, blocks: readonly Block[] | undefined): string {
  const nets = new Set<string>();
  for (const block of blocks ?? []) {
    const bits = block.version === 4 ? 24 : 48;
    if (block.bits < bits - 16) return "TRUE";
    const many = 1 << Math.max(0, bits - block.bits);
    const step = sizeOf({ ...block, bits });
    for (let at = 0; at < many && nets.size <= MOST_NETS; at++) {
      nets.add(cidrOf(widened({ ...block, first: block.first + BigInt(at) * step }, bits)));
    }
  }
  if (blocks === undefined || nets.size > MOST_NETS) return "TRUE";
  if (nets.size === 0) return "FALSE";
  return `client_net IN (${[...nets].map(dialect.literal).join(", ")})`;
}

/** Requests and bytes of every UTC day from a time on, without what was refused. */
export async function totalsByDay(
  { db, dialect, everything }: Scope,
  from: Date | undefined,
): Promise<{ day: string; requests: number; bytes_sent: number }[]> {
  const since = from === undefined ? "time IS NOT NULL" : `time >= ${dialect.literal(from)}`;
  const rows = await db.rows(`
    SELECT ${dialect.clockText("time", "UTC", "day")} AS day_text, count(*) AS requests,
      CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent
    FROM ${everything} WHERE NOT ${wasRefused()} AND ${since} GROUP BY 1 ORDER BY 1`);
  return rows.map((row) => ({
    day: String(row["day_text"]),
    requests: Number(row["requests"]),
    bytes_sent: Number(row["bytes_sent"]),
  }));
}

/** Addresses and User-Agents of the time range, whether they pass the filter or not, in one scan. */
export async function* clientsOf(
  scope: Scope,
  { from, byDay = false, within, among = "TRUE", onlyChosen = false }: Asked = {},
): AsyncGenerator<Client> {
  const { db, dialect, everything, filter } = scope;
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
      FROM ${everything} WHERE client_ip IS NOT NULL AND ${since} AND ${near(scope, within)}
        AND ${among}) AS asked
    GROUP BY client_ip, user_agent, day_text${onlyChosen ? ` HAVING ${count("chosen")} > 0` : ""}`;
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
