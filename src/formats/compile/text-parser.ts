import { literal } from "../../engines/sql.js";
import type { FormatReading } from "../format.js";
import { withFields, type Field, type Layout } from "../layout.js";
import { assemble, assemblyOf, blankOr, inWords } from "./assembly.js";
import { exactReader, slotsOf, type ExactReader } from "./exact.js";
import { explainMismatch } from "./explain.js";
import type { Parser, ParserOptions } from "./parser.js";
import { layoutReading, lineStages } from "./portable.js";
import { quickSql } from "./quick.js";
import { columnSources } from "./record-sql.js";
import { splitLayout } from "./split.js";

/** What a format reads otherwise than its layouts say. */
export interface OwnReading {
  readonly exact?: ExactReader;
  readonly explain?: ((line: string, layout: Layout) => string | undefined) | undefined;
  /** How other engines read a line; default: by the layouts, in the order of `ordered`. */
  readonly portable?: FormatReading["portable"] | undefined;
  readonly ordered?: readonly Layout[];
}

/** Compiles a text format; `primary` is the layout most lines of this log have. */
export function textParser(
  layouts: readonly Layout[],
  primary: { layout: number; fields: number },
  options: ParserOptions,
  own: OwnReading = {},
): Parser {
  const { exact, explain } = own;
  const slots = slotsOf(layouts);
  const common = withFields(layouts[primary.layout] as Layout, primary.fields);
  const reader = exact ?? exactReader(layouts, slots);
  const split = options.exactly === true ? undefined : splitLayout(common, "line");
  const conditionsOf = (dirty: boolean): string[] => {
    return [
      ...(split?.conditions ?? ["false"]),
      ...(options.comment === undefined
        ? []
        : [`NOT starts_with(line, ${literal(options.comment)})`]),
      ...(dirty ? [`NOT regexp_matches(line, '[\\x{EF00}-\\x{EFFF}]')`] : []),
    ];
  };
  return {
    logType: options.logType,
    exact: reader,
    explain: (line) => explain?.(line, common) ?? explainMismatch(common, line),
    sql(source, columns, names, dirty, kept = []) {
      const cell = (slot: Field, index: number): string => {
        const fast = split?.cells.get(slot.native);
        const slow = `exact[${index + 1}]`;
        return fast === undefined ? slow : `CASE WHEN shaped THEN ${fast} ELSE ${slow} END`;
      };
      return assemble({
        source,
        columns,
        kept,
        slots,
        sources: columnSources(slots),
        options,
        before: [
          ...(split?.stages ?? []),
          [`coalesce(${conditionsOf(dirty).join(" AND ")}, false) AS shaped`],
          [`CASE WHEN NOT shaped THEN ${blankOr(options.comment)} ELSE false END AS blank`],
          [`CASE WHEN NOT shaped AND NOT blank THEN ${names.exact}(line) END AS exact`],
        ],
        cells: slots.map(cell),
        understood: "(shaped OR exact IS NOT NULL)",
        explain: `${names.explain}(line)`,
      });
    },
    sqlFor(words, source, columns, kept = []) {
      const reading =
        own.portable?.(layouts, slots) ?? layoutReading(own.ordered ?? layouts, slots);
      const { unread } = reading;
      const assembled = assemblyOf({
        source,
        columns,
        kept,
        slots,
        sources: columnSources(slots),
        options,
        before: [
          ...lineStages(unread === undefined ? layouts : [], blankOr(options.comment, "text")),
          ...reading.stages,
        ],
        cells: reading.cells,
        understood: reading.understood,
        explain: `coalesce(fault, ${unread === undefined ? "" : `${unread}, `}${literal(`the line is not of the format ${options.logType}`)})`,
      });
      return inWords(words, assembled);
    },
    ...(split !== undefined && {
      quick: (source, columns, dirty) =>
        quickSql({ source, columns, slots, options, split, conditions: conditionsOf(dirty) }),
    }),
  };
}
