import { literal } from "../../engines/sql.js";
import type { JsonField, JsonLayout } from "../layout.js";
import { usedSlots } from "./record-sql.js";

/** A name, or an index from 0. */
export type Step = string | number;

/** The steps of `request.headers.User-Agent[0]`. */
export const pathSteps = (path: string): Step[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = ""]) =>
    index === undefined ? name : Number(index),
  );

/** `request.headers.User-Agent[0]` as the engine's JSON path, every name quoted. */
export const jsonPath = (path: string): string =>
  literal(
    `$${pathSteps(path)
      .map((step) => (typeof step === "number" ? `[${step}]` : `."${step}"`))
      .join("")}`,
  );

/** The value at such a path, undefined where a step is missing. */
export function valueAt(value: unknown, path: string): unknown {
  let here = value;
  for (const step of pathSteps(path)) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<Step, unknown>)[step];
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

/** What of an object stays in `extra`: all top-level names but those taken, and these fields from within. */
export function extraOf(fields: readonly JsonField[]): {
  readonly taken: readonly string[];
  readonly nested: readonly { readonly native: string; readonly index: number }[];
} {
  const filling = usedSlots(fields);
  const used = new Set([...filling].filter((index) => fields[index]?.kind.extra === undefined));
  const taken = fields.flatMap(({ paths }, index) =>
    paths.filter((path) => used.has(index) || pathSteps(path).length > 1),
  );
  const nested = fields.flatMap(({ native, paths }, index) =>
    used.has(index) || pathSteps(paths[0] as string).length === 1 ? [] : [{ native, index }],
  );
  return { taken: [...new Set(taken.map((path) => String(pathSteps(path)[0])))], nested };
}

/**
 * SQL of `extra`: whatever stands in the object and fills no column of the record. The engine's
 * merge patch takes the known names out, which is twice as fast as filtering a list of pairs.
 */
export function jsonExtra(fields: readonly JsonField[]): string {
  const { taken, nested } = extraOf(fields);
  const patch = JSON.stringify(Object.fromEntries(taken.map((name) => [name, null])));
  const rest = `try_cast(json_merge_patch(line, ${literal(patch)}) AS MAP(VARCHAR, VARCHAR))`;
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
