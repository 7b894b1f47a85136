/**
 * Sixty days of an ordinary site with incidents at known times, played through the rules of `watch` hour
 * by hour: time is a number here, nothing waits.
 */
import { randomOf, siteHours } from "./site-hours.mjs";

const HOUR = 3_600_000;
const DAYS = 60;
/** Before there is a fortnight of history, incidents are not asked for. */
const FIRST_DAY = 15;

/**
 * @typedef {import("./site-hours.mjs").Injection} Injection
 * @typedef {{
 *   judge: typeof import("../../src/watch/engine.js").judge,
 *   trackOf: typeof import("../../src/watch/observe.js").trackOf,
 * }} Engine
 * @typedef {import("../../src/watch/rule.js").Rule} Rule
 * @typedef {import("../../src/alerts/state.js").State} State
 */

/** What is injected, one after the other. @type {readonly Omit<Injection, "at">[]} */
export const kinds = [
  { hours: 1, factor: 5 },
  { hours: 3, factor: 2 },
  { hours: 12, factor: 2 },
  { hours: 6, factor: 10 },
  { hours: 48, factor: 1.5 },
  { hours: 4, factor: 0.1 },
];

/** Incidents of a site, a week apart, at any hour. @param {number} seed @returns {Injection[]} */
export function incidentsOf(seed) {
  const random = randomOf(seed * 7919);
  return kinds.map((kind, index) => ({
    ...kind,
    at: (FIRST_DAY + index * 7 + Math.floor(random() * 4)) * 24 + Math.floor(random() * 24),
  }));
}

/** @param {"requests" | "bytes_sent" | "errors"} measure @returns {Rule} */
export const ruleOf = (measure) => ({
  name: measure,
  site: "shop",
  severity: "warning",
  labels: {},
  channels: ["ops"],
  measure,
  unit: measure === "bytes_sent" ? "bytes" : "count",
  sources: [],
  where: [],
  by: undefined,
  window_ms: HOUR,
  step_ms: HOUR,
  delay_ms: 0,
  conditions: [{ kind: "unusual" }],
  match: "all",
  band: "strong",
  policy: { for_ms: 0, repeat_ms: 4 * HOUR, calm_steps: 3 },
  every: HOUR,
});

/** @type {State} */
const EMPTY = { version: 1, series: {}, outbox: [] };

/**
 * Plays a site through the rules; what was told, and what a second run of the same told.
 * @param {Engine} engine
 * @param {{ seed: number, mean: number, injections: Injection[], days?: number, measures?: readonly ("requests" | "bytes_sent" | "errors")[] }} site
 */
export async function replay(
  engine,
  { seed, mean, injections, days = DAYS, measures = ["requests"] },
) {
  const hours = siteHours({ seed, days, mean, injections });
  const begin = hours[0]?.from.getTime() ?? 0;
  const rules = measures.map(ruleOf);
  const annotate = async () => ({});
  /** @param {State} before @param {number} from @param {number} to */
  const play = async (before, from, to) => {
    let state = before;
    /** @type {{ at: number, alert: import("../../src/alerts/outbox.js").ToTell["alert"] }[]} */
    const told = [];
    for (let hour = from; hour <= to; hour++) {
      const first = Math.max(0, hour - 16 * 24);
      const measured = rules.map((rule) => {
        const part = hours
          .slice(first, hour)
          .map((one) => one[measures[rules.indexOf(rule)] ?? "requests"]);
        const series = { labels: {}, from: begin + first * HOUR, step: HOUR, parts: [part] };
        const closed = begin + hour * HOUR;
        const range = { first: closed - HOUR, closed, zone: "UTC" };
        return { rule, tracks: [engine.trackOf(rule, series, range)] };
      });
      const now = new Date(begin + hour * HOUR);
      const judged = await engine.judge(state, measured, {
        silences: [],
        now,
        interval_ms: 0,
        annotate,
      });
      // As if everything had been delivered at once.
      state = { ...judged.state, outbox: [] };
      told.push(...judged.events.map(({ alert }) => ({ at: hour, alert })));
    }
    return { state, told };
  };
  const { state, told } = await play(EMPTY, 1, days * 24);
  const again = await play(state, days * 24 - 72, days * 24);
  return { told, again: again.told, verdict: score(told, injections, begin, days) };
}

/**
 * @param {{ at: number, alert: import("../../src/alerts/outbox.js").ToTell["alert"] }[]} told
 * @param {Injection[]} injections @param {number} begin @param {number} days
 */
function score(told, injections, begin, days) {
  const place = (/** @type {string} */ iso) => (Date.parse(iso) - begin) / HOUR;
  const news = told.filter(({ alert }) => alert.reason !== "resolved");
  const firings = told.filter(({ alert }) => alert.reason === "firing");
  const isOf = (
    /** @type {{ alert: { startsAt: string } }} */ one,
    /** @type {Injection} */ incident,
    at = 0,
  ) => place(one.alert.startsAt) < incident.at + incident.hours && at > incident.at;
  const found = injections.map((incident) => {
    const first = news.find(
      (one) => isOf(one, incident, one.at) && one.at <= incident.at + incident.hours + 3,
    );
    return { incident, delay: first === undefined ? undefined : first.at - incident.at };
  });
  const isTrue = (/** @type {(typeof news)[number]} */ one) =>
    injections.some(
      (incident) => isOf(one, incident, one.at) && one.at <= incident.at + incident.hours + 24,
    );
  const fingerprints = new Set(firings.map(({ alert }) => alert.fingerprint));
  const resolved = told
    .filter(({ alert }) => alert.reason === "resolved")
    .map(({ alert }) => alert.fingerprint);
  return {
    found,
    false_news: news.filter((one) => !isTrue(one)).length,
    fortnights: days / 14,
    firings: fingerprints.size,
    /** Firings that were told to be over exactly once; the last may still go on. */
    resolved_once: [...fingerprints].filter(
      (one) => resolved.filter((each) => each === one).length === 1,
    ).length,
    resolved_twice: resolved.length - new Set(resolved).size,
    orphans: resolved.filter((one) => !fingerprints.has(one)).length,
  };
}
