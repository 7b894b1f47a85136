import type { Cube, Series, Sides, Span, Sums, Windows } from "../../data.js";
import { baselineSpans, HOUR } from "./times.js";

/** 0: neither, 1: the incident, 2: the baseline. */
function sidesOfBins({ from, step, requests }: Series, incident: Span, baseline: readonly Span[]) {
  const sides = new Uint8Array(requests.length);
  const size = step * 1000;
  const mark = ([start, end]: Span, side: number): void => {
    const first = Math.max(0, Math.round((start - from) / size));
    const last = Math.min(sides.length, Math.max(first + 1, Math.round((end - from) / size)));
    sides.fill(side, first, last);
  };
  for (const span of baseline) mark(span, 2);
  mark(incident, 1);
  return sides;
}

/** What the two times add up to, from the cube: to the bin, and of its values only. */
export function sidesOf(cube: Cube, series: Series, windows: Windows, zone: string): Sides {
  const marks = sidesOfBins(series, windows.incident, baselineSpans(windows, zone));
  const sums = (): [number, number, number] => [0, 0, 0];
  const count = (side: number): number =>
    (marks.reduce((all, mark) => all + Number(mark === side), 0) * series.step * 1000) / HOUR;
  const total = { incident: sums(), baseline: sums() };
  for (const [at, mark] of marks.entries()) {
    if (mark === 0) continue;
    const side = mark === 1 ? total.incident : total.baseline;
    side[0] += series.requests[at] ?? 0;
    side[1] += series.bytes_sent[at] ?? 0;
    side[2] += series.errors[at] ?? 0;
  }
  const dimensions = cube.dimensions.map(({ field, distinct, values }) => ({
    field,
    distinct,
    values: values.map(({ value, where, cells }) => {
      const own = { incident: sums(), baseline: sums() };
      let bin = 0;
      for (let at = 0; at < cells.length; at += 4) {
        bin += cells[at] ?? 0;
        const mark = marks[bin];
        if (mark !== 1 && mark !== 2) continue;
        const side = mark === 1 ? own.incident : own.baseline;
        for (const of of [0, 1, 2] as const) side[of] += cells[at + 1 + of] ?? 0;
      }
      return { value, where, ...own };
    }),
  }));
  return { hours: { incident: count(1), baseline: count(2) }, total, dimensions };
}

/** A row of "what changed": rates an hour. */
export interface Mover {
  readonly value: string | null;
  readonly where: string;
  readonly now: number;
  readonly before: number;
  readonly change: "new" | "gone" | "up" | "down" | "same";
  readonly factor: number;
}

export interface Moved {
  readonly field: string;
  readonly distinct: number;
  /** Half of the differences between the shares of all values (total variation distance), 0 to 1. */
  readonly moved: number;
  readonly rows: readonly Mover[];
}

export interface Ranked {
  readonly total: Mover | undefined;
  readonly dimensions: readonly Moved[];
}

/** Differences below this are the noise of ordinary days. */
const SAME = 0.25;

/** The fields that moved most first, and in each the values with the largest difference. */
export function ranked({ hours, total, dimensions }: Sides, measure: 0 | 1 | 2): Ranked {
  const rate = (sums: Sums, length: number): number => (length > 0 ? sums[measure] / length : 0);
  const mover = (
    value: string | null,
    where: string,
    { incident, baseline }: { incident: Sums; baseline: Sums },
  ): Mover => {
    const now = rate(incident, hours.incident);
    const before = rate(baseline, hours.baseline);
    return { value, where, now, before, ...changeOf(now, before) };
  };
  const parts = { now: total.incident[measure], before: total.baseline[measure] };
  return {
    total: hours.incident > 0 && hours.baseline > 0 ? mover(null, "", total) : undefined,
    dimensions: dimensions
      .map(({ field, distinct, values }) => {
        const differences = values.map(({ incident, baseline }) =>
          Math.abs(part(incident[measure], parts.now) - part(baseline[measure], parts.before)),
        );
        const rest = Math.abs(
          1 -
            values.reduce((sum, one) => sum + part(one.incident[measure], parts.now), 0) -
            (1 - values.reduce((sum, one) => sum + part(one.baseline[measure], parts.before), 0)),
        );
        return {
          field,
          distinct,
          moved: Math.min(1, (differences.reduce((sum, one) => sum + one, 0) + rest) / 2),
          rows: values
            .map((one) => mover(one.value, one.where, one))
            .filter(({ now, before }) => now > 0 || before > 0)
            .toSorted(
              (a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before) || b.now - a.now,
            ),
        };
      })
      .filter(({ rows }) => rows.length > 0)
      .toSorted((a, b) => b.moved - a.moved),
  };
}

const part = (value: number, whole: number): number => (whole > 0 ? value / whole : 0);

/** Less than this of a request an hour is a smoothed nothing. */
function changeOf(now: number, before: number): Pick<Mover, "change" | "factor"> {
  if (before === 0) return { change: now === 0 ? "same" : "new", factor: Infinity };
  if (now === 0) return { change: "gone", factor: 0 };
  const factor = now / before;
  if (Math.abs(factor - 1) <= SAME) return { change: "same", factor };
  return { change: factor > 1 ? "up" : "down", factor };
}
