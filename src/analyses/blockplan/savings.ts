import {
  costOf,
  readPrices,
  serviceOf,
  servicePrices,
  type ServicePrices,
} from "../budget/prices.js";
import type { Replay } from "./replay.js";

/** What a plan saves in a month of 30 days, at the pace of the days replayed. */
export interface Savings {
  /** Bytes of such a month, and those of them that the plan refuses. */
  readonly month_bytes: number;
  readonly refused_bytes: number;
  readonly month_cost: number;
  readonly saved: number;
  readonly currency: string;
  readonly service: string;
}

const DAY = 86_400_000;
const MONTH = 30;
/** Less than a day says little of a month: it counts as a day. */
const LEAST = 1;

/** Prices both months whole, as tiers are a month's; every request at the price of reads. */
export function savingsOf(
  { from, until, bytes_sent, requests, refused_bytes, refused_requests }: Replay,
  prices: ServicePrices,
  { gbBytes, currency, service }: { gbBytes: number; currency: string; service: string },
): Savings {
  const length = from === null || until === null ? 0 : (until.getTime() - from.getTime()) / DAY;
  const scale = MONTH / Math.max(LEAST, length);
  const cost = (bytes: number, count: number): number => {
    const asked = prices.requests.map((_, at) => (at === prices.requests.length - 1 ? count : 0));
    return costOf({ bytes, requests: asked }, prices, gbBytes);
  };
  const month = cost(bytes_sent * scale, requests * scale);
  const without = cost((bytes_sent - refused_bytes) * scale, (requests - refused_requests) * scale);
  return {
    month_bytes: Math.round(bytes_sent * scale),
    refused_bytes: Math.round(refused_bytes * scale),
    month_cost: month,
    saved: month - without,
    currency,
    service,
  };
}

/** The same by a price file, culprit's own by default, and the service that such logs come from. */
export async function savingsAt(
  replay: Replay,
  format: string | undefined,
  { file, service: named }: { readonly file?: string; readonly service?: string } = {},
): Promise<Savings> {
  const prices = await readPrices(file);
  const service = named ?? serviceOf(prices, format);
  return savingsOf(replay, servicePrices(prices, service), {
    gbBytes: prices.gb_bytes,
    currency: prices.currency,
    service,
  });
}
