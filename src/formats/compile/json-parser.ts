import { literal } from "../../engines/sql.js";
import type { JsonLayout } from "../layout.js";
import { assemble, assemblyOf, blankOr, inWords } from "./assembly.js";
import { explainJson, jsonExtra, jsonPath } from "./json.js";
import { objectReading } from "./json-portable.js";
import type { Parser, ParserOptions } from "./parser.js";
import { lineStages } from "./portable.js";
import { columnSources } from "./record-sql.js";

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
