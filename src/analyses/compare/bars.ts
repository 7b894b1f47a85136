import type { Expectation } from "./expected.js";
import type { Facet } from "./facets.js";
import { parameters } from "./parameters.js";
import type { Single } from "./singles.js";

/** The values of a field that changed most, each as it was expected and as it was. */
export interface Bars {
  readonly field: string;
  readonly values: readonly {
    readonly value: string | null;
    readonly expected: number;
    readonly incident: number;
  }[];
}

/** Paired bars, the fields in which one value changed most first. */
export function barsOf(
  found: readonly Single[],
  facets: readonly Facet[],
  expected: Expectation,
): Bars[] {
  return (
    facets
      .map((facet) => {
        const bars = found
          .filter((single) => single.facet === facet)
          .map(({ value, sums }) => ({ value: value === "" ? null : value, ...expected.of(sums) }))
          .toSorted((a, b) => Math.abs(b.r - b.f) - Math.abs(a.r - a.f) || b.r - a.r)
          .slice(0, parameters.bars);
        return { field: facet.name, bars, most: Math.abs((bars[0]?.r ?? 0) - (bars[0]?.f ?? 0)) };
      })
      // A field with one value only says the total again.
      .filter(({ bars }) => bars.length > 1)
      .toSorted((a, b) => b.most - a.most)
      .slice(0, parameters.barDimensions)
      .map(({ field, bars }) => ({
        field,
        values: bars.map(({ value, r, f }) => ({ value, expected: f, incident: r })),
      }))
  );
}
