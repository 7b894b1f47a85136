import { bytes as size, integer } from "../../outputs/numbers.js";

/** Dollars for 2^40 bytes, in most regions; a query counts at least ten megabytes. */
const PER_TIB = 5;
const LEAST = 10 * 2 ** 20;

/** What Athena charges for scanned bytes, in dollars; reserved capacity is charged otherwise. */
export const price = (scanned: readonly number[]): number =>
  scanned.reduce((sum, bytes) => sum + Math.max(bytes, LEAST), 0) * (PER_TIB / 2 ** 40);

/** `Athena: 12 queries scanned 3.1 GiB: about $0.015 at $5 per TiB`. */
export function costText(scanned: readonly number[]): string {
  const bytes = scanned.reduce((sum, some) => sum + some, 0);
  const queries = `${integer(scanned.length)} ${scanned.length === 1 ? "query" : "queries"}`;
  return `Athena: ${queries} scanned ${size(bytes)}: ${priceText(scanned)}`;
}

/** `about $0.015 at $5 per TiB` */
export const priceText = (scanned: readonly number[]): string =>
  `about $${Number(price(scanned).toPrecision(2))} at $${PER_TIB} per TiB`;
