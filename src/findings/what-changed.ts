import type { Cause, Change, Comparison, Part, Within } from "../analyses/compare/compare.js";
import type { Metric } from "../analyses/compare/metric.js";
import type { Typical } from "../analyses/compare/story.js";
import type { Window } from "../analyses/scope.js";
import { bytes, duration, integer, percent } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import type { Wording } from "./verdict.js";

/** What the paragraph is about. */
export interface Told {
  readonly result: Comparison;
  readonly metric: Metric;
  readonly incident: Window;
}

/** A value of the metric for people. */
export function amount({ unit }: Metric, value: number, locale: string): string {
  if (unit === "bytes") return bytes(Math.round(value), { locale });
  if (unit === "ms") return duration(value, locale);
  if (unit === "share") return percent(value, locale);
  return value > 0 && value < 0.5 ? "almost none" : integer(value, locale);
}

/** What changed, in one paragraph of fixed slots. It says where a change comes from, never why. */
export function whatChanged(told: Told, wording: Wording): string {
  const { result } = told;
  const sentences = [
    ...(result.verdict === "calm" && result.opposite === null ? ["Nothing unusual changed."] : []),
    totalSentence(told, wording),
    ...clientSentence(result, wording),
    ...(result.verdict === "calm" ? partSentence(told, wording) : causeSentences(told, wording)),
  ];
  return sentences.join(" ");
}

function totalSentence({ result, metric, incident }: Told, wording: Wording): string {
  const { zone, locale } = wording;
  const { total, range, baseline } = result;
  const show = (value: number): string => amount(metric, value, locale);
  const when = `Between ${span(incident, zone)} (${zone})`;
  const what = {
    count: `there were ${show(total.incident)} ${metric.noun}`,
    sum: `${show(total.incident)} were sent`,
    mean: `the ${metric.noun} was ${show(total.incident)}`,
  }[metric.kind];
  const several =
    baseline.windows.length > 1 ? `, which had ${show(range[0])} to ${show(range[1])}` : "";
  return `${when} ${what}, ${against(total.factor, show(total.expected))} (${basis(result, wording)}${several}).`;
}

/** `3.1 times the 15,600 expected`, `23% more than the 15,600 expected`. */
function against(factor: number | null, expected: string): string {
  if (factor === null) return "where none were expected";
  if (factor >= 1.95) return `${factor.toFixed(1)} times the ${expected} expected`;
  if (Math.abs(factor - 1) < 0.005) return `as many as the ${expected} expected`;
  return `${percent(Math.abs(factor - 1))} ${factor > 1 ? "more" : "less"} than the ${expected} expected`;
}

function basis({ baseline }: Comparison, { zone, locale }: Wording): string {
  const { kind, windows, odd } = baseline;
  const count = windows.length;
  const [first] = windows;
  if (first === undefined) return "nothing to compare with";
  const days = integer(count, locale);
  const without =
    odd.length === 0
      ? ""
      : `, without ${odd.map(({ from }) => localTime(from, zone, "day")).join(", ")}, which was far busier`;
  if (kind === "weekdays") {
    const name = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(
      new Date(`${localTime(first.from, zone, "day")}T12:00:00Z`),
    );
    const which = count === 1 ? `the ${name} before` : `${days} ${name}s before`;
    return `the same hours of ${which}${without}`;
  }
  if (kind === "days") {
    return `the same hours of ${count === 1 ? "the day before" : `${days} days before`}${without}`;
  }
  if (kind === "before") return `the log before, from ${localTime(first.from, zone)} on`;
  return `by ${span(first, zone, "to")}${count > 1 ? ` and ${integer(count - 1, locale)} more` : ""}`;
}

/** `2026-11-05 14:00 and 15:00`; the day of the end where it is another one. */
export function span({ from, until }: Window, zone: string, between = "and"): string {
  const precision = until.getTime() - from.getTime() < 600_000 ? "second" : "minute";
  const [start, end] = [localTime(from, zone, precision), localTime(until, zone, precision)];
  const sameDay = start.slice(0, 10) === end.slice(0, 10);
  return `${start} ${between} ${sameDay ? end.slice(11) : end}`;
}

/** Fewer clients that make more are other news than more clients. */
function clientSentence({ clients }: Comparison, { locale }: Wording): string[] {
  if (clients === null || clients.baseline === 0) return [];
  const { baseline, incident } = clients;
  if (Math.abs(incident - baseline) < 0.1 * baseline) return [];
  const word = incident === 1 ? "client" : "clients";
  return [
    `They came from ${integer(incident, locale)} ${word}, ${incident < baseline ? "fewer" : "more"} than the usual ${integer(baseline, locale)}.`,
  ];
}

