import { isError } from "../failing.js";
import type { Facet } from "../compare/facets.js";
import { within } from "../compare/rows.js";
import type { Scope, Window } from "../scope.js";

/** The two times that values are compared in; the second may be in several pieces. */
export interface TwoTimes {
  readonly incident: Window;
  readonly baseline: readonly Window[];
}

/** Requests, bytes and errors. */
export type Three = [requests: number, bytes: number, errors: number];

/** A value of a field, the empty text for a missing one, and what it adds up to. */
export interface Large {
  readonly value: string;
  readonly all: Three;
  readonly incident: Three;
  readonly baseline: Three;
}

export interface LargeValues {
  readonly facet: Facet;
  /** How many values there are. */
  readonly distinct: number;
  readonly values: readonly Large[];
}

/** SQL: requests, bytes and errors of each side; rows say by `in_` and its name which sides they are of. */
export const sumsOfSides = (sides: readonly string[], n: string, s: string, e: string): string =>
  sides
    .flatMap((side) =>
      Object.entries({ n, s, e }).map(
        ([name, value]) =>
          `CAST(coalesce(sum(${value}) FILTER (WHERE in_${side}), 0) AS DOUBLE) AS ${name}${side}`,
      ),
    )
    .join(", ");

/**
 * The largest values of every field that has several, in one scan: `most` by each of requests, bytes
 * and errors in all the time and in each of the two times.
 */
export async function largestValues(
  { db, dialect, requests }: Scope,
  facets: readonly Facet[],
  times: TwoTimes | undefined,
  most: number,
  where = "TRUE",
): Promise<LargeValues[]> {
  if (facets.length === 0) return [];
  const names = facets.map((_, at) => `f${at}`);
  const sides = {
    a: "TRUE",
    ...(times && {
      i: within(dialect, times.incident),
      b: times.baseline.map((window) => within(dialect, window)).join(" OR ") || "FALSE",
    }),
  };
  const kind = names.map((name, at) => `WHEN ${name} IS NOT NULL THEN ${at}`).join(" ");
  return largestOf(
    { db, dialect },
    facets,
    {
      sides: Object.keys(sides),
      before: `seen AS (
        SELECT ${facets.map((facet, at) => `coalesce(${facet.sql(dialect)}, '') AS f${at}`).join(", ")},
          1 AS n, bytes_sent AS s, CASE WHEN ${isError} THEN 1 ELSE 0 END AS e,
          ${Object.entries(sides)
            .map(([side, test]) => `coalesce(${test}, FALSE) AS in_${side}`)
            .join(", ")}
        FROM ${requests} WHERE ${where}),`,
      grouped: `
        SELECT CASE ${kind} END AS kind, coalesce(${names.join(", ")}, '') AS id,
          ${sumsOfSides(Object.keys(sides), "n", "s", "e")}
        FROM seen GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(", ")})`,
    },
    most,
  );
}

interface Grouped {
  readonly sides: readonly string[];
  /** Relations that the others use. */
  readonly before: string;
  /** Sums of every `kind`, the place of a field, and `id`, a value of it. */
  readonly grouped: string;
  /** The `label` of each `kind` and `id`; without, an id is its own label. Ids are in the order of their labels. */
  readonly labels?: string;
}

/** The largest of values that have been added up. */
export async function largestOf(
  { db }: Pick<Scope, "db" | "dialect">,
  facets: readonly Facet[],
  { sides, before, grouped, labels }: Grouped,
  most: number,
): Promise<LargeValues[]> {
  const columns = sides.flatMap((side) => ["n", "s", "e"].map((of) => `${of}${side}`));
  const rows = await db.rows(`
    WITH ${before}
    grouped AS (${grouped}),
    placed AS (
      SELECT kind, id, ${columns.join(", ")}, count(*) OVER (PARTITION BY kind) AS kinds,
        ${columns
          .map(
            (name) =>
              `row_number() OVER (PARTITION BY kind ORDER BY ${name} DESC, id) AS p_${name}`,
          )
          .join(", ")}
      FROM grouped),
    large AS (SELECT * FROM placed
      WHERE ${columns.map((name) => `p_${name} <= ${most} AND ${name} > 0`).join(" OR ")})
    SELECT kind, ${labels === undefined ? "id AS label" : "label"}, kinds, ${columns.join(", ")}
    FROM large ${labels === undefined ? "" : `JOIN (${labels}) AS named USING (kind, id)`}
    ORDER BY kind, na DESC, label`);
  const three = (row: Record<string, unknown>, side: string): Three => [
    Number(row[`n${side}`] ?? 0),
    Number(row[`s${side}`] ?? 0),
    Number(row[`e${side}`] ?? 0),
  ];
  return facets.flatMap((facet, at) => {
    const own = rows.filter((row) => Number(row["kind"]) === at);
    const distinct = Number(own[0]?.["kinds"] ?? 0);
    if (distinct < 2) return [];
    const values = own.map((row) => ({
      value: String(row["label"]),
      all: three(row, "a"),
      incident: three(row, "i"),
      baseline: three(row, "b"),
    }));
    return [{ facet, distinct, values }];
  });
}
