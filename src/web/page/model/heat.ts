import type { Cube, Series } from "../../data.js";

/** Counts of clients over columns of equal length. */
export interface Heat {
  /** Bins of the series that a column holds. */
  readonly bins: number;
  readonly columns: number;
  readonly rows: readonly {
    readonly client: string | null;
    readonly where: string;
    readonly total: number;
    readonly counts: readonly number[];
  }[];
  readonly most: number;
  readonly distinct: number;
}

/** The clients with most requests over at most so many columns, of an hour or a multiple where there are that many. */
export function heatOf(
  cube: Cube,
  series: Series,
  rows: number,
  columns: number,
): Heat | undefined {
  const clients = cube.dimensions.find(({ field }) => field === "client_ip");
  if (clients === undefined) return undefined;
  const hour = Math.max(1, Math.round(3600 / series.step));
  const least = Math.ceil(series.requests.length / columns);
  const bins = series.step * least <= 3600 && series.requests.length > hour * 12 ? hour : least;
  const count = Math.ceil(series.requests.length / bins);
  const all = clients.values.map(({ value, where, cells }) => {
    const counts = Array.from({ length: count }, () => 0);
    let bin = 0;
    for (let at = 0; at < cells.length; at += 4) {
      bin += cells[at] ?? 0;
      const column = Math.floor(bin / bins);
      counts[column] = (counts[column] ?? 0) + (cells[at + 1] ?? 0);
    }
    return { client: value, where, counts, total: counts.reduce((sum, one) => sum + one, 0) };
  });
  const largest = all.toSorted((a, b) => b.total - a.total).slice(0, rows);
  return {
    bins,
    columns: count,
    rows: largest,
    most: Math.max(1, ...largest.flatMap(({ counts }) => counts)),
    distinct: clients.distinct,
  };
}

export const LEVELS = 8;

/** 0 for nothing, 1 to 8 by the logarithm. */
export const levelOf = (count: number, most: number): number =>
  count <= 0 ? 0 : Math.max(1, Math.ceil((LEVELS * Math.log1p(count)) / Math.log1p(most)));

/** The least count of each level. */
export const boundsOf = (most: number): number[] =>
  Array.from({ length: LEVELS }, (_, at) =>
    Math.max(1, Math.ceil(Math.expm1((at / LEVELS) * Math.log1p(most)) + 1e-9)),
  );
