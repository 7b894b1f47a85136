import type { Coded } from "./cells.js";
import type { Expectation } from "./expected.js";
import type { Facet } from "./facets.js";
import { parameters } from "./parameters.js";
import { scored } from "./score.js";
import type { Single } from "./singles.js";

/**
 * The values whose combinations are looked at: of each facet those that changed most in the direction
 * asked for, of all facets those with the most surprising value, in the order of their names.
 */
export function codedOf(
  found: readonly Single[],
  facets: readonly Facet[],
  expected: Expectation,
  change: number,
): Coded[] {
  const each = facets.flatMap((facet) => {
    const values = found
      .filter((single) => single.facet === facet)
      .map(({ value, sums }) => ({ value, ...scored(sums, expected, change, 1, 1) }))
      .toSorted((a, b) => (b.r - b.f - (a.r - a.f)) * Math.sign(change));
    if (values.length === 0) return [];
    const kept = new Set([
      ...values.slice(0, parameters.values),
      // What moved most the other way may hide a part of the change.
      ...values.slice(-parameters.against),
    ]);
    const surprise = Math.max(...values.map(({ score }) => score));
    return [{ facet, values: [...kept].map(({ value }) => value), surprise }];
  });
  const chosen = new Set(
    each.toSorted((a, b) => b.surprise - a.surprise).slice(0, parameters.dimensions),
  );
  return each.filter((one) => chosen.has(one)).map(({ facet, values }) => ({ facet, values }));
}
