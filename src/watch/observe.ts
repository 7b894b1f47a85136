import type { Observation, SeriesState } from "../alerts/machine.js";
import { ALERT } from "../alerts/parameters.js";
import type { SpikeMeasure } from "../analyses/spikes/hours.js";
import { SPIKE } from "../analyses/spikes/parameters.js";
import { WATCH } from "./parameters.js";
import type { Condition, Rule } from "./rule.js";
import type { Series, Track } from "./track.js";
import { seasonal } from "./unusual.js";
import { averageBefore, windowValue } from "./windows.js";
import { shown, times } from "./words.js";

/** What is judged of a series: steps that end by `closed`, from `first` on when nothing was judged yet. */
export interface Range {
  readonly first: number;
  readonly closed: number;
  readonly zone: string;
}

/** A series of sums, as its rule judges it. */
export function trackOf(rule: Rule, series: Series, range: Range): Track {
  const count = series.parts[0]?.length ?? 0;
  const end = (at: number): number => series.from + (at + 1) * series.step;
  let unusual: readonly Stretch[] = [];
  const at = (step: number): Observation => {
    const isUsual = (one: number): boolean =>
      !unusual.some(({ from, until }) => from < end(one) && until >= end(one));
    return judged(rule, series, step, range.zone, isUsual);
  };
  let last = count - 1;
  while (last >= 0 && end(last) > range.closed) last -= 1;
  return {
    labels: series.labels,
    get current() {
      return last < 0 ? undefined : at(last);
    },
    observations(before: SeriesState | undefined) {
      const from = firstToJudge(rule, before, range.first);
      unusual = stretchesOf(before);
      const steps = Array.from({ length: last + 1 }, (_, step) => step);
      return steps.filter((step) => end(step) > from).map(at);
    },
  };
}

/** A stretch of time, ms. */
interface Stretch {
  readonly from: number;
  readonly until: number;
}

/**
 * Times that are no example of what is usual: episodes that people were told of, and the one that goes
 * on. One that lasts for a week is the new usual.
 */
function stretchesOf(before: SeriesState | undefined): Stretch[] {
  if (before === undefined) return [];
  const { phase, past, episode } = before;
  const running =
    phase === "firing" && episode !== null ? [{ from: episode.onset, until: episode.last }] : [];
  return [...past, ...running]
    .map(({ from, until }) => ({ from: Date.parse(from), until: Date.parse(until) }))
    .filter(({ from, until }) => until - from < WATCH.new_usual_ms);
}

/** Steps that were judged are looked at again for a while: logs arrive late. */
function firstToJudge(rule: Rule, before: SeriesState | undefined, first: number): number {
  if (before === undefined || before.judged === "") return first;
  // The season's detector judges a step by all before it; what was judged stays judged.
  const isSeasonal = rule.conditions.some(({ kind }) => kind === "unusual");
  const again = isSeasonal ? 0 : WATCH.late_steps * rule.step_ms;
  return Math.max(Date.parse(before.judged) - again, Date.parse(before.began));
}

function judged(
  rule: Rule,
  series: Series,
  at: number,
  zone: string,
  isUsual: (step: number) => boolean,
): Observation {
  const length = Math.round(rule.window_ms / series.step);
  const { value, known } = windowValue(series, at + 1, length);
  const verdicts = rule.conditions.map((condition) =>
    verdictOf(condition, { rule, series, at, length, value, known, zone, isUsual }),
  );
  const ratios = verdicts.map(({ ratio }) => ratio);
  // Of alternatives one that cannot be judged yet leaves the others.
  const ratio =
    rule.match === "any"
      ? Math.max(
          ...ratios.filter((one) => !Number.isNaN(one)),
          ...(ratios.every(Number.isNaN) ? [NaN] : []),
        )
      : Math.min(...ratios);
  const end = series.from + (at + 1) * series.step;
  return {
    from: new Date(end - series.step).toISOString(),
    until: new Date(end).toISOString(),
    ratio,
    value,
    clear: Math.min(...verdicts.map(({ clear }) => clear)),
    excess: excessOf(series, at, length, verdicts),
    summary: summaryOf(rule, series, value, verdicts, averageBefore(series, at + 1, length, 7)),
  };
}