/** The whole is as usual, yet a part of it is not: something else made up for it. */
function partSentence({ result: { opposite }, metric }: Told, { locale }: Wording): string[] {
  if (opposite === null) return [];
  const show = (value: number): string => amount(metric, value, locale);
  const word = opposite.incident < opposite.expected ? "fell" : "rose";
  return [
    `That is not unusual, yet one part ${word} far: ${nameOf(opposite, metric)} (${moved(opposite, metric, show)}).`,
  ];
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth"];

function causeSentences(told: Told, wording: Wording): string[] {
  const { result, metric } = told;
  const { causes, opposite, unexplained, total } = result;
  const { locale } = wording;
  const rose = total.incident > total.expected;
  const what = metric.kind === "mean" ? "the change" : rose ? "the extra" : "what is missing";
  const [first, ...others] = causes;
  if (first === undefined) {
    return [
      "No client, path or any other value that the log has stands out: everything moved alike, so it comes from something that the log does not show.",
    ];
  }
  const show = (value: number): string => amount(metric, value, locale);
  return [
    `${shareText(first, locale)} of ${what} comes from one thing: ${nameOf(first, metric)} (${moved(first, metric, show)}).`,
    ...storySentences(first, told, wording),
    ...others
      .slice(0, ORDINALS.length - 1)
      .map(
        (cause, at) =>
          `A ${ORDINALS[at + 1]} cause explains ${shareText(cause, locale)}: ${nameOf(cause, metric)} (${moved(cause, metric, show)}${briefly(cause)}).`,
      ),
    ...moreSentence(causes.slice(ORDINALS.length), locale),
    ...(opposite === null
      ? []
      : [
          `${rose ? "A drop" : "A rise"} hides a part of it: ${nameOf(opposite, metric)} (${moved(opposite, metric, show)}).`,
        ]),
    ...(Math.abs(unexplained) < 0.02
      ? []
      : unexplained > 0
        ? [`${percent(unexplained, locale)} is spread over many and unexplained.`]
        : [`What is left moved the other way, by ${percent(-unexplained, locale)} of the change.`]),
    ...withoutFirst(first, told),
  ];
}

/** A paragraph that names every one of many is not read. */
function moreSentence(more: readonly Part[], locale: string): string[] {
  if (more.length === 0) return [];
  const share = more.reduce((sum, { share_of_change }) => sum + share_of_change, 0);
  const word = more.length === 1 ? "cause explains" : "causes explain";
  return [`${integer(more.length, locale)} more ${word} ${percent(share, locale)}.`];
}

const shareText = ({ share_of_change: share }: Part, locale: string): string =>
  share > 1 ? "All" : percent(share, locale);

const moved = (part: Change, { kind }: Metric, show: (value: number) => string): string =>
  kind === "mean"
    ? `${show(part.incident)}; ${show(part.baseline)} before`
    : `${show(part.incident)}; ${show(part.expected)} expected`;

/** What it would have been, had the first cause stayed as expected. */
function withoutFirst({ share_of_change: share }: Cause, { result, metric }: Told): string[] {
  const { total } = result;
  if (metric.kind === "mean" || total.factor === null || total.expected === 0) return [];
  const without = total.factor - share * (total.factor - 1);
  return [`Without the first cause it would have been ${without.toFixed(2)} times the expected.`];
}

function storySentences(
  cause: Cause,
  { metric, incident }: Told,
  { zone, locale }: Wording,
): string[] {
  const said = cause.typical.slice(0, TYPICAL).map((one) => typicalText(one, metric, locale));
  const sentences = said.length === 0 ? [] : [`Of those, ${list(said)}.`];
  if (cause.within !== null) sentences.push(withinText(cause.within, metric, locale));
  const { first_seen: first, last_seen: last } = cause;
  const long = incident.until.getTime() - incident.from.getTime() >= 86_400_000;
  const clock = (time: Date): string => localTime(time, zone).slice(long ? 0 : 11);
  if (first !== null && last !== null) {
    sentences.push(`They were seen from ${clock(first)} to ${clock(last)}.`);
  }
  return sentences;
}

/** What is most striking inside a cause, and whose it is. */
export function withinText(within: Within, metric: Metric, locale: string): string {
  const show = (value: number): string => amount(metric, value, locale);
  const who = within.typical.find(({ field }) => field in PLURALS);
  const whose = who === undefined ? "" : `; ${typicalText(who, metric, locale)}`;
  return `Within it, ${percent(within.share_of_cause, locale)} is ${nameOf(within, metric)} (${moved(within, metric, show)}${whose}).`;
}

const TYPICAL = 4;

function typicalText(
  { field, values, share, baseline_share: before }: Typical,
  metric: Metric,
  locale: string,
): string {
  const part = percent(share, locale);
  const usual = before === null ? "" : ` (usually ${percent(before, locale)})`;
  const [only = null] = values;
  if (values.length > 1) {
    return `${part} are of ${values.length} ${PLURALS[field] ?? `values of ${field}`}${usual}: ${values.map((value) => value ?? "none").join(", ")}`;
  }
  return `${part} have ${valueName(field, only, metric)}${usual}`;
}

const PLURALS: Record<string, string> = {
  client_ip: "clients",
  user: "users",
  requester: "requesters",
  session_id: "sessions",
};

/** The few behind a later cause are named, its other marks are left to the table. */
function briefly({ typical }: Cause): string {
  const who = typical.find(({ field }) => field in PLURALS);
  return who === undefined ? "" : `; ${who.values.map((value) => value ?? "none").join(", ")}`;
}

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

/** The conditions of a part in words. */
export const nameOf = ({ conditions }: Pick<Part, "conditions">, metric: Metric): string =>
  Object.entries(conditions)
    .map(([field, value]) => valueName(field, value, metric))
    .join(", ");

/** A value with what it is: `port 443`, `no User-Agent`. */
export function valueName(field: string, value: string | null, { noun }: Metric): string {
  const name = NAMES[field] ?? field.replaceAll("_", " ");
  if (value === null) return `no ${name}`;
  if (field === "duration")
    return `${noun === "connections" ? "a connection" : "a duration"} of ${value}`;
  if (field === "size") return `a size of ${value}`;
  return `${name} ${value}`;
}

const NAMES: Record<string, string> = {
  client_ip: "client",
  client_net: "network",
  user_agent: "User-Agent",
  agent: "User-Agents of",
  target_port: "port",
  target_ip: "target",
  asn: "AS",
  as_org: "network of",
  path_pattern: "paths like",
  path_prefix: "paths below",
  directory: "paths below",
  key_prefix: "keys below",
  referrer_host: "referrers of",
  query_key: "queries that begin with",
  extension: "file type",
  status_class: "status",
  tls_protocol: "TLS version",
  tls_cipher: "cipher",
};
