import { namedOf } from "../../engines/expressions/expression.js";
import {
  expressionWriter,
  writeNamed,
  type ExpressionWords,
} from "../../engines/expressions/writer.js";
import { ident, literal } from "../../engines/sql.js";
import { withFields, type Field, type JsonLayout, type Layout } from "../layout.js";
import { exactReader, slotsOf, type ExactReader } from "./exact.js";
import { explainMismatch } from "./explain.js";
import { explainJson, jsonExtra, jsonPath } from "./json.js";
import { objectReading } from "./json-portable.js";
import { layoutReading, lineStages, type LineReading } from "./portable.js";
import { columnSources, recordStages, type Derivation, type Sources } from "./record-sql.js";
import { splitLayout, type Split } from "./split.js";

/** Names under which the engine has registered this parser's two functions. */
export interface ParserFunctions {
  /** `(line) → VARCHAR[]`: the cells in slot order, or NULL when the line is refused. */
  readonly exact: string;
  /** `(line) → VARCHAR`: why the line is refused. */
  readonly explain: string;
}

export interface ParserOptions {
  readonly logType: string;
  /** Lines that begin so are headers: neither parsed nor rejected. */
  readonly comment?: string;
  readonly derivations?: readonly Derivation[];
  /** Values for columns the line does not carry, such as a site name. */
  readonly constants?: ReadonlyMap<string, string>;
  /** Reads every line exactly, which is slower: the fast reading must agree with it. */
  readonly exactly?: boolean;
}

/** Lines → rows for one layout of one format. */
export interface Parser {
  readonly logType: string;
  /** Undefined for JSON, which the engine reads itself. */
  readonly exact: ExactReader | undefined;
  explain(line: string): string;
  /**
   * SELECT of `columns` plus `outcome` ('parsed', 'rejected', 'blank'), `reason` and `raw`, one
   * row a line, from a relation with the single column `line`.
   * `dirty`: the lines may hold marker characters, which only the exact reading understands.
   * `kept`: columns of the source that stay.
   */
  sql(
    source: string,
    columns: readonly string[],
    names: ParserFunctions,
    dirty: boolean,
    kept?: readonly string[],
  ): string;
  /**
   * Every line as if it were an ordinary one, in cheaper forms: the columns of `sql`, where `outcome` is
   * 'parsed' or 'odd' and `raw` the text of the odd ones, which `sql` then reads. All expressions are evaluated
   * for whole vectors, as nothing has to choose per line. Undefined where no line could be read so.
   */
  readonly quick?: (source: string, columns: readonly string[], dirty: boolean) => string;
  /**
   * What `sql` says in the words of an engine that has none of culprit's functions, by the exact
   * reading alone. Lines that it cannot read the same way are rejected, with that reason; a format
   * or a zone that it cannot is a Problem.
   */
  sqlFor(
    words: ExpressionWords,
    source: string,
    columns: readonly string[],
    kept?: readonly string[],
  ): string;
}

/** What a format reads otherwise than its layouts say. */
export interface OwnReading {
  readonly exact?: ExactReader;
  readonly explain?: ((line: string, layout: Layout) => string | undefined) | undefined;
  /** How other engines read a line; default: by the layouts, in the order of `ordered`. */
  readonly portable?: (() => LineReading) | undefined;
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
      const reading = own.portable?.() ?? layoutReading(own.ordered ?? layouts, slots);
      const assembled = assemblyOf({
        source,
        columns,
        kept,
        slots,
        sources: columnSources(slots),
        options,
        before: [...lineStages(layouts, blankOr(options.comment, "text")), ...reading.stages],
        cells: reading.cells,
        understood: reading.understood,
        explain: `coalesce(fault, ${literal(`the line is not of the format ${options.logType}`)})`,
      });
      return inWords(words, assembled);
    },
    ...(split !== undefined && {
      quick: (source, columns, dirty) =>
        quickSql({ source, columns, slots, options, split, conditions: conditionsOf(dirty) }),
    }),
  };
}

