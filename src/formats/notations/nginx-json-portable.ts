import { BORDER, UNIT } from "../../engines/expressions/escapes.js";
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
import { layoutReading, UNIT_FAULT, type LineReading } from "../compile/portable.js";
import { fieldsOf, isLiteral, type Field, type Item, type Layout } from "../layout.js";
import { leafLayout, templateLeaves } from "./nginx-json.js";

/** Numbers that JavaScript writes otherwise than they stand, and what is no single value. */
const NO_VALUE = `${BORDER}(?:-?[0-9]{16,}|[\\[{].*)`;
/** A whole number with a fraction of nothing, which JavaScript leaves out. */
const WHOLE = `${BORDER}-?[0-9]+[.]0`;

/**
 * What `jsonTemplateReader` does, as SQL: a line as nginx wrote it by the layout, any other as JSON by
 * name. Numbers come as `engines/expressions/json.ts` says.
 */
export function jsonTemplatePortable(
  layout: Layout,
  items: readonly Item[],
  slots: readonly Field[],
): LineReading {
  const written = layoutReading([layout], slots);
  const objects = new Objects();
  const leaves = templateLeaves(items).map(({ path, items: parts }, leaf) => ({
    parts,
    value: objects.value(path),
    raw: `r${leaf}`,
    text: `v${leaf}`,
  }));
  const isWritten = "is0";
  const unit = `WHEN ${isWritten} AND regexp_matches(text, ${literal(UNIT)}) THEN ${UNIT_FAULT}`;
  const isSpelled = isSpelledOddly(slots);
  const unread = `coalesce(unread, CASE WHEN ${isSpelled} THEN ${ODD_SPELLING} END)`;
  if (leaves.length === 0) {
    return {
      stages: [...written.stages, [`CASE ${unit} END AS unread`]],
      understood: `(${written.understood} AND unread IS NULL AND NOT ${isSpelled})`,
      cells: written.cells,
      unread,
    };
  }
  const named = new Map<string, string>();
  const divided = leaves.flatMap(({ parts, text }, leaf) => {
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && !isLiteral(only)) {
      named.set(only.native, text);
      return [];
    }
    const own = leafLayout(layout, parts);
    fieldsOf(own).forEach(({ native }, index) => named.set(native, `p${leaf}[${index + 1}]`));
    const open = tooManyWaysSql(own, text);
    const tried =
      open === undefined ? text : `CASE WHEN NOT coalesce(${open}, false) THEN ${text} END`;
    return [`groups(${tried}, ${literal(`[ \\t]*${layoutPattern(own)}[ \\t]*`)}) AS p${leaf}`];
  });
  const isNone = leaves.map(
    ({ raw }) => `regexp_full_match(${raw}, ${literal(`(?s)${NO_VALUE}`)})`,
  );
  const faults = [
    unit,
    // JavaScript takes half a pair for JSON.
    charactersFault("other"),
    NO_JSON,
    ...objects.faults,
    `WHEN ${isNone.join(" OR ")} THEN 'a value is an object, a list or a long number, ${NOT_READ}'`,
  ];
  return {
    stages: [
      ...written.stages,
      [`CASE WHEN NOT ${isWritten} THEN text END AS other`],
      ...objects.stages("other"),
      leaves.map(({ value, raw }) => `${value} AS ${raw}`),
      [
        ...leaves.map(
          ({ raw, text }) =>
            `json_plain(CASE WHEN regexp_full_match(${raw}, ${literal(WHOLE)}) THEN substr(${raw}, 1, length(${raw}) - 2) ELSE ${raw} END) AS ${text}`,
        ),
        `CASE ${faults.join(" ")} END AS unread`,
      ],
      ...(divided.length === 0 ? [] : [divided]),
    ],
    understood: `((${slots.map((_, index) => `c${index} IS NOT NULL`).join(" OR ")}) AND unread IS NULL AND NOT ${isSpelled})`,
    cells: slots.map(({ native }, index) => {
      const other = named.get(native);
      const own = written.cells[index] as string;
      return other === undefined ? own : `CASE WHEN ${isWritten} THEN ${own} ELSE ${other} END`;
    }),
    unread,
  };
}
