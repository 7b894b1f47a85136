import type { Expectation } from "./expected.js";
import type { Facet } from "./facets.js";
import { aggregates, compared, sumsOf, type Question, type Sums } from "./rows.js";

/** A value of a facet that is large enough to matter; the empty text is a missing value. */
export interface Single {
  readonly facet: Facet;
  readonly value: string;
  readonly sums: Sums;
}

/**
 * The third scan: every value of every facet that could be a part of the change worth naming. What a
 * value has more cannot exceed what it has, what it has less not what it had, and conditions only take
 * away: whatever is too small here is so in every combination.
 */
export async function singles(
  question: Question,
  facets: readonly Facet[],
  { scale }: Expectation,
  total: Sums,
  least: number,
): Promise<Single[]> {
  const { db, dialect } = question.scope;
  const { metric } = question;
  const names = facets.map((_, at) => `f${at}`);
  const [now, then] = metric.value === undefined ? ["n0", "nb"] : ["v0", "vb"];
  const sizes = [now, `${then} * ${dialect.literal(scale)}`];
  if (metric.kind === "mean") {
    const mean = dialect.literal(total.nb === 0 ? 0 : total.vb / total.nb);
    sizes.push(`n0 * ${mean}`, `nb * ${dialect.literal(scale)} * ${mean}`);
  }
  const large = sizes.map((size) => `${size} >= ${dialect.literal(least)}`).join(" OR ");
  const rows = await db.rows(`
    SELECT * FROM (
      SELECT ${names.join(", ")}, ${aggregates(metric)}
      FROM ${compared(question, facets)}
      GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(", ")})) AS grouped
    WHERE ${large}`);
  const found = rows.flatMap((row) => {
    const at = names.findIndex((name) => row[name] !== null);
    const facet = facets[at];
    return facet === undefined ? [] : [{ facet, value: String(row[`f${at}`]), sums: sumsOf(row) }];
  });
  // A group-by has no order of its own: equals would change places from run to run.
  return found.toSorted((a, b) => (a.value < b.value ? -1 : 1));
}
