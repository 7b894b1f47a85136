import type { ScrapersResult } from "../analyses/scrapers/result.js";
import type { Comparison } from "../analyses/compare/compare.js";
import type { Changes, Verdicts } from "../analyses/verdicts.js";
import { metrics } from "../analyses/compare/metric.js";
import { integer, percent, times } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import { nameOf, span } from "./what-changed.js";
import { floodsHeadline } from "./floods.js";
import { accusedOf, classNames } from "./scrapers.js";
import { spikesHeadline } from "./spikes.js";
import type { Wording } from "./verdict.js";

/** What one of the other commands finds, in a line, and the command that says more. */
export interface Lead {
  readonly name: "CHANGED" | "SCRAPERS" | "FLOODS" | "SPIKES";
  readonly found: boolean;
  readonly text: string;
  readonly command: string;
}

/** So many are named in a line. */
const NAMED = 3;

/** A line for each verdict, whether it found something or not. */
export function leadsOf(verdicts: Verdicts, wording: Wording): Lead[] {
  const { floods, spikes } = verdicts;
  const { locale } = wording;
  const lead = (name: Lead["name"], found: boolean, text: string): Lead => {
    const command = name === "CHANGED" ? "compare" : name.toLowerCase();
    return { name, found, text, command: `culprit ${command} ${wording.sources}`.trimEnd() };
  };
  return [
    lead("CHANGED", isChange(verdicts.changes), changedText(verdicts, wording)),
    lead("SCRAPERS", accusedOf(verdicts.scrapers).length > 0, scrapersText(verdicts, locale)),
    lead("FLOODS", floods.unusual, floodsText(verdicts, locale)),
    lead("SPIKES", spikes.spikes.length > 0, spikesText(verdicts, wording)),
  ];
}

const isChange = (changes: Verdicts["changes"]): changes is Changes =>
  changes !== undefined && changes.comparison.verdict !== "calm";

function changedText({ changes }: Verdicts, wording: Wording): string {
  if (!isChange(changes)) return "no time stands out from the rest";
  const { zone, locale } = wording;
  const { incident, comparison } = changes;
  const { total, causes } = comparison;
  const causeText = causes
    .slice(0, NAMED)
    .map(
      (cause) =>
        `${percent(Math.min(1, cause.share_of_change), locale)} of the difference is ${nameOf(cause, metrics.requests)}`,
    );
  const why = causes.length === 0 ? ["no single cause"] : causeText;
  return (
    `${span(incident, zone, "..")} ${zone}: ${integer(total.incident, locale)} requests, ` +
    `${expectedText(comparison, wording)}; ${why.join(", ")}`
  );
}

/** `×9.2 the 80 expected`, as the same hours of other days were. */
export function expectedText({ total }: Comparison, { locale, ascii }: Wording): string {
  const { factor, expected } = total;
  if (factor === null || factor === Infinity) return "none expected";
  return `${times(factor, { locale, ascii, cap: 999 })} the ${integer(expected, locale)} expected`;
}

function scrapersText({ scrapers }: Verdicts, locale: string): string {
  const accused = accusedOf(scrapers);
  if (accused.length === 0) return `nobody looks like one${avowedText(scrapers, locale)}`;
  const named = accused.slice(0, NAMED).map((one) => {
    const who = "kind" in one ? (one.value ?? "scattered addresses") : one.client_ip;
    return `${who} (${classNames[one.class]}, ${one.band}, ${integer(one.traffic.requests, locale)} requests)`;
  });
  const more = accused.length - NAMED;
  return [...named, ...(more > 0 ? [`${integer(more, locale)} more`] : [])].join(", ");
}

/** Those who say that they are programs are not accused, and must not seem overlooked. */
function avowedText({ clients }: ScrapersResult, locale: string): string {
  const avowed = clients
    .filter(({ declared }) => declared !== null)
    .toSorted((a, b) => b.traffic.requests - a.traffic.requests);
  if (avowed.length === 0) return "";
  const named = avowed
    .slice(0, NAMED)
    .map(
      ({ client_ip: ip, declared, traffic }) =>
        `${ip} (${declared ?? ""}, ${integer(traffic.requests, locale)} requests)`,
    );
  const more = avowed.length > NAMED ? ` and ${integer(avowed.length - NAMED, locale)} more` : "";
  return ` in hiding; programs by their own word: ${named.join(", ")}${more}`;
}

function floodsText({ floods }: Verdicts, locale: string): string {
  const first = floods.floods
    .slice(0, NAMED)
    .map(
      ({ client_ip: ip, kind, requests }) =>
        `${ip} (${kind}, ${integer(requests, locale)} requests)`,
    );
  const named = first.length === 0 ? "" : `: ${first.join(", ")}`;
  return `${floodsHeadline(floods)}${named}`;
}

function spikesText({ spikes }: Verdicts, { zone, locale }: Wording): string {
  const named = spikes.spikes
    .slice(0, NAMED)
    .map(({ measure, from }) => `${MEASURES[measure]} from ${localTime(from, zone)}`);
  const headline = spikesHeadline(spikes, locale);
  return named.length === 0 ? headline : `${headline}: ${named.join(", ")} ${zone}`;
}

const MEASURES = { requests: "requests", bytes_sent: "bytes", errors: "errors" } as const;
