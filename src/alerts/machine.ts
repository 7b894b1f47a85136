import { fingerprintOf, type Labels, type Reason } from "./alert.js";
import { ALERT } from "./parameters.js";

/** A closed step of a series, judged. */
export interface Observation {
  /** When the step begins and ends, ISO. */
  readonly from: string;
  readonly until: string;
  /** The value in units of its limit: from 1 on it is out of line. NaN: nothing is known. */
  readonly ratio: number;
  readonly value: number;
  /** Below this part of the limit it is calm. */
  readonly clear: number;
  /** What this step alone has beyond the usual; null where that is not known, or is no amount. */
  readonly excess?: number | null;
  readonly summary: string;
}

/** How a rule's alerts behave. */
export interface Policy {
  /** Milliseconds that a value must stay out of line before anybody is told. */
  readonly for_ms: number;
  readonly repeat_ms: number;
  /** Steps that must be calm in a row before it is over. */
  readonly calm_steps: number;
}

/** What is remembered of a series between two runs. */
export interface SeriesState {
  readonly rule: string;
  readonly labels: Labels;
  /** What the rule measures, such as `requests`. */
  readonly measure: string;
  readonly phase: "inactive" | "pending" | "firing";
  /** The beginning of the first step that was judged, and the end of the last, ISO: steps are judged once. */
  readonly began: string;
  readonly judged: string;
  /** Steps that were out of line, the last of them, ISO: one that grew late can be told from one that was seen. */
  readonly over: readonly string[];
  /** Stretches of episodes that are over, the last of them, ISO: they are no example of what is usual. */
  readonly past: readonly { readonly from: string; readonly until: string }[];
  /** Of the episode that is pending or firing, or the last one. */
  readonly episode: Episode | null;
}

export interface Episode {
  readonly fingerprint: string;
  /** The beginning of its first step that was out of line, and the end of its last, ISO. */
  readonly onset: string;
  readonly last: string;
  readonly calm: number;
  /** Of its last step out of line. */
  readonly value: number;
  readonly peak: { readonly value: number; readonly ratio: number };
  /** What its steps out of line had beyond the usual, added up; null when that is not known. */
  readonly excess: number | null;
  readonly summary: string;
  /** When people were told, and of what; null when nobody was. */
  readonly told: { readonly at: string; readonly ratio: number } | null;
  /** The worst that people were told of within a day before it began. */
  readonly before: { readonly at: string; readonly ratio: number } | null;
  /** When it was over, ISO. */
  readonly resolved: string | null;
  /** Part of the measure that the logs explain; null when nobody looked. */
  readonly explained: number | null;
}

export interface Step {
  readonly state: SeriesState;
  /** What people should be told, unless it is silenced or explained by another alert. */
  readonly reason: Exclude<Reason, "explained"> | undefined;
}

/** A series that was never judged. */
export const newSeries = (rule: string, measure: string, labels: Labels): SeriesState => ({
  rule,
  labels,
  measure,
  phase: "inactive",
  began: "",
  judged: "",
  over: [],
  past: [],
  episode: null,
});

/** Steps remembered as out of line, and episodes. */
const REMEMBERED = 100;
const EPISODES = 30;

/**
 * What becomes of a series when a step is observed, as a pure function: inactive → pending → firing →
 * inactive. A step that was judged is not judged again, so that the same log read twice changes
 * nothing; one that has grown since counts if it is out of line only now. `now` is when people would be
 * told.
 */
export function observe(state: SeriesState, seen: Observation, policy: Policy, now: Date): Step {
  if (Number.isNaN(seen.ratio) || seen.from < state.began) return { state, reason: undefined };
  const isLate = seen.until <= state.judged;
  const isOver = seen.ratio >= 1;
  if (isLate && (!isOver || state.over.includes(seen.from))) return { state, reason: undefined };
  const judged = isLate ? state.judged : seen.until;
  const over = isOver ? [...state.over, seen.from].slice(-REMEMBERED) : state.over;
  const began = state.began === "" ? seen.from : state.began;
  const next = { ...state, began, judged, over };
  if (isOver) return whenOver(next, seen, policy, now);
  if (next.phase === "inactive") return { state: next, reason: undefined };
  if (next.phase === "pending") {
    return { state: { ...next, phase: "inactive", episode: null }, reason: undefined };
  }
  return whenCalmer(next, seen, policy);
}

