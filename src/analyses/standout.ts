import type { Concentration, TopResult, TopRow } from "./top.js";

/** A client far from the others, and by which measure. */
export interface Standout {
  readonly row: TopRow;
  readonly by: "bytes_sent" | "requests";
  readonly spread: Concentration;
}

/** Fewer clients than this are not a crowd that one of them could stand out from. */
const CROWD = 5;
/** A client below this share is no use to act on, however unusual. */
const SHARE = 0.05;
/** Multiple of the mean that is beyond ordinary unevenness. */
const FACTOR = 10;

/**
 * The client that stands out most, by bytes or by requests.
 * In a small crowd the mean is made by the client itself, so half of everything counts instead.
 */
export function standout(byBytes: TopResult, byRequests: TopResult): Standout | undefined {
  const candidates = [
    { result: byBytes, by: "bytes_sent" as const },
    { result: byRequests, by: "requests" as const },
  ].flatMap(({ result, by }) => {
    const row = result.rows[0];
    const spread = result.concentration;
    if (row === undefined || spread.groups < 2 || spread.total === 0) return [];
    const far =
      spread.groups >= CROWD &&
      row.share >= SHARE &&
      row.times_mean >= Math.min(FACTOR, spread.groups / 2);
    const alone = spread.groups < CROWD && row.share >= 0.8;
    return far || alone ? [{ row, by, spread }] : [];
  });
  return candidates.toSorted((a, b) => b.row.share - a.row.share)[0];
}
