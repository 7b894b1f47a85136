import { cells, type Cell, type Coded } from "./cells.js";
import { sizeOf } from "./cube.js";
import { scaleOf } from "./expected.js";
import type { Facet } from "./facets.js";
import { parameters } from "./parameters.js";
import { comparedRows, type Question } from "./rows.js";
import { largeValues, type Single } from "./singles.js";
import type { Source } from "./sources.js";
import type { Totals } from "./totals.js";

/** A log of totals: all combinations of all values of all fields. */
export interface Leaves {
  readonly coded: readonly Coded[];
  readonly table: readonly Cell[];
}

/**
 * The combinations of all fields' values where the log has totals, such as the bytes of each service and
 * host an hour, and no requests: then each combination has as many rows in one time as in the other, which
 * chance would not let requests have. Undefined for any other log, and where a field has too many values.
 */
export async function leavesOf(
  question: Question,
  sources: readonly Source[],
  facets: readonly Facet[],
  whole: Totals,
): Promise<Leaves | undefined> {
  const scale = scaleOf(question.incident, question.baseline);
  if (question.metric.kind !== "sum" || !mayBeTotals(sources, whole, scale)) return undefined;
  if ((await mostValues(question, facets)) > parameters.values) return undefined;
  const found = await largeValues(question, sources, facets, "n0 + nb > 0");
  const coded = facets.flatMap((facet) => {
    const values = valuesOf(found, facet);
    return values.length > 1 ? [{ facet, values }] : [];
  });
  if (coded.length > parameters.dimensions || sizeOf(coded) > parameters.combinations) {
    return undefined;
  }
  const table = await cells(question, sources, coded);
  const same = table.filter(({ sums }) => Math.abs(sums.n0 - sums.nb * scale) < 0.5);
  const areTotals =
    table.length >= parameters.leaves && same.length >= parameters.sameRows * table.length;
  return areTotals ? { coded, table } : undefined;
}

/** What two numbers say of it. */
function mayBeTotals(
  sources: readonly Source[],
  { incident, baseline }: Totals,
  scale: number,
): boolean {
  const before = scale * baseline.reduce((sum, { rows }) => sum + rows, 0);
  const { rows } = incident;
  return (
    // Counted columns are of many rows: each has too many combinations.
    sources.every(({ kept }) => kept === undefined) &&
    rows >= parameters.leaves &&
    Math.min(rows, before) >= parameters.sameRows * Math.max(rows, before)
  );
}

/** Values of the field that has most of them. */
async function mostValues(question: Question, facets: readonly Facet[]): Promise<number> {
  const { db, dialect } = question.scope;
  const columns = new Set(
    facets.flatMap(({ coarse, columns: [name = ""] }) => coarse ?? dialect.ident(name)),
  );
  const names = [...columns].map((sql, at) => `${sql} AS k${at}`);
  const counts = names.map((_, at) => `count(DISTINCT k${at}) AS c${at}`);
  const [row = {}] = await db.rows(
    `SELECT ${counts.join(", ")} FROM ${comparedRows(question, names)}`,
  );
  return Math.max(0, ...Object.values(row).map(Number));
}

const valuesOf = (found: readonly Single[], facet: Facet): string[] =>
  found
    .filter((single) => single.facet === facet)
    .map(({ value }) => value)
    .toSorted();
