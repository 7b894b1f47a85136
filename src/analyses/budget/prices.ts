import { readFile } from "node:fs/promises";
import { z } from "zod";
import { Exit, Problem } from "../../problems/problem.js";
import { parseWhere } from "../where.js";

const filter = z.string().transform((text, context) => {
  try {
    return parseWhere(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : "" });
    return z.NEVER;
  }
});

/** Where a figure was read, and when. */
const origin = { source: z.string(), date: z.string() };

const service = z.strictObject({
  about: z.string(),
  /** Formats whose logs it writes. */
  log_types: z.array(z.string()),
  transfer: z.strictObject({
    ...origin,
    /** GB of a month that cost nothing. */
    free_gb: z.number().nonnegative(),
    /** In order; `up_to_gb` counts from the month's first byte, free ones too; null has no end. */
    tiers: z
      .array(
        z.strictObject({
          up_to_gb: z.number().positive().nullable(),
          per_gb: z.number().nonnegative(),
        }),
      )
      .min(1),
  }),
  /** The first that a request passes is its price. */
  requests: z.array(
    z.strictObject({
      ...origin,
      name: z.string(),
      where: filter.optional(),
      free: z.number().nonnegative().default(0),
      per_1000: z.number().nonnegative(),
    }),
  ),
  not_billed: z.array(
    z.strictObject({
      ...origin,
      where: filter,
      /** `transfer`: the request itself is billed. */
      what: z.enum(["transfer", "everything"]),
      why: z.string(),
    }),
  ),
});

const schema = z.strictObject({
  about: z.string().optional(),
  currency: z.string(),
  region: z.string(),
  /** When somebody last compared it with the price lists. */
  as_of: z.string(),
  /** Bytes of a GB: AWS counts 2^30. */
  gb_bytes: z.number().positive(),
  services: z.record(z.string(), service),
});

/** What transfer and requests cost, by service; from the file that comes along or one's own. */
export type Prices = z.infer<typeof schema>;
export type ServicePrices = z.infer<typeof service>;

/** The file that comes along. */
export const ownPrices = new URL("./prices.json", import.meta.url);

/** Reads a price file, JSON or YAML; what it must not say is a Problem. */
export async function readPrices(file: string | URL = ownPrices): Promise<Prices> {
  const where = file instanceof URL ? file.pathname : file;
  let document: unknown;
  try {
    const { parse } = await import("yaml");
    document = parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw badPrices(where, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badPrices(where, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

const badPrices = (where: string, why: string, cause?: unknown): Problem =>
  new Problem({
    code: "bad-prices",
    what: "The price file cannot be used",
    where: `--prices ${where}`,
    why,
    help: "Start from the one that comes along: culprit budget --print-prices > prices.json",
    exit: Exit.usage,
    cause,
  });

/** The service that writes logs of a format: itself, or `internet` for servers and balancers. */
export function serviceOf(prices: Prices, logType: string | undefined): string {
  const found = Object.entries(prices.services).find(([, { log_types: types }]) =>
    types.includes(logType ?? ""),
  );
  return found?.[0] ?? (Object.hasOwn(prices.services, "internet") ? "internet" : firstOf(prices));
}

const firstOf = ({ services }: Prices): string => Object.keys(services)[0] ?? "";

/** The prices of a service by its name. */
export function servicePrices(prices: Prices, name: string): ServicePrices {
  const found = Object.hasOwn(prices.services, name) ? prices.services[name] : undefined;
  if (found !== undefined) return found;
  throw new Problem({
    code: "unknown-service",
    what: `The price file has no service ${name}`,
    help: `It has ${Object.keys(prices.services).join(", ")}`,
    exit: Exit.usage,
  });
}

/** What a month came to. */
export interface Use {
  /** Bytes that are billed. */
  readonly bytes: number;
  /** Requests by the entries of the price list, in its order. */
  readonly requests: readonly number[];
}

/**
 * What one month's use costs. Tiers are those of the month's sum: the last GB is the cheapest, and a
 * day has no price of its own.
 */
export function costOf({ bytes, requests }: Use, prices: ServicePrices, gbBytes: number): number {
  const asked = prices.requests.map(
    ({ free, per_1000: per }, at) => Math.max(0, (requests[at] ?? 0) - free) * (per / 1000),
  );
  return transferCost(bytes / gbBytes, prices) + asked.reduce((sum, cost) => sum + cost, 0);
}

function transferCost(gb: number, { transfer: { tiers, free_gb: free } }: ServicePrices): number {
  let [cost, from] = [0, free];
  for (const { up_to_gb: end, per_gb: per } of tiers) {
    const until = Math.min(gb, end ?? Infinity);
    if (until > from) {
      cost += (until - from) * per;
      from = until;
    }
  }
  return cost;
}