function whenOver(state: SeriesState, seen: Observation, policy: Policy, now: Date): Step {
  const { rule, labels } = state;
  const running = state.phase === "inactive" ? null : state.episode;
  const episode = running === null ? begun(state, seen) : grown(running, seen);
  const lasts = Date.parse(episode.last) - Date.parse(episode.onset);
  const isLongEnough = state.phase === "firing" || lasts >= policy.for_ms;
  const phase = isLongEnough || seen.ratio >= ALERT.severe ? "firing" : "pending";
  // Once people know it by its fingerprint, it keeps it, also when an earlier step arrives late.
  const fingerprint =
    episode.told === null ? fingerprintOf(rule, labels, episode.onset) : episode.fingerprint;
  const next = { ...state, phase, episode: { ...episode, fingerprint } } as const;
  return {
    state: next,
    reason: phase === "firing" ? reasonFor(next.episode, policy, now) : undefined,
  };
}

/** The first step of an episode; what was told of the one before is kept for a day. */
function begun({ episode: last }: SeriesState, seen: Observation): Episode {
  const worst = last === null ? null : worse(last.told, last.before);
  const age = worst === null ? Infinity : Date.parse(seen.until) - Date.parse(worst.at);
  return {
    fingerprint: "",
    onset: seen.from,
    last: seen.until,
    calm: 0,
    value: seen.value,
    peak: { value: seen.value, ratio: seen.ratio },
    excess: seen.excess ?? null,
    summary: seen.summary,
    told: null,
    before: age < ALERT.record_ms ? worst : null,
    resolved: null,
    explained: null,
  };
}

type Told = Episode["told"];

/** Of two that were told the worse, with the time of the later. */
const worse = (a: Told, b: Told): Told => {
  if (a === null || b === null) return a ?? b;
  return { at: a.at > b.at ? a.at : b.at, ratio: Math.max(a.ratio, b.ratio) };
};

function grown(episode: Episode, seen: Observation): Episode {
  const isPeak = seen.ratio > episode.peak.ratio;
  return {
    ...episode,
    onset: seen.from < episode.onset ? seen.from : episode.onset,
    last: seen.until > episode.last ? seen.until : episode.last,
    calm: 0,
    value: seen.from >= episode.onset ? seen.value : episode.value,
    peak: isPeak ? { value: seen.value, ratio: seen.ratio } : episode.peak,
    excess: added(episode.excess, seen.excess ?? null),
    summary: isPeak ? seen.summary : episode.summary,
  };
}

/** What is known of both. */
const added = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : a + b;

/** Only what is new, far worse than all that was told, or was last told long ago. */
function reasonFor({ told, before, peak }: Episode, policy: Policy, now: Date): Step["reason"] {
  const last = told ?? before;
  if (last === null) return "firing";
  const isOld = now.getTime() - Date.parse(last.at) >= policy.repeat_ms;
  const isWorse = peak.ratio >= ALERT.worse * Math.max(last.ratio, before?.ratio ?? 0);
  if (!isOld && !isWorse) return undefined;
  return told === null ? "firing" : isWorse ? "worse" : "repeat";
}

/** Firing, and this step is not out of line: it is over after a few calm ones. */
function whenCalmer(state: SeriesState, seen: Observation, policy: Policy): Step {
  const { episode } = state;
  if (episode === null) return { state, reason: undefined };
  const calm = seen.ratio < seen.clear ? episode.calm + 1 : 0;
  if (calm < policy.calm_steps) {
    return { state: { ...state, episode: { ...episode, calm } }, reason: undefined };
  }
  const next = { ...episode, calm, resolved: seen.until };
  const past = [...state.past, { from: episode.onset, until: episode.last }].slice(-EPISODES);
  return {
    state: { ...state, phase: "inactive", past, episode: next },
    // Nobody is told that something is over who was not told that it began.
    reason: episode.told === null ? undefined : "resolved",
  };
}

/** The series once people have been told of its episode. */
export function afterTelling(state: SeriesState, now: Date): SeriesState {
  const { episode } = state;
  if (episode === null) return state;
  const ratio = Math.max(episode.peak.ratio, episode.told?.ratio ?? 0);
  return { ...state, episode: { ...episode, told: { at: now.toISOString(), ratio } } };
}
