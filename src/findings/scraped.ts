import type { ScrapersResult } from "../analyses/scrapers/result.js";
import { shellWord } from "../outputs/escape.js";
import { bytes, duration, integer, percent } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import { accusedOf, classNames } from "./scrapers.js";
import type { Severity, Verdict, Wording } from "./verdict.js";

/** From this part of all requests on, a scraper is a load. */
const MUCH = 0.2;

/** The five cells about whoever scrapes most, alone or together. */
export function scraped(result: ScrapersResult, wording: Wording): Verdict | undefined {
  const accused = accusedOf(result);
  const most = accused.toSorted((a, b) => rank(b) - rank(a) || b.score - a.score)[0];
  if (most === undefined) return undefined;
  const { zone, locale, sources } = wording;
  const { traffic, band, evidence } = most;
  const share = result.site.requests === 0 ? 0 : traffic.requests / result.site.requests;
  const group = "kind" in most ? most : undefined;
  const who = group === undefined ? ("client_ip" in most ? most.client_ip : "") : groupName(group);
  const others = accused.length - 1;
  const [first, ...more] = evidence.filter(({ points }) => points > 0);
  const length = duration(traffic.last_seen.getTime() - traffic.first_seen.getTime(), locale);
  const show = (time: Date): string => localTime(time, zone);
  return {
    unusual: true,
    severity: severityOf(band === "strong", share),
    who: {
      text: `${who}: ${classNames[most.class]} (${band})`,
      ...(others > 0 ? { detail: `and ${integer(others, locale)} more that look like one` } : {}),
    },
    what: {
      text:
        `${percent(share, locale)} of all requests: ${integer(traffic.requests, locale)}, ` +
        bytes(traffic.bytes_sent, { locale }),
      detail: `${integer(traffic.distinct_pages, locale)} different pages`,
    },
    since: { text: `${show(traffic.first_seen)} ${zone}`, detail: `for ${length}` },
    how_unusual: {
      text: first?.sentence ?? classNames[most.class],
      ...(more.length === 0 ? {} : { detail: more.map(({ sentence }) => sentence).join("; ") }),
    },
    do: {
      text: "read the evidence for and against, then limit or block",
      command:
        group === undefined
          ? `culprit activity -w ${shellWord(`client_ip=${who}`)} ${sources}`.trimEnd()
          : `culprit scrapers ${sources}`.trimEnd(),
    },
    evidence: evidence.map(({ sentence }) => `${sentence}.`),
  };
}

const rank = ({ band, traffic }: { band: string; traffic: { requests: number } }): number =>
  traffic.requests * (band === "strong" ? 4 : 1);

function severityOf(isStrong: boolean, share: number): Severity {
  const level = (isStrong ? 1 : 0) + (share >= MUCH ? 1 : 0);
  return (["low", "medium", "high"] as const)[level] ?? "low";
}

const groupName = (group: {
  readonly kind: string;
  readonly value: string | null;
  readonly addresses: number;
}): string => {
  const name = group.value ?? "scattered addresses";
  const what = { user_agent: "User-Agent ", session: "session ", search: "search " }[group.kind];
  return `${what ?? ""}${name}`;
};
