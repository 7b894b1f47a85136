import { literal } from "../../engines/sql.js";
import type { LineReading } from "../compile/portable.js";
import { fieldsOf, isLiteral, tailEnds, type Field, type Layout } from "../layout.js";

/** Characters between quotes up to the one that ends the value: before a blank or the line's end. */
const QUOTED = '"(?:""|"[^ \\t"]|[^"])*"';

/** What `delimitedReader` does, as SQL. */
export function delimitedPortable(
  layouts: readonly Layout[],
  slots: readonly Field[],
): LineReading {
  const ways = layouts.flatMap((layout) => {
    const delimiter = layout.items.find(isLiteral)?.literal ?? " ";
    const word = delimiter === " " ? "[^ \\t]+" : `[^${escaped(delimiter)}]*`;
    const plain = { layout, delimiter, word };
    // A writer that never quotes has as many words as fields, whatever quotes are in them.
    const isQuoting = layout.escaping === "doubled" && delimiter === " ";
    return isQuoting ? [plain, { ...plain, word: `${QUOTED}|[^" \\t][^ \\t]*` }] : [plain];
  });
  const found = ways.map((_, way) => `is${way}`);
  return {
    stages: [
      ways.map(
        ({ layout, delimiter, word }, way) =>
          `groups(text, ${literal(patternOf(layout, delimiter, word))}) AS m${way}`,
      ),
      ways.map(({ layout }, way) => {
        const shapes = fieldsOf(layout).flatMap(({ kind }, index) =>
          kind.shape === undefined
            ? []
            : [`regexp_matches(${valueOf(layout, way, index)}, ${literal(kind.shape.source)})`],
        );
        return `coalesce(${[`len(m${way}) > 0`, ...shapes].join(" AND ")}, false) AS ${found[way]}`;
      }),
      [`CASE ${found.map((is, way) => `WHEN ${is} THEN ${way}`).join(" ")} END AS layout`],
    ],
    understood: "(layout IS NOT NULL)",
    cells: slots.map(({ native }) => {
      const whens = ways.flatMap(({ layout }, way) => {
        const index = fieldsOf(layout).findIndex((field) => field.native === native);
        if (index < 0) return [];
        return [`WHEN ${way} THEN ${valueOf(layout, way, index)}`];
      });
      return whens.length === 0 ? "CAST(NULL AS VARCHAR)" : `CASE layout ${whens.join(" ")} END`;
    }),
  };
}

/** Values between delimiters, as many as the layout can have. */
function patternOf(layout: Layout, delimiter: string, word: string): string {
  const between = delimiter === " " ? "[ \\t]+" : escaped(delimiter);
  const around = delimiter === " " ? "[ \\t]*" : "";
  const [least = 0, ...more] = countsOf(layout);
  const some = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, at) => `${from + at === 0 ? "" : between}(${word})`).join(
      "",
    );
  const tail = more.map((count, at) => `(?:${some(at === 0 ? least : (more[at - 1] ?? 0), count)}`);
  return `${around}${some(0, least)}${tail.join("")}${")?".repeat(tail.length)}${around}`;
}

const countsOf = (layout: Layout): number[] =>
  tailEnds(layout).map((end) => fieldsOf({ ...layout, items: layout.items.slice(0, end) }).length);

/** A value without its quotes; NULL where the line ended before it. */
function valueOf(layout: Layout, way: number, index: number): string {
  const isOptional = index >= (countsOf(layout)[0] ?? 0);
  const group = `m${way}[${index + 1}]`;
  const value = isOptional ? `nullif(${group}, '')` : group;
  if (layout.escaping !== "doubled") return value;
  const inner = `replace(substr(${group}, 2, length(${group}) - 2), '""', '"')`;
  return `CASE WHEN length(${group}) > 1 AND starts_with(${group}, '"') AND ends_with(${group}, '"') THEN ${inner} ELSE ${value} END`;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
