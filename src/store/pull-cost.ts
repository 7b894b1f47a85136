/** What the requests of a pull cost, about. */
export interface PullCost {
  readonly requests: { readonly list: number; readonly get: number };
  /** Dollars; the real price depends on region, storage class and transfer. */
  readonly dollars: number;
  readonly prices: { readonly list_per_1000: number; readonly get_per_1000: number };
}

/** Approximate: S3 Standard in us-east-1. */
const prices = { list_per_1000: 0.005, get_per_1000: 0.0004 };

/** The approximate price of so many requests. */
export const costOf = (list: number, get: number): PullCost => ({
  requests: { list, get },
  dollars: Number(((list * prices.list_per_1000 + get * prices.get_per_1000) / 1000).toFixed(6)),
  prices,
});
