import { literal } from "../../engines/sql.js";
import type { JsonField, JsonLayout } from "../layout.js";
import { usedSlots } from "./record-sql.js";

/** The steps of `request.headers.User-Agent[0]`: names and indexes. */
const stepsOf = (path: string): string[] => path.split(/[.[\]]+/).filter((name) => name !== "");

/** `request.headers.User-Agent[0]` as the engine's JSON path, every name quoted. */
export function jsonPath(path: string): string {
  const steps = [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)];
  return literal(
    `$${steps.map(([, index, name]) => (index === undefined ? `."${name}"` : `[${index}]`)).join("")}`,
  );
}

/** The value at such a path, undefined where a step is missing. */
export function valueAt(value: unknown, path: string): unknown {
  let here = value;
  for (const step of stepsOf(path)) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** Whether a line is an object that a layout can read. */
export function isObjectOf(layout: JsonLayout, line: string): boolean {
  const value = parse(line);
  const has = (path: string): boolean => isPresent(valueAt(value, path));
  return layout.requires.some(has) && (layout.needs ?? []).every(has);
}

/** Why a line is not an object that the layout can read. */
export function explainJson(layout: JsonLayout): (line: string) => string {
  return (line) => {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return "the line is JSON but not an object";
      }
      const missing = (layout.needs ?? []).find((path) => !isPresent(valueAt(value, path)));
      return `the object has ${missing === undefined ? `none of ${layout.requires.join(", ")}` : `no ${missing}`}`;
    } catch (error) {
      return `not JSON: ${(error as Error).message}`;
    }
  };
}

/**
 * SQL of `extra`: whatever stands in the object and fills no column of the record. The engine's
 * merge patch takes the known names out, which is twice as fast as filtering a list of pairs.
 */
export function jsonExtra(fields: readonly JsonField[]): string {
  const filling = usedSlots(fields);
  const used = new Set([...filling].filter((index) => fields[index]?.kind.extra === undefined));
  const taken = fields.flatMap(({ paths }, index) =>
    paths.filter((path) => used.has(index) || stepsOf(path).length > 1),
  );
  const roots = [...new Set(taken.map((path) => stepsOf(path)[0] as string))];
  const patch = JSON.stringify(Object.fromEntries(roots.map((name) => [name, null])));
  const rest = `try_cast(json_merge_patch(line, ${literal(patch)}) AS MAP(VARCHAR, VARCHAR))`;
  const nested = fields.flatMap(({ native, paths }, index) =>
    used.has(index) || stepsOf(paths[0] as string).length === 1 ? [] : [{ native, index }],
  );
  const all =
    nested.length === 0
      ? rest
      : `map_concat(map([${nested.map(({ native }) => literal(native)).join(", ")}], [${nested.map(({ index }) => `c${index}`).join(", ")}]), ${rest})`;
  return `CASE WHEN object THEN ${all} END`;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
