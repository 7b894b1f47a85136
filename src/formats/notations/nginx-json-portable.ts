import { BORDER } from "../../engines/expressions/escapes.js";
import { literal } from "../../engines/sql.js";
import { layoutPattern } from "../compile/exact.js";
import { tooManyWaysSql } from "../compile/freedom.js";
import {
  charactersFault,
  isSpelledOddly,
  NO_JSON,
  NOT_READ,
  Objects,
  ODD_SPELLING,
} from "../compile/json-portable.js";
import { layoutReading, unitFault, type LineReading } from "../compile/portable.js";
import { fieldsOf, isLiteral, type Field, type Item, type Layout } from "../layout.js";
import { leafLayout, templateLeaves } from "./nginx-json.js";

/** What is no single value, and numbers that JavaScript writes otherwise than they stand. */
const NO_VALUE = `(?s)${BORDER}(?:-?[0-9]{16,}|[\\[{].*)`;
/** A number with a fraction of nothing, which JavaScript leaves out. */
const WHOLE = `${BORDER}-?[0-9]+[.]0`;

/**
 * What `jsonTemplateReader` does, as SQL: a line as nginx wrote it by the layout, any other as JSON by
 * name, where numbers come as `engines/expressions/json.ts` says.
 */
export function jsonTemplatePortable(
  layout: Layout,
  items: readonly Item[],
  slots: readonly Field[],
): LineReading {
  const written = layoutReading([layout], slots);
  const named = namedReading(layout, items);
  const faults = [
    ...(layout.escaping === "none" ? [] : [unitFault("CASE WHEN is0 THEN text END")]),
    ...named.faults,
  ];
  const isSpelled = isSpelledOddly(slots);
  const isFilled = slots.map((_, index) => `c${index} IS NOT NULL`).join(" OR ");
  return {
    stages: [
      ...written.stages,
      ["CASE WHEN NOT is0 THEN text END AS other"],
      ...named.stages,
      [`${faults.length === 0 ? "NULL" : `CASE ${faults.join(" ")} END`} AS unread`],
    ],
    understood: `((${isFilled}) AND unread IS NULL AND NOT ${isSpelled})`,
    cells: slots.map(({ native }, index) => {
      const own = written.cells[index] as string;
      const other = named.cells.get(native);
      return other === undefined ? own : `CASE WHEN is0 THEN ${own} ELSE ${other} END`;
    }),
    unread: `coalesce(unread, CASE WHEN ${isSpelled} THEN ${ODD_SPELLING} END)`,
  };
}

/** The variables' texts out of the JSON in the column `other`, by native name. */
interface NamedReading {
  readonly stages: readonly (readonly string[])[];
  readonly cells: ReadonlyMap<string, string>;
  /** `WHEN … THEN reason` for what engines read otherwise. */
  readonly faults: readonly string[];
}

function namedReading(layout: Layout, items: readonly Item[]): NamedReading {
  const leaves = templateLeaves(items);
  const cells = new Map<string, string>();
  if (leaves.length === 0) return { stages: [], cells, faults: [] };
  const objects = new Objects();
  const values = leaves.map(({ path }) => objects.value(path));
  const divided = leaves.flatMap((leaf, at) => {
    const [only] = leaf.items;
    if (leaf.items.length === 1 && only !== undefined && !isLiteral(only)) {
      cells.set(only.native, `v${at}`);
      return [];
    }
    const parts = leafLayout(layout, leaf.items);
    fieldsOf(parts).forEach(({ native }, index) => cells.set(native, `p${at}[${index + 1}]`));
    const open = tooManyWaysSql(parts, `v${at}`);
    const text =
      open === undefined ? `v${at}` : `CASE WHEN NOT coalesce(${open}, false) THEN v${at} END`;
    return [`groups(${text}, ${literal(`[ \\t]*${layoutPattern(parts)}[ \\t]*`)}) AS p${at}`];
  });
  const isNone = values.map((_, at) => `regexp_full_match(r${at}, ${literal(NO_VALUE)})`);
  return {
    stages: [
      ...objects.stages("other"),
      values.map((value, at) => `${value} AS r${at}`),
      values.map((_, at) => `json_plain(${withoutZero(`r${at}`)}) AS v${at}`),
      ...(divided.length === 0 ? [] : [divided]),
    ],
    cells,
    faults: [
      // Half a pair is JSON to JavaScript alone.
      charactersFault("other"),
      NO_JSON,
      ...objects.faults,
      `WHEN ${isNone.join(" OR ")} THEN 'a value is an object, a list or a long number, ${NOT_READ}'`,
    ],
  };
}

const withoutZero = (value: string): string =>
  `CASE WHEN regexp_full_match(${value}, ${literal(WHOLE)}) THEN substr(${value}, 1, length(${value}) - 2) ELSE ${value} END`;