/** What a step alone has beyond the usual: that of its condition, else that of the week before. */
function excessOf(
  series: Series,
  at: number,
  length: number,
  verdicts: readonly Verdict[],
): number | null {
  const [own = [], isShare] = series.parts;
  if (isShare !== undefined) return null;
  const known = verdicts.map(({ usual = NaN }) => usual).find((usual) => !Number.isNaN(usual));
  const usual = (known ?? averageBefore(series, at + 1, length, 7)) / length;
  const excess = (own[at] ?? NaN) - usual;
  return Number.isNaN(excess) ? null : excess;
}

interface Verdict {
  readonly ratio: number;
  readonly clear: number;
  /** What a window usually has, where the condition says it. */
  readonly usual?: number;
  /** What it is compared with, in words. */
  readonly against: string;
}

interface Given {
  readonly rule: Rule;
  readonly series: Series;
  readonly at: number;
  readonly length: number;
  readonly value: number;
  /** Part of the window of which something is known. */
  readonly known: number;
  readonly zone: string;
  readonly isUsual: (step: number) => boolean;
}

function verdictOf(condition: Condition, given: Given): Verdict {
  const { rule, series, at, length, value, known, zone, isUsual } = given;
  const isKnown = known >= WATCH.least_known;
  if (condition.kind === "above") {
    const ratio = value / condition.limit;
    // What is known may be beyond the limit already, whatever the rest is.
    const isSure = isKnown || ratio >= 1;
    return {
      ratio: isSure ? ratio : NaN,
      clear: ALERT.clear,
      against: `the limit is ${shown(condition.limit, rule.unit)}`,
    };
  }
  if (condition.kind === "below") {
    const ratio = value === 0 ? WATCH.endless : condition.limit / value;
    return {
      ratio: known === 1 ? ratio : NaN,
      clear: ALERT.clear,
      against: `at least ${shown(condition.limit, rule.unit)} is wanted`,
    };
  }
  if (!isKnown) return { ratio: NaN, clear: ALERT.clear_unusual, against: "too little is known" };
  if (condition.kind === "times_average") {
    const usual = averageBefore(series, at + 1, length, 7);
    return compared(value, usual, condition.times, rule, "the 7-day average");
  }
  const measure = seasonalMeasure(rule);
  if (condition.kind === "times_baseline") {
    const usual = seasonal(series, at, measure, zone, isUsual).expected;
    return compared(value, usual, condition.times, rule, "the usual of this hour");
  }
  const { ratio, expected, kind } = seasonal(series, at, measure, zone, isUsual);
  const against = `${kind ?? "the usual of this hour is"} ${kind === undefined ? "" : "where "}${shown(expected, rule.unit)}${kind === undefined ? "" : " is usual"}`;
  return { ratio, clear: WATCH.clear_season, usual: expected, against };
}

function compared(value: number, usual: number, limit: number, rule: Rule, name: string): Verdict {
  // Few requests are many times fewer ones by chance.
  const isSmall = rule.unit === "count" && value < SPIKE.least;
  const ratio = usual === 0 ? (value > 0 ? WATCH.endless : 0) : value / (limit * usual);
  return {
    ratio: isSmall ? Math.min(ratio, 0) : ratio,
    clear: ALERT.clear_unusual,
    usual,
    against: Number.isNaN(usual)
      ? `too few days to know ${name}`
      : `${times(value / usual)} ${name}, ${shown(usual, rule.unit)}`,
  };
}

/** On which scale the season of a measure is judged. */
const seasonalMeasure = ({ unit, measure }: Rule): SpikeMeasure =>
  unit === "bytes" ? "bytes_sent" : measure === "errors" ? "errors" : "requests";

function summaryOf(
  rule: Rule,
  { labels }: Series,
  value: number,
  verdicts: readonly Verdict[],
  average: number,
): string {
  const own = rule.by === undefined ? "" : ` of ${labels[rule.by] ?? ""}`;
  const against = verdicts.map((one) => one.against);
  const hasAverage = rule.conditions.some(({ kind }) => kind === "times_average");
  if (!hasAverage && average > 0) against.push(`${times(value / average)} the 7-day average`);
  return `${rule.measure}${own}: ${shown(value, rule.unit)} in ${span(rule.window_ms)}; ${against.join("; ")}`;
}

function span(ms: number): string {
  const [unit, size] =
    ms % 86_400_000 === 0
      ? ["d", 86_400_000]
      : ms % 3_600_000 === 0
        ? ["h", 3_600_000]
        : ["min", 60_000];
  return `${ms / size} ${unit}`;
}
