import { isError } from "../failing.js";
import type { Facet } from "../compare/facets.js";
import type { Scope } from "../scope.js";
import { binSql, type Bins } from "./bins.js";

/** Values of a field that are kept apart; all others are in no row. */
export interface Kept {
  readonly facet: Facet;
  readonly values: readonly string[];
}

/** Requests, bytes and errors of every bin. */
export interface BinSeries {
  readonly requests: readonly number[];
  readonly bytes_sent: readonly number[];
  readonly errors: readonly number[];
}

/** Of each kept value: bin, requests, bytes, errors, in the order of the bins. */
export type Cells = readonly (readonly [bin: number, n: number, bytes: number, errors: number])[];

export interface Cube {
  readonly series: BinSeries;
  /** By the kept fields' and values' places. */
  readonly cells: readonly (readonly Cells[])[];
}

/** The kept values of all fields over the bins, and all requests over the bins, in one scan. */
export async function cubeOf(
  { db, dialect, requests }: Scope,
  bins: Bins,
  kept: readonly Kept[],
): Promise<Cube> {
  const names = kept.map((_, at) => `f${at}`);
  // The sign tells a kept value, which may be empty, from all the others.
  const columns = kept.map(({ facet, values }, at) => {
    const value = `coalesce(${facet.sql(dialect)}, '')`;
    const list = values.map((text) => dialect.literal(text)).join(", ");
    return `CASE WHEN ${value} IN (${list || "''"}) THEN '=' || ${value} ELSE '' END AS f${at}`;
  });
  const sets = ["(place)", ...names.map((name) => `(place, ${name})`)];
  const rows = await db.rows(`
    SELECT place, ${[...names, ""].join(", ")}count(*) AS n,
      CAST(coalesce(sum(sent), 0) AS DOUBLE) AS s, count(*) FILTER (WHERE failed) AS e
    FROM (SELECT ${binSql(bins, dialect)} AS place, bytes_sent AS sent,
        ${[...columns, ""].join(", ")}coalesce(${isError}, FALSE) AS failed
      FROM ${requests} WHERE time IS NOT NULL) AS placed
    GROUP BY GROUPING SETS (${sets.join(", ")})`);
  const empty = (): number[] => Array.from({ length: bins.count }, () => 0);
  const series = { requests: empty(), bytes_sent: empty(), errors: empty() };
  const places = kept.map(({ values }) => new Map(values.map((value, at) => [`=${value}`, at])));
  const cells = kept.map(({ values }) => values.map((): [number, number, number, number][] => []));
  for (const row of rows) {
    const bin = Number(row["place"]);
    const counts = [Number(row["n"]), Number(row["s"]), Number(row["e"])] as const;
    const at = names.findIndex((name) => row[name] !== null);
    if (at < 0) [series.requests[bin], series.bytes_sent[bin], series.errors[bin]] = counts;
    else {
      const value = places[at]?.get(String(row[`f${at}`]));
      if (value !== undefined) cells[at]?.[value]?.push([bin, ...counts]);
    }
  }
  for (const values of cells) for (const one of values) one.sort((a, b) => a[0] - b[0]);
  return { series, cells };
}
