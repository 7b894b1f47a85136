import { namedOf } from "../../engines/expressions/expression.js";
import {
  expressionWriter,
  writeNamed,
  type ExpressionWords,
} from "../../engines/expressions/writer.js";
import { ident, literal } from "../../engines/sql.js";
import type { Field } from "../layout.js";
import type { ParserOptions } from "./parser.js";
import { recordStages, type Sources } from "./record-sql.js";

/** What a reading makes of a line, for the stages that all readings share. */
export interface Assembly {
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

/** The query of a reading. */
export const assemble = (parts: Assembly): string => {
  const { list, kept, stages, source } = assemblyOf(parts);
  return nested([...list, ...kept], stages, source);
};

/** The same in another engine's words. */
export function inWords(words: ExpressionWords, { list, kept, stages, source }: Assembled): string {
  const write = expressionWriter(words);
  const item = (sql: string): string => writeNamed(words, write, namedOf(sql));
  return nested(
    [...list.map(item), ...kept],
    stages.map((stage) => stage.map(item)),
    source,
  );
}

/** The stages that text and JSON share: cells, typed values, validity, the record. */
export function assemblyOf(parts: Assembly): Assembled {
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

/** SQL of whether a line is blank or a comment. */
export const blankOr = (comment: string | undefined, line = "line"): string =>
  comment === undefined
    ? `(${line} IS NULL OR trim(${line}, E' \\t\\r') = '')`
    : `(${line} IS NULL OR trim(${line}, E' \\t\\r') = '' OR starts_with(${line}, ${literal(comment)}))`;

/** Columns that are the same for every line. */
export const constantsOf = ({
  logType,
  constants = new Map(),
}: ParserOptions): Map<string, string> =>
  new Map<string, string>([
    ["log_type", literal(logType)],
    ...[...constants].map(([name, value]): [string, string] => [name, literal(value)]),
  ]);

/** A query in stages, the first within. */
export const nested = (
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
