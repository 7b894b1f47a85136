import { metrics } from "../analyses/compare/metric.js";
import type { FloodsResult } from "../analyses/floods/floods.js";
import {
  isAccused,
  type JudgedClient,
  type JudgedGroup,
  type ScrapersResult,
} from "../analyses/scrapers/result.js";
import type { Evidence as Observation } from "../analyses/scrapers/evidence.js";
import type { Traffic } from "../analyses/scrapers/traffic.js";
import type { SpikesResult } from "../analyses/spikes/spikes.js";
import type { Changes } from "../analyses/verdicts.js";
import { whereText } from "../analyses/where-text.js";
import { floodsHeadline, floodTold, timerTold, type Told as Words } from "../findings/floods.js";
import { spikesHeadline, spikeTold } from "../findings/spikes.js";
import type { Wording } from "../findings/verdict.js";
import { nameOf, valueName, whatChanged, withinText } from "../findings/what-changed.js";
import { shellWord } from "../outputs/escape.js";
import { bytes, integer, percent } from "../outputs/numbers.js";
import { classNames } from "../findings/scrapers.js";
import { localTime } from "../outputs/times.js";
import { isoTime } from "../outputs/values.js";
import type { Evidence, Finding, Told } from "./data.js";

const plain = (text: string): Evidence => ({ sign: "", text });

/** The causes of a change in words. */
export function changesTold({ comparison: result, incident }: Changes, wording: Wording): Told {
  const metric = metrics.requests;
  const { locale, zone, sources } = wording;
  const count = (value: number): string =>
    value > 0 && value < 0.5 ? "almost none" : integer(value, locale);
  const command =
    `culprit compare --incident ${isoTime(incident.from)}..${isoTime(incident.until)} ${sources}`.trimEnd();
  const findings = result.causes.map((cause): Finding => {
    const typical = cause.typical.map(
      ({ field, values, share, baseline_share: before }) =>
        `${percent(share, locale)} ${
          values.length === 1
            ? valueName(field, values[0] ?? null, metric)
            : `${field} ${values.map((value) => value ?? "none").join(", ")}`
        } (usually ${before === null ? "next to none" : percent(before, locale)})`,
    );
    const same = cause.also_known_as.map((conditions) => nameOf({ conditions }, metric));
    const seen =
      cause.first_seen === null || cause.last_seen === null
        ? []
        : [
            `seen ${localTime(cause.first_seen, zone, "second")} to ${localTime(cause.last_seen, zone, "second")} ${zone}`,
          ];
    return {
      title: nameOf(cause, metric),
      badge: `${percent(cause.share_of_change, locale)} of the change`,
      accuses: true,
      sentence: `${count(cause.incident)} requests, ${count(cause.expected)} expected`,
      evidence: [
        ...typical,
        ...(same.length === 0 ? [] : [`the same rows: ${same.join("; ")}`]),
        ...(cause.within === null ? [] : [withinText(cause.within, metric, locale)]),
        ...seen,
      ].map(plain),
      where: cause.where.join(" and "),
      command,
      sql: cause.sql,
    };
  });
  const rest = result.unexplained;
  return {
    headline: whatChanged({ result, metric, incident }, wording),
    unusual: result.verdict !== "calm",
    findings,
    notes:
      findings.length > 0 && Math.abs(rest) >= 0.0005
        ? [`${percent(rest, locale)} of the change is unexplained`]
        : [],
  };
}

/** The most of each list of suspects. */
const SUSPECTS = 20;