/** Compiles a JSON format: the engine reads the objects, no other reading is needed. */
export function jsonParser(layout: JsonLayout, options: ParserOptions): Parser {
  const { json, requires, needs = [] } = layout;
  const paths = [...new Set([...json.flatMap(({ paths: all }) => all), ...requires, ...needs])];
  const present = (path: string): string => `${value(path)} IS NOT NULL`;
  const value = (path: string): string => `found[${paths.indexOf(path) + 1}]`;
  return {
    logType: options.logType,
    exact: undefined,
    explain: explainJson(layout),
    sql(source, columns, names, _dirty, kept = []) {
      const found = `json_extract_string(line, [${paths.map(jsonPath).join(", ")}])`;
      return assemble({
        source,
        columns,
        kept,
        slots: json,
        sources: columnSources(json).set("extra", jsonExtra(json)),
        options,
        before: [
          [`coalesce(json_valid(line), false) AS valid`],
          [`CASE WHEN valid THEN json_type(line) = 'OBJECT' ELSE false END AS object`],
          [
            `CASE WHEN object THEN ${found} END AS found`,
            `CASE WHEN NOT object THEN ${blankOr(options.comment)} ELSE false END AS blank`,
          ],
        ],
        cells: json.map((field) =>
          field.paths.length === 1
            ? value(field.paths[0] as string)
            : `coalesce(${field.paths.map(value).join(", ")})`,
        ),
        understood: `(object AND (${requires.map(present).join(" OR ")})${needs.map((path) => ` AND ${present(path)}`).join("")})`,
        explain: `${names.explain}(line)`,
      });
    },
    sqlFor(words, source, columns, kept = []) {
      const reading = objectReading(layout);
      const assembled = assemblyOf({
        source,
        columns,
        kept,
        slots: json,
        sources: columnSources(json).set("extra", reading.extra),
        options,
        before: [...lineStages([], blankOr(options.comment, "text")), ...reading.stages],
        cells: reading.cells,
        understood: reading.understood,
        explain: `coalesce(fault, ${reading.unread}, ${literal(`the line is no JSON object of the format ${options.logType}`)})`,
      });
      return inWords(words, assembled);
    },
  };
}

const blankOr = (comment: string | undefined, line = "line"): string =>
  comment === undefined
    ? `(${line} IS NULL OR trim(${line}, E' \\t\\r') = '')`
    : `(${line} IS NULL OR trim(${line}, E' \\t\\r') = '' OR starts_with(${line}, ${literal(comment)}))`;

interface Assembly {
  readonly source: string;
  readonly columns: readonly string[];
  /** Columns of the source that stay beside them. */
  readonly kept: readonly string[];
  readonly slots: readonly Field[];
  readonly sources: Sources;
  readonly options: ParserOptions;
  readonly before: readonly (readonly string[])[];
  readonly cells: readonly string[];
  readonly understood: string;
  readonly explain: string;
}

/** A query in stages, each of which may use what the ones before it have named. */
interface Assembled {
  readonly list: readonly string[];
  readonly kept: readonly string[];
  readonly stages: readonly (readonly string[])[];
  readonly source: string;
}

const assemble = (parts: Assembly): string => {
  const { list, kept, stages, source } = assemblyOf(parts);
  return nested([...list, ...kept], stages, source);
};

/** The same in another engine's words. */
function inWords(words: ExpressionWords, { list, kept, stages, source }: Assembled): string {
  const write = expressionWriter(words);
  const item = (sql: string): string => writeNamed(words, write, namedOf(sql));
  return nested(
    [...list.map(item), ...kept],
    stages.map((stage) => stage.map(item)),
    source,
  );
}

/** The stages that text and JSON share: cells, typed values, validity, the record. */
function assemblyOf(parts: Assembly): Assembled {
  const { slots, options } = parts;
  const valid = slots.flatMap(({ kind }, index) =>
    kind.valid === undefined
      ? []
      : [
          {
            index,
            sql: `(c${index} IS NULL OR coalesce(${kind.valid(`c${index}`, `t${index}`)}, false))`,
          },
        ],
  );
  const record = recordStages(parts.sources, constantsOf(options), options.derivations ?? []);
  const faults = valid.map(
    ({ index, sql }) => `WHEN NOT ${sql} THEN ${fault(slots[index] as Field, index)}`,
  );
  const stages: (readonly string[])[] = [
    ...parts.before,
    parts.cells.map((sql, index) => `${sql} AS c${index}`),
    slots.map(({ kind }, index) => `${kind.typed(`c${index}`)} AS t${index}`),
    [`NOT blank AND ${[parts.understood, ...valid.map(({ sql }) => sql)].join(" AND ")} AS parsed`],
    ...record.stages,
  ];
  const list = [
    ...parts.columns.map((name) => `${record.columns.get(name)} AS ${ident(name)}`),
    "CASE WHEN parsed THEN 'parsed' WHEN blank THEN 'blank' ELSE 'rejected' END AS outcome",
    `CASE WHEN parsed OR blank THEN NULL WHEN NOT ${parts.understood} THEN ${parts.explain} ${faults.join(" ")} END AS reason`,
    "CASE WHEN parsed OR blank THEN NULL ELSE line END AS raw",
  ];
  return { list, kept: parts.kept, stages, source: parts.source };
}

