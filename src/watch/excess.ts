import type { SeriesState } from "../alerts/machine.js";
import { readPrices, serviceOf, servicePrices } from "../analyses/budget/prices.js";
import type { Rule } from "./rule.js";
import { shown } from "./words.js";

/** What an episode made beyond the usual, and what that cost where it is billed; undefined when unknown. */
export async function excessText(
  rule: Rule,
  { episode }: SeriesState,
): Promise<string | undefined> {
  const excess = episode?.excess ?? null;
  if (excess === null || excess <= 0) return undefined;
  const cost = SENT.has(rule.metric?.metric ?? rule.measure) ? await costText(rule, excess) : "";
  return `${shown(excess, rule.unit)} more than usual${cost}`;
}

/** Measures of bytes that are billed as transfer. */
const SENT: ReadonlySet<string> = new Set(["bytes_sent", "BytesDownloaded"]);

/** At the price of a month's first billed GB: what it really costs, the month's sum decides. */
async function costText(rule: Rule, sent: number): Promise<string> {
  const prices = await readPrices(rule.prices);
  const service = rule.service ?? serviceOf(prices, rule.metric === undefined ? undefined : "s3");
  const [tier] = servicePrices(prices, service).transfer.tiers;
  if (tier === undefined) return "";
  const cost = (sent / prices.gb_bytes) * tier.per_gb;
  return `, about ${cost.toFixed(2)} ${prices.currency} of transfer at ${tier.per_gb} a GB`;
}
