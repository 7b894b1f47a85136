import type { Labels } from "../alerts/alert.js";
import type { Observation } from "../alerts/machine.js";
import { floods } from "../analyses/floods/floods.js";
import { isAccused } from "../analyses/scrapers/result.js";
import { scrapers } from "../analyses/scrapers/scrapers.js";
import type { Scope } from "../analyses/scope.js";
import { floodTold } from "../findings/floods.js";
import { spending } from "./budget.js";
import type { WatchedLogs } from "./logs.js";
import type { Rule } from "./rule.js";
import type { Track } from "./track.js";

/** Somebody, or something, that an analysis names. */
interface Named {
  readonly labels: Labels;
  /** How much it has asked for, and how far beyond what is usual. */
  readonly value: number;
  readonly ratio: number;
  readonly summary: string;
}

/** Series of those whom an analysis names in the window that ends with the last closed step. */
export async function verdictTracks(
  rule: Rule,
  logs: WatchedLogs,
  closed: number,
): Promise<Track[]> {
  // Before the first line nothing is known, which is not nothing.
  const begin = Math.max(closed - rule.window_ms, logs.scope.covers?.from.getTime() ?? closed);
  const window = { from: new Date(begin), until: new Date(closed) };
  const scope = await within(logs.scope, window, logs.filter(rule), rule.name);
  const named = await namedBy(scope, rule);
  const step = {
    from: new Date(closed - rule.step_ms).toISOString(),
    until: new Date(closed).toISOString(),
    clear: 1,
  };
  const tracks = named.map(({ labels, ...found }) => single(labels, { ...step, ...found }));
  const names = new Set(named.map(({ labels }) => JSON.stringify(labels)));
  const gone = logs.active(rule).flatMap(({ labels: all, episode }) => {
    const { site: _site, ...labels } = all;
    if (names.has(JSON.stringify(labels))) return [];
    const summary = episode?.summary ?? "";
    return [single(labels, { ...step, value: 0, ratio: 0, summary })];
  });
  return [...tracks, ...gone];
}

function namedBy(scope: Scope, rule: Rule): Promise<readonly Named[]> {
  if (rule.measure === "budget") return spending(scope, rule);
  return rule.measure === "floods" ? flooding(scope, rule) : scraping(scope, rule);
}

const single = (labels: Labels, observation: Observation): Track => ({
  labels,
  current: observation,
  observations: () => [observation],
});

/** The same logs, of a window only. */
async function within(
  scope: Scope,
  window: { from: Date; until: Date },
  filter: string,
  name: string,
): Promise<Scope> {
  const { db, dialect } = scope;
  const range =
    `time >= ${dialect.literal(window.from)} AND time < ${dialect.literal(window.until)} ` +
    `AND ${filter}`;
  const view = await db.view(
    `watched_${name.replaceAll("-", "_")}`,
    `SELECT * FROM ${scope.requests} WHERE ${range}`,
  );
  return {
    ...scope,
    requests: view,
    everything: view,
    filter: `${scope.filter} AND ${range}`,
    window,
    covers: window,
    asked: { since: window.from, until: window.until },
  };
}

/** Clients that flood now: floods that were over before the last step are not told as new ones. */
async function flooding(scope: Scope, rule: Rule): Promise<Named[]> {
  const { floods: found } = await floods(scope);
  const end = scope.window?.until.getTime() ?? 0;
  const wording = { zone: scope.zone, locale: "en", ascii: false, sources: "" };
  return found
    .filter(({ until }) => until.getTime() > end - rule.step_ms)
    .map((flood) => ({
      labels: { client_ip: flood.client_ip },
      value: flood.requests,
      ratio: Math.max(1, flood.peak / Math.max(1, 5 * flood.others)),
      summary: `${flood.client_ip}: ${floodTold(flood, wording).sentence}`,
    }));
}

/** Clients and groups that are accused with the rule's band. */
async function scraping(scope: Scope, { band: least }: Rule): Promise<Named[]> {
  const { clients, groups } = await scrapers(scope);
  const isMeant = (one: Parameters<typeof isAccused>[0]): boolean =>
    isAccused(one) && (least === "likely" || one.band === "strong");
  const words = ({ band, class: kind, evidence, traffic }: Parameters<typeof isAccused>[0]) =>
    `${band} ${kind}, ${traffic.requests} requests: ${evidence
      .slice(0, 2)
      .map(({ sentence }) => sentence)
      .join("; ")}`;
  return [
    ...groups.filter(isMeant).map((group) => ({
      labels: { [group.kind]: group.value ?? "" },
      value: group.traffic.requests,
      ratio: 1,
      summary: `${group.kind} ${group.value ?? ""}: ${words(group)}`,
    })),
    ...clients
      // The group says it already.
      .filter((client) => isMeant(client) && client.group === null)
      .map((client) => ({
        labels: { client_ip: client.client_ip, user_agent: client.user_agent ?? "" },
        value: client.traffic.requests,
        ratio: 1,
        summary: `${client.client_ip}: ${words(client)}`,
      })),
  ];
}
