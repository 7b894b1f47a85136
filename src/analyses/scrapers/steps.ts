import { parameters } from "./parameters.js";

/** One page request: whole or broken seconds since 1970, and what was asked for. */
export interface Step {
  readonly seconds: number;
  readonly url: string;
}

/** Numbered pages asked for in order. */
export interface Sequence {
  /** What stays the same, `#` for the number. */
  readonly pattern: string;
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Page requests in the longest run. */
  readonly run: number;
  /** Part of all page requests that continue a run, 0 to 1. */
  readonly share: number;
}

/** What the order and the times of page requests show; absent where there are too few. */
export interface Pace {
  readonly sequence?: Sequence;
  /** Most different pages within a minute. */
  readonly peak: number;
  readonly gaps?: { readonly count: number; readonly median: number; readonly middle: number };
}

/** Order, pace and regularity of one client's page requests. */
export function paceOf(steps: readonly Step[]): Pace {
  const ordered = inOrder(steps);
  const sequence = longestSequence(ordered);
  const gaps = gapsOf(ordered);
  return { peak: peakOf(ordered), ...(sequence && { sequence }), ...(gaps && { gaps }) };
}

/** By time, and within a second as a list would be walked. */
export const inOrder = (steps: readonly Step[]): Step[] =>
  steps.toSorted((a, b) => a.seconds - b.seconds || natural(a.url, b.url));

/** Within one second the shorter comes first, so that 9 stands before 10. */
const natural = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

interface Token {
  readonly pattern: string;
  readonly value: number;
}

/** Longer URLs are attacks, not pages of a list: each number would cost a copy of all of it. */
const MOST = 2000;

/** The URL with each of its numbers left open in turn. */
function tokensOf(url: string): Token[] {
  if (url.length > MOST) return [];
  return [...url.matchAll(/\d{1,15}/g)].map(({ 0: digits, index }) => ({
    pattern: `${url.slice(0, index)}#${url.slice(index + digits.length)}`,
    value: Number(digits),
  }));
}

interface Run {
  readonly pattern: string;
  readonly first: number;
  last: number;
  readonly step: number;
  length: number;
}

/** How many patterns are followed at once: a client may walk several lists in turns. */
const OPEN = 64;

/** The longest run of one pattern whose number goes on by the same step. */
function longestSequence(steps: readonly Step[]): Sequence | undefined {
  const open = new Map<string, { value: number; run: Run | undefined }>();
  let best: Run | undefined;
  let continued = 0;
  for (const { url } of steps) {
    let goesOn = false;
    for (const { pattern, value } of tokensOf(url)) {
      const before = open.get(pattern);
      const run = before && follow(pattern, before.value, value, before.run);
      goesOn ||= run !== undefined && run.length >= 3;
      if (run !== undefined && run.length > (best?.length ?? 0)) best = run;
      open.delete(pattern);
      open.set(pattern, { value, run });
      if (open.size > OPEN) open.delete(open.keys().next().value as string);
    }
    if (goesOn) continued += 1;
  }
  if (best === undefined || best.length < parameters.sequence.run) return undefined;
  const { pattern, first, last, step, length } = best;
  return { pattern, first, last, step, run: length, share: continued / steps.length };
}

function follow(pattern: string, from: number, to: number, run: Run | undefined): Run | undefined {
  const step = to - from;
  if (step === 0) return run;
  if (run !== undefined && run.step === step) {
    run.last = to;
    run.length += 1;
    return run;
  }
  if (Math.abs(step) > parameters.sequence.mostStep) return undefined;
  return { pattern, first: from, last: to, step, length: 2 };
}

/** Most different pages in any window of a minute. */
function peakOf(steps: readonly Step[]): number {
  const inside = new Map<string, number>();
  let start = 0;
  let most = 0;
  for (const { seconds, url } of steps) {
    inside.set(url, (inside.get(url) ?? 0) + 1);
    for (; seconds - (steps[start]?.seconds ?? 0) >= parameters.pace.seconds; start++) {
      const gone = steps[start]?.url ?? "";
      const left = (inside.get(gone) ?? 1) - 1;
      if (left === 0) inside.delete(gone);
      else inside.set(gone, left);
    }
    most = Math.max(most, inside.size);
  }
  return most;
}

function gapsOf(steps: readonly Step[]): Pace["gaps"] {
  const gaps = steps
    .slice(1)
    .map(({ seconds }, at) => seconds - (steps[at]?.seconds ?? 0))
    .toSorted((a, b) => a - b);
  if (gaps.length < parameters.regular.gaps) return undefined;
  const at = (part: number): number => gaps[Math.floor(part * (gaps.length - 1))] ?? 0;
  return { count: gaps.length, median: at(0.5), middle: at(0.75) - at(0.25) };
}