interface Quick {
  readonly source: string;
  readonly columns: readonly string[];
  readonly slots: readonly Field[];
  readonly options: ParserOptions;
  readonly split: Split;
  /** All must hold; NULL is no. */
  readonly conditions: readonly string[];
}

/** Every line as if it were an ordinary one; `outcome` tells where that was so. */
function quickSql({ source, columns, slots, options, split, conditions }: Quick): string {
  const has = ({ native }: Field): boolean => split.cells.has(native);
  const forms = slots.map((slot, index) => quickForm(slot, `c${index}`, split));
  const fields = forms.map(({ field }) => field);
  const record = recordStages(
    columnSources(fields, has),
    constantsOf(options),
    options.derivations ?? [],
  );
  const valid = forms.flatMap(({ field: { kind }, text }, index) =>
    has(slots[index] as Field) && kind.valid !== undefined
      ? [`(${kind.valid(text, `t${index}`)})`]
      : [],
  );
  const implied = new Set(forms.flatMap((form) => form.implied));
  const stages: (readonly string[])[] = [
    ...split.stages,
    fields.map(
      ({ native }, index) => `${split.cells.get(native) ?? "CAST(NULL AS VARCHAR)"} AS c${index}`,
    ),
    forms.map(({ field, text }, index) => `${field.kind.typed(text)} AS t${index}`),
    [
      `coalesce(${[...conditions.filter((condition) => !implied.has(condition)), ...valid].join(" AND ")}, false) AS parsed`,
    ],
    ...record.stages,
  ];
  const list = [
    ...columns.map((name) => `${record.columns.get(name)} AS ${ident(name)}`),
    "CASE WHEN parsed THEN 'parsed' ELSE 'odd' END AS outcome",
    "CAST(NULL AS VARCHAR) AS reason",
    "CASE WHEN parsed THEN NULL ELSE line END AS raw",
  ];
  return nested(list, stages, source);
}

interface QuickForm {
  readonly field: Field;
  /** What its value is made from. */
  readonly text: string;
  /** Conditions of the split that its `valid` makes superfluous. */
  readonly implied: readonly string[];
}

function quickForm(field: Field, text: string, { cells, wrapped }: Split): QuickForm {
  const { kind, native } = field;
  if (!cells.has(native) || kind.quick === undefined) return { field, text, implied: [] };
  const { within, ...quick } = kind.quick;
  const around = wrapped.get(native);
  if (within === undefined || around === undefined) {
    return { field: { ...field, kind: { ...kind, ...quick } }, text, implied: [] };
  }
  const forms = within(around.prefix, around.suffix);
  return {
    field: { ...field, kind: { ...kind, ...quick, ...forms } },
    text: around.text,
    implied: around.implied,
  };
}

const constantsOf = ({ logType, constants = new Map() }: ParserOptions): Map<string, string> =>
  new Map<string, string>([
    ["log_type", literal(logType)],
    ...[...constants].map(([name, value]): [string, string] => [name, literal(value)]),
  ]);

const nested = (
  list: readonly string[],
  stages: readonly (readonly string[])[],
  source: string,
): string =>
  `SELECT ${list.join(", ")} FROM ${stages.reduce(
    (from, stage) => `(SELECT *, ${stage.join(", ")} FROM ${from})`,
    source,
  )}`;

const fault = ({ native, kind }: Field, index: number): string =>
  `${literal(`${native} is not ${kind.wants}: `)} || left(c${index}, 80)`;
