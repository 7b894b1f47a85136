import { seriesKey, type Labels } from "../alerts/alert.js";
import { decide, type Decided, type Quiet } from "../alerts/decide.js";
import { newSeries, observe, type SeriesState, type Step } from "../alerts/machine.js";
import type { ToTell } from "../alerts/outbox.js";
import { withoutCalm, type Silence, type State } from "../alerts/state.js";
import { excessText } from "./excess.js";
import type { Rule } from "./rule.js";
import type { Track } from "./track.js";

/** A rule with what was measured for it. */
export interface Measured {
  readonly rule: Rule;
  readonly tracks: readonly Track[];
}

/** Says more of an alert before it is told: who it was, how to look closer. */
export type Annotate = (rule: Rule, state: SeriesState) => Promise<Labels>;

export interface Judging {
  readonly silences: readonly Silence[];
  readonly now: Date;
  /** Messages of one group to one channel are so far apart. */
  readonly interval_ms: number;
  readonly annotate: Annotate;
}

export interface Judged {
  readonly state: State;
  readonly events: readonly ToTell[];
  readonly quiet: readonly Quiet[];
}

/**
 * Judges what was measured, step after step in the order of time and over all rules, and decides who is
 * told what. Nothing here asks a clock or a disk: the same measurements give the same decisions, and
 * once more give none.
 */
export async function judge(
  before: State,
  measured: readonly Measured[],
  judging: Judging,
): Promise<Judged> {
  const { silences, now, interval_ms, annotate } = judging;
  let state = before;
  const events: ToTell[] = [];
  const quiet: Quiet[] = [];
  for (const [end, steps] of stepsOf(before, measured)) {
    const decided: Decided[] = [];
    for (const { rule, key, labels, seen } of steps) {
      const last = state.series[key] ?? newSeries(rule.name, rule.measure, labels);
      const step = observe(last, seen, rule.policy, new Date(end));
      if (step.state === last) continue;
      decided.push(await decidedOf(rule, key, step, annotate));
    }
    if (decided.length === 0) continue;
    const decision = decide(state, decided, silences, { at: new Date(end), now }, interval_ms);
    state = decision.state;
    events.push(...decision.events);
    quiet.push(...decision.quiet);
  }
  return { state: withoutCalm(state, now), events, quiet };
}

async function decidedOf(
  rule: Rule,
  key: string,
  step: Step,
  annotate: Annotate,
): Promise<Decided> {
  const named = step.reason === undefined ? {} : await annotate(rule, step.state);
  const excess = step.reason === "resolved" ? await excessText(rule, step.state) : undefined;
  const annotations = { ...named, ...(excess !== undefined && { excess }) };
  const { severity, labels, channels } = rule;
  return { key, step, severity, labels, channels, annotations };
}

interface ToJudge {
  readonly rule: Rule;
  readonly key: string;
  readonly labels: Labels;
  readonly seen: ReturnType<Track["observations"]>[number];
}

/** What is to be judged, by the end of its step, in order. */
function stepsOf(state: State, measured: readonly Measured[]): [string, ToJudge[]][] {
  const steps = new Map<string, ToJudge[]>();
  for (const { rule, tracks } of measured) {
    for (const track of tracks) {
      const labels = { site: rule.site, ...track.labels };
      const key = seriesKey(rule.name, labels);
      for (const seen of track.observations(state.series[key])) {
        const list = steps.get(seen.until) ?? [];
        list.push({ rule, key, labels, seen });
        steps.set(seen.until, list);
      }
    }
  }
  return [...steps].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
