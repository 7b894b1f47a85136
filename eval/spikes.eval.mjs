// Spikes: ordinary sites must stay calm, injected steps must be found.
import { episodesOf } from "../dist/analyses/spikes/episodes.js";
import { measuresOfSpikes, stepsOf } from "../dist/analyses/spikes/hours.js";
import { siteHours } from "../test/generators/site-hours.mjs";

const SEEDS = 20;
const MEANS = [30, 300, 3000];

/** @param {Parameters<typeof siteHours>[0]} site */
function found(site) {
  const buckets = siteHours(site);
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return [];
  const window = { from: first.from, until: new Date(last.from.getTime() + 3_600_000) };
  return measuresOfSpikes.flatMap((measure) =>
    episodesOf(stepsOf({ step: 3600, buckets }, measure, window, "UTC")).map((one) => ({
      ...one,
      measure,
    })),
  );
}

/** @param {number} days */
function calm(days) {
  let [calmDays, all, calmLogs, logs] = [0, 0, 0, 0];
  for (const mean of MEANS) {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const hit = new Set(found({ seed, days, mean }).map(({ from }) => Math.floor(from / 24)));
      all += days;
      calmDays += days - hit.size;
      logs += 1;
      calmLogs += hit.size === 0 ? 1 : 0;
    }
  }
  return { calmDays: calmDays / all, calmLogs: calmLogs / logs };
}

/** @param {number} factor @param {number} hours @param {number} mean */
function injected(factor, hours, mean) {
  const delays = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const at = (8 + (seed % 5)) * 24 + ((seed * 7) % 24);
    const spikes = found({ seed, days: 14, mean, injections: [{ at, hours, factor }] });
    const one = spikes.find(
      ({ from, until, measure }) => measure === "requests" && from < at + hours && until > at,
    );
    if (one !== undefined) delays.push(Math.max(0, one.from - at));
  }
  delays.sort((a, b) => a - b);
  return { part: delays.length / SEEDS, delay: delays[delays.length >> 1] };
}

/** @param {number} part */
const percent = (part) => `${(100 * part).toFixed(1)} %`;

export function evaluate() {
  const lines = [
    `Ordinary sites (${MEANS.join(", ")} requests an hour, ${SEEDS} seeds each), nothing injected:`,
    "",
    "| log | days with nothing unusual | logs with nothing unusual |",
    "| --- | --- | --- |",
    ...[1, 4, 7, 14, 30].map((days) => {
      const { calmDays, calmLogs } = calm(days);
      return `| ${days} days | ${percent(calmDays)} | ${percent(calmLogs)} |`;
    }),
    "",
    `Steps injected into the second week of 14 days, ${SEEDS} seeds: found, and median hours until they begin to be:`,
    "",
    `| step | ${MEANS.map((mean) => `${mean} an hour`).join(" | ")} |`,
    `| --- | ${MEANS.map(() => "---").join(" | ")} |`,
  ];
  for (const factor of [0.1, 1.5, 2, 5, 10]) {
    for (const hours of [1, 3, 12, 48]) {
      const cells = MEANS.map((mean) => {
        const { part, delay } = injected(factor, hours, mean);
        return delay === undefined ? "0.0 %" : `${percent(part)}, ${delay} h`;
      });
      lines.push(`| ×${factor} for ${hours} h | ${cells.join(" | ")} |`);
    }
  }
  return lines;
}
