import {
  isAccused,
  type Class,
  type JudgedClient,
  type JudgedGroup,
  type ScrapersResult,
} from "../analyses/scrapers/result.js";
import { integer } from "../outputs/numbers.js";

/** What somebody is taken for, in words. */
export const classNames: Record<Class, string> = {
  "verified-crawler": "verified crawler",
  impostor: "impostor: not the crawler it claims to be",
  "declared-automaton": "says itself that it is an automaton",
  poller: "polls the same few pages",
  scanner: "scanner, looks for what is not there",
  "sequential-scraper": "scraper, goes through numbers in order",
  scraper: "scraper",
  automaton: "no browser, but not seen to work through the site",
  "rotating-user-agent": "scraper that changes its User-Agent",
  "distributed-campaign": "distributed campaign",
  "shared-address": "shared address, with people behind it",
  "cannot-tell": "cannot tell",
};

/** Everybody who is accused, the groups first; members of a group are accused by it. */
export const accusedOf = ({ clients, groups }: ScrapersResult): (JudgedClient | JudgedGroup)[] => [
  ...groups.filter(isAccused),
  ...clients.filter((client) => client.group === null && isAccused(client)),
];

/** What all is about, in one line. */
export function scrapersHeadline(result: ScrapersResult, locale: string): string {
  const accused = accusedOf(result);
  if (accused.length === 0) return "Nobody looks like a scraper.";
  const groups = accused.filter((one) => "kind" in one).length;
  const many = (count: number, one: string, more: string): string[] =>
    count === 0 ? [] : [`${integer(count, locale)} ${count === 1 ? one : more}`];
  const who = [
    ...many(accused.length - groups, "client", "clients"),
    ...many(groups, "group", "groups"),
  ].join(" and ");
  return `${who} ${accused.length === 1 ? "looks like a scraper" : "look like scrapers"}.`;
}
