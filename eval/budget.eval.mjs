// The forecast of a month on the daily totals of nyc_taxi from the Numenta Anomaly Benchmark, which
// CULPRIT_NAB names a copy of (github.com/numenta/NAB, MIT).
import { readFileSync } from "node:fs";
import path from "node:path";
import { dayFrom, monthsWithin } from "../dist/analyses/budget/calendar.js";
import { backTest, expectedRest } from "../dist/analyses/budget/forecast.js";
import { BUDGET } from "../dist/analyses/budget/parameters.js";

const AS_OF = [5, 10, 15, 20, 25];

/** @param {string} folder */
function readDays(folder) {
  const file = path.join(folder, "data/realKnownCause/nyc_taxi.csv");
  const [, ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const days = /** @type {Map<number, number>} */ (new Map());
  for (const line of lines) {
    const [time = "", value] = line.split(",");
    const day = dayFrom(time.slice(0, 10));
    days.set(day, (days.get(day) ?? 0) + Number(value));
  }
  const all = [...days].toSorted(([a], [b]) => a - b);
  return { first: all[0]?.[0] ?? 0, values: all.map(([, value]) => value) };
}

/** @typedef {ReturnType<typeof readDays>} Series @typedef {{ from: number, until: number }} Month */

/** @param {Series} series @param {number} from @param {number} until */
const sum = ({ first, values }, from, until) =>
  values.slice(from - first, until - first).reduce((a, b) => a + b, 0);

/** Part by which a month's forecast is off. @param {Series} series @param {Month} month @param {number} elapsed */
function errorAt(series, { from, until }, elapsed) {
  const known = from + elapsed;
  const told = sum(series, from, known) + expectedRest(series, known, until);
  return Math.abs(told / sum(series, from, until) - 1);
}

/** Pro rata, as most people count. @param {Series} series @param {Month} month @param {number} elapsed */
function proRata(series, { from, until }, elapsed) {
  const told = (sum(series, from, from + elapsed) / elapsed) * (until - from);
  return Math.abs(told / sum(series, from, until) - 1);
}

/** @param {number[]} values */
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
/** @param {number} part */
const percent = (part) => `${(100 * part).toFixed(1)} %`;

export function evaluate() {
  const folder = process.env["CULPRIT_NAB"];
  if (folder === undefined) return undefined;
  const series = readDays(folder);
  const months = monthsWithin(series.first, series.first + series.values.length);
  // The first month has no history; the second only four weeks.
  const judged = months.slice(2);
  /** @param {typeof errorAt} rule @param {Month[]} some */
  const row = (rule, some) =>
    AS_OF.map((day) => percent(mean(some.map((month) => rule(series, month, day)))));
  let [inside, all, width] = [0, 0, 0];
  for (const [at, month] of months.entries()) {
    for (let elapsed = 3; elapsed <= 27; elapsed++) {
      const test = backTest(series, months.slice(0, at), elapsed);
      if (test === undefined) continue;
      const known = month.from + elapsed;
      const off = Math.log(
        sum(series, known, month.until) / expectedRest(series, known, month.until),
      );
      all += 1;
      inside += Math.abs(off) <= test.half ? 1 : 0;
      width += test.half;
    }
  }
  return [
    `Months of nyc_taxi (${months.length} months of daily totals), forecast on a day of the month; mean`,
    "absolute error of the month's total:",
    "",
    `| | ${AS_OF.map((day) => `day ${day}`).join(" | ")} |`,
    `| --- | ${AS_OF.map(() => "---: ").join("|")} |`,
    `| culprit, ${judged.length} months with eight weeks of history | ${row(errorAt, judged).join(" | ")} |`,
    `| culprit, ${months.length - 1} months with four weeks of history | ${row(errorAt, months.slice(1)).join(" | ")} |`,
    `| pro rata, ${judged.length} months | ${row(proRata, judged).join(" | ")} |`,
    "",
    `Intervals (from ${BUDGET.least_months} past months on, on days 3 to 27): the truth fell inside in ` +
      `${inside} of ${all} (${percent(inside / all)}; meant are 80 %), half of an interval is ` +
      `${percent(width / all)} of the rest of the month. The days of a month overlap, so that these are ` +
      "few independent cases of one series.",
  ];
}
