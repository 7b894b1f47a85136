import type { BlockPlan } from "../analyses/blockplan/blockplan.js";
import type { Savings } from "../analyses/blockplan/savings.js";
import { bytes, duration, integer, percent } from "../outputs/numbers.js";
import { money } from "../outputs/money.js";

/** A plan in sentences: what it removes, what it would have refused, whom it hits, what it saves. */
export function blockTold(plan: BlockPlan, savings: Savings, locale = "en"): string[] {
  const { entries, removed, target, harm, of, by, replay } = plan;
  const amount = (value: number): string =>
    by === "requests"
      ? `${integer(value, locale)} request${value === 1 ? "" : "s"}`
      : bytes(value, { locale });
  if (harm === 0) {
    if (of === "choice") return ["Nobody to block: nothing passes what you chose."];
    return ["Nobody to block: no scraper and no flood is accused.", ...largestTold(plan, locale)];
  }
  const whose = of === "verdicts" ? "what scrapers and floods did" : "what you chose";
  const head =
    entries.length === 0
      ? `Nobody is to be blocked: all of ${whose} (${amount(harm)}) comes from those who are spared.`
      : `Block ${many(entries.length, "entry", "entries", locale)} to remove ` +
        `${percent(removed, locale)} of ${whose} (${by === "requests" ? integer(Math.round(removed * harm), locale) : amount(removed * harm)} of ${amount(harm)}).`;
  const short =
    removed < target && entries.length > 0
      ? [
          `That is less than the ${percent(target, locale)} asked for: the rest is spared or cut off.`,
        ]
      : [];
  if (entries.length === 0) return [head];
  const length =
    replay.from === null || replay.until === null
      ? 0
      : replay.until.getTime() - replay.from.getTime();
  const part = replay.requests === 0 ? 0 : replay.refused_requests / replay.requests;
  return [
    head,
    ...short,
    `In the last ${duration(length, locale)} it would have refused ` +
      `${integer(replay.refused_requests, locale)} requests (${percent(part, locale)} of all) and ` +
      `${bytes(replay.refused_bytes, { locale })}; at that pace ` +
      `${bytes(savings.refused_bytes, { locale })} and ${money(savings.saved, savings.currency, locale)} ` +
      `a month, by the list prices of ${savings.service}.`,
    hitsTold(plan, locale),
  ];
}

/** From this part of all on, one client is worth a word. */
const LARGE = 0.2;

function largestTold({ largest, by }: BlockPlan, locale: string): string[] {
  if (largest === null || largest.share < LARGE) return [];
  const what = by === "requests" ? "requests" : "bytes";
  return [
    `${largest.client_ip} has ${percent(largest.share, locale)} of the ${what}, and nothing accuses it ` +
      `of anything else: --only ${largest.client_ip} plans its block all the same.`,
  ];
}

function hitsTold({ replay }: BlockPlan, locale: string): string {
  const { people, hit_clients: clients, others, verified_bots: bots, hits } = replay;
  const cannotTell = hits.some(({ person }) => person === null);
  const verified =
    bots === 0 ? "no verified crawler" : many(bots, "verified crawler", undefined, locale);
  if (clients === 0) return `It hits nobody else, and ${verified}.`;
  const who = cannotTell
    ? "this log cannot tell people from automata"
    : people === 0
      ? "none of them looks like a person"
      : `${integer(people, locale)} of them ${people === 1 ? "looks like a person" : "look like people"}`;
  return (
    `It also hits ${many(clients, "client", undefined, locale)} that nothing accuses, with ` +
    `${many(others, "request", undefined, locale)} (${who}), and ${verified}.`
  );
}

const many = (count: number, one: string, more = `${one}s`, locale = "en"): string =>
  `${integer(count, locale)} ${count === 1 ? one : more}`;
