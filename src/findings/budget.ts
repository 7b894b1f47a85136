import type { Budget } from "../analyses/budget/budget.js";
import type { Amount } from "../analyses/budget/month.js";
import { integer, percent } from "../outputs/numbers.js";
import { money } from "../outputs/money.js";
import { localTime } from "../outputs/times.js";

/** Bytes in the units of the bill: `1,840 GB`, with decimals where there are few. */
export function gigabytes(bytes: number, gbBytes: number, locale = "en"): string {
  const gb = bytes / gbBytes;
  const digits = gb >= 100 ? 0 : gb >= 1 ? 1 : 3;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
  return `${number.format(gb)} GB`;
}

/** A month in sentences: what it comes to, how surely, when the limit is reached, and with whom. */
export function budgetTold(found: Budget, locale = "en"): string[] {
  const gb = (amount: Amount): string => gigabytes(amount.bytes, found.gb_bytes, locale);
  const cost = ({ cost: value }: Amount): string => money(value, found.currency, locale);
  const both = (amount: Amount): string => `${gb(amount)}, ${cost(amount)}`;
  const { forecast, actual, interval, limit, complete, month } = found;
  const limited =
    limit === null
      ? ""
      : "bytes" in limit
        ? ` of ${gigabytes(limit.bytes, found.gb_bytes, locale)}`
        : ` of ${money(limit.cost, found.currency, locale)}`;
  const head = complete
    ? `${month} came to ${gb(forecast)}: ${cost(forecast)}${limited}.`
    : `At this pace ${month} comes to ${gb(forecast)}` +
      (interval === null ? "" : `, likely ${gb(interval.low)} to ${gb(interval.high)}`) +
      `: ${cost(forecast)}${limited}.`;
  return [
    head,
    ...limitTold(found, locale),
    ...(complete || found.as_of === null
      ? []
      : [`So far ${both(actual)}, until ${localTime(found.as_of, "UTC")} UTC.`]),
    ...(interval === null || interval.by === "range"
      ? complete
        ? []
        : [
            interval === null
              ? "There is too little history to say how sure that is."
              : "The range is that of the last weeks; there are too few months to test forecasts on.",
          ]
      : [
          `In ${integer(interval.test?.inside ?? 0)} of ${integer(interval.test?.months ?? 0)} past ` +
            "months the truth fell inside such a range.",
        ]),
    ...(found.without_spikes === null
      ? []
      : [
          `Without the spike${found.spike_days.length === 1 ? "" : "s"} of ${found.spike_days.join(", ")} ` +
            `it would be ${both(found.without_spikes)}` +
            (found.with_spikes === null
              ? "."
              : `; if such days come again, ${both(found.with_spikes)}.`),
        ]),
    ...culpritTold(found, locale),
  ];
}

function limitTold(
  { over, reached, chance_over: chance, limit, complete, as_of: asOf }: Budget,
  locale: string,
): string[] {
  if (limit === null) return [];
  if (!over || reached === null) {
    const sure =
      chance === null || complete ? "" : ` (${percent(chance, locale)} likely to be exceeded)`;
    return [`The budget ${complete ? "was kept" : "holds"}${sure}.`];
  }
  const past = complete || (asOf !== null && reached <= asOf.toISOString().slice(0, 10));
  if (past) return [`The budget was reached on ${reached}.`];
  const sure = chance === null ? "" : ` (${percent(chance, locale)} likely to be exceeded)`;
  return [`The budget is reached about ${reached}${sure}.`];
}

function culpritTold({ culprits, currency, gb_bytes: gb }: Budget, locale: string): string[] {
  const [first] = culprits;
  if (first === undefined || first.share < 0.05) return [];
  const who = Object.values(first.values).map(String).join(" ");
  return [
    `${who} takes ${percent(first.share, locale)} of it: without it the month would be ` +
      `${gigabytes(first.without.bytes, gb, locale)}, ${money(first.without.cost, currency, locale)}.`,
  ];
}