/** Suspected scrapers, alone and together, then those in doubt, each with the evidence both ways. */
export function scrapersTold(result: ScrapersResult, wording: Wording): Told {
  const { locale, sources, zone } = wording;
  const count = (value: number): string => integer(value, locale);
  const traffic = ({ requests, bytes_sent: sent, first_seen: from, last_seen: until }: Traffic) =>
    `${count(requests)} requests, ${bytes(sent, { locale })}, ${localTime(from, zone)} to ${localTime(until, zone)} ${zone}`;
  const drill = (where: readonly string[]): string =>
    `culprit top path ${where.map((one) => `-w ${shellWord(one)}`).join(" ")} ${sources}`.trimEnd();
  const badge = ({ class: kind, band, score }: JudgedClient | JudgedGroup): string =>
    band === "none" ? classNames[kind] : `${classNames[kind]}: ${band}, ${score.toFixed(1)}`;
  const alone = (client: JudgedClient): Finding => {
    const where = [
      whereText("client_ip", client.client_ip),
      whereText("user_agent", client.user_agent),
    ];
    return {
      title: client.client_ip,
      badge: badge(client),
      accuses: isAccused(client),
      sentence: `${client.user_agent ?? "no User-Agent"}; ${traffic(client.traffic)}`,
      evidence: client.evidence.map(observed),
      where: where.join(" and "),
      command: drill(where),
      sql: null,
    };
  };
  const together = (group: JudgedGroup): Finding => {
    const named = group.members.slice(0, 8).map(({ client_ip: ip }) => ip);
    const rest = group.addresses - named.length;
    const members =
      named.length < 2
        ? []
        : [`${named.join(", ")}${rest > 0 ? ` and ${count(rest)} more` : ""}`].map(plain);
    return {
      title: group.value ?? "scattered addresses",
      badge: badge(group),
      accuses: isAccused(group),
      sentence: `${count(group.addresses)} addresses, ${count(group.user_agents)} User-Agents; ${traffic(group.traffic)}`,
      evidence: [...group.evidence.map(observed), ...members],
      where: null,
      command: null,
      sql: null,
    };
  };
  const clients = result.clients.filter(
    ({ group, band, class: kind }) => group === null && (band !== "none" || kind !== "cannot-tell"),
  );
  const groups = result.groups.slice(0, SUSPECTS).map(together);
  const lists = [clients.filter(isAccused), clients.filter((one) => !isAccused(one))].map((list) =>
    list.slice(0, SUSPECTS).map(alone),
  );
  const accused = clients.filter(isAccused).length + result.groups.filter(isAccused).length;
  const shared = result.shared_addresses.slice(0, SUSPECTS).map((one): Finding => ({
    title: one.client_ip,
    badge: "shared address, not accused",
    accuses: false,
    sentence: `${count(one.user_agents)} User-Agents; ${traffic(one.traffic)}`,
    evidence: one.evidence.map(observed),
    where: whereText("client_ip", one.client_ip),
    command: drill([whereText("client_ip", one.client_ip)]),
    sql: null,
  }));
  const { judged, too_little_data: few } = result;
  return {
    headline:
      accused === 0
        ? "Nobody looks like a scraper."
        : accused === 1
          ? "One looks like a scraper."
          : `${count(accused)} look like scrapers.`,
    unusual: accused > 0,
    findings: [...(lists[0] ?? []), ...groups, ...(lists[1] ?? []), ...shared],
    notes: [
      `${count(judged)} clients judged; ${count(few.clients)} more had too few requests (${percent(few.share, locale)} of all requests)`,
      ...result.notes,
    ],
  };
}

const observed = ({ points, sentence }: Observation): Evidence => ({
  sign: points > 0 ? "+" : points < 0 ? "-" : "",
  text: sentence,
});

/** Floods and timers in words. */
export function floodsTold(result: FloodsResult, wording: Wording): Told {
  const finding = (
    client: string,
    badge: string,
    accuses: boolean,
    { sentence, evidence, command, sql }: Words,
  ): Finding => ({
    title: client,
    badge,
    accuses,
    sentence,
    evidence: evidence.map(plain),
    where: whereText("client_ip", client),
    command,
    sql,
  });
  const { floods, shared, timers } = result;
  return {
    headline: floodsHeadline(result),
    unusual: result.unusual,
    findings: [
      ...floods.map((one) =>
        finding(one.client_ip, `${one.kind} flood`, true, floodTold(one, wording)),
      ),
      ...timers.map((one) =>
        finding(
          one.client_ip,
          one.change === null ? "steady timer" : "timer that changed",
          one.change !== null,
          timerTold(one, wording),
        ),
      ),
      ...shared.map((one) =>
        finding(one.client_ip, "perhaps many people", false, floodTold(one, wording)),
      ),
    ],
    notes: [],
  };
}

/** Hours and days out of line, in words. */
export function spikesTold(result: SpikesResult, covers: Date, wording: Wording): Told {
  return {
    headline: spikesHeadline(result, wording.locale),
    unusual: result.spikes.length > 0,
    findings: result.spikes.map((spike): Finding => {
      const { sentence, evidence, command, sql } = spikeTold(spike, covers, wording);
      return {
        title: `${localTime(spike.from, wording.zone)} ${wording.zone}`,
        badge: `${spike.kind} of ${spike.measure === "bytes_sent" ? "bytes" : spike.measure}`,
        accuses: true,
        sentence,
        evidence: evidence.map(plain),
        where: null,
        command,
        sql,
      };
    }),
    notes: [],
  };
}
