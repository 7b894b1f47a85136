import type { Expectation } from "./expected.js";
import type { Facet } from "./facets.js";
import { sumsOf, type Question, type Sums } from "./rows.js";
import type { Source } from "./sources.js";

/** A value of a facet that is large enough to matter; the empty text is a missing value. */
export interface Single {
  readonly facet: Facet;
  readonly value: string;
  readonly sums: Sums;
}

/**
 * Every value of every facet that could be a part of the change worth naming. What a value has more
 * cannot exceed what it has, what it has less not what it had, and conditions only take away: whatever
 * is too small here is so in every combination.
 */
export async function singles(
  question: Question,
  sources: readonly Source[],
  facets: readonly Facet[],
  { scale }: Expectation,
  total: Sums,
  least: number,
): Promise<Single[]> {
  const { dialect } = question.scope;
  const { metric } = question;
  const [now, then] = metric.value === undefined ? ["n0", "nb"] : ["v0", "vb"];
  const sizes = [now, `${then} * ${dialect.literal(scale)}`];
  if (metric.kind === "mean") {
    const mean = dialect.literal(total.nb === 0 ? 0 : total.vb / total.nb);
    sizes.push(`n0 * ${mean}`, `nb * ${dialect.literal(scale)} * ${mean}`);
  }
  const large = sizes.map((size) => `${size} >= ${dialect.literal(least)}`).join(" OR ");
  const found = await largeValues(question, sources, facets, large);
  // A group-by has no order of its own: equals would change places from run to run.
  return found.toSorted((a, b) => (a.value < b.value ? -1 : 1));
}

/** The values of facets whose sums pass a test: SQL on the names of `Sums`. */
export async function largeValues(
  { scope: { db } }: Question,
  sources: readonly Source[],
  facets: readonly Facet[],
  test: string,
): Promise<Single[]> {
  const found: Single[] = [];
  for (const { facets: own, relation, sums } of sources) {
    const asked = own.flatMap((facet, at) =>
      facets.includes(facet) ? [{ facet, name: `f${at}` }] : [],
    );
    if (asked.length === 0) continue;
    const names = asked.map(({ name }) => name);
    const rows = await db.rows(`
      SELECT * FROM (
        SELECT ${names.join(", ")}, ${sums}
        FROM ${relation}
        GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(", ")})) AS grouped
      WHERE ${test}`);
    for (const row of rows) {
      const one = asked.find(({ name }) => row[name] !== null);
      if (one !== undefined)
        found.push({ facet: one.facet, value: String(row[one.name]), sums: sumsOf(row) });
    }
  }
  return found;
}
