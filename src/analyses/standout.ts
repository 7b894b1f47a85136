import type { Concentration, TopResult, TopRow } from "./top.js";

/** A client far from the others, and by which measure. */
export interface Standout {
  readonly row: TopRow;
  readonly by: "bytes_sent" | "requests";
  readonly spread: Concentration;
  /** There are too few clients to be far from. */
  readonly small: boolean;
  /** Clients that are far out as well, by the same measure. */
  readonly others: readonly TopRow[];
}

/** Fewer clients than this are not a crowd that one of them could stand out from. */
export const CROWD = 5;
/** A client below this share is no use to act on, however unusual. */
const SHARE = 0.05;
/** Multiple of the mean that is beyond ordinary unevenness. */
const FACTOR = 10;
/** Several that are far out raise the mean: then a large share and a multiple of the median count. */
const LARGE_SHARE = 0.2;
const MEDIAN_FACTOR = { requests: 5, bytes_sent: 10 } as const;
/** Of fewer requests than this, some client always has most … */
export const FEW = 30;
/** … and of fewer bytes: one picture, or among few requests one large file. */
const LEAST_BYTES = { few: 100 * 2 ** 20, many: 2 ** 20 } as const;
/** Without a crowd, one client must have nearly everything. */
const NEARLY_ALL = 0.8;
/** Others that are named. */
const NAMED = 4;

/**
 * The client that stands out most, by bytes or by requests.
 * In a small crowd the mean is made by the client itself, so half of everything is enough.
 */
export function standout(byBytes: TopResult, byRequests: TopResult): Standout | undefined {
  const leastBytes = LEAST_BYTES[byRequests.concentration.total < FEW ? "few" : "many"];
  const candidates = [
    { result: byRequests, by: "requests" as const, least: FEW },
    { result: byBytes, by: "bytes_sent" as const, least: leastBytes },
  ].flatMap(({ result, by, least }) => {
    const [row, ...others] = result.rows;
    const spread = result.concentration;
    if (row === undefined || !isFar(row, by, spread, least)) return [];
    const small = spread.groups < CROWD;
    const named = small
      ? []
      : others.filter((other) => isFar(other, by, spread, least)).slice(0, NAMED);
    return [{ row, by, spread, small, others: named }];
  });
  return candidates.toSorted((a, b) => b.row.share - a.row.share)[0];
}

function isFar(
  row: TopRow,
  by: Standout["by"],
  { groups, total }: Concentration,
  least: number,
): boolean {
  if (groups < 2 || total < least) return false;
  if (groups < CROWD) return row.share >= NEARLY_ALL;
  if (row.share >= SHARE && row.times_mean >= Math.min(FACTOR, groups / 2)) return true;
  // A median of nothing is passed by anybody.
  return row.share >= LARGE_SHARE && (row.times_median ?? Infinity) >= MEDIAN_FACTOR[by];
}
