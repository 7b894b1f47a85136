import { literal } from "../../engines/sql.js";
import type { Field, JsonLayout } from "../layout.js";
import { singleBackslashes } from "./portable.js";
import { extraOf, pathSteps, type Step } from "./json.js";

/**
 * The reading of JSON objects as SQL alone, for engines without the embedded one's functions. Beside the
 * words of the kinds there are: `json_marked(text)`, `json_valid(document)`, `json_bare(document)` (without
 * what stands in its texts), `json_pairs(value)`, `json_at(pairs, name)`, `json_item(value, index)`, `json_twice(value)`
 * (an object has a name twice), `json_plain(value)`, `json_rest(pairs, names…)` and
 * `json_joined(pairs, name, value…)`; engines/expressions/json.ts says what values are.
 * There is the column `text`, which is NULL where the line is blank or refused already.
 */
export interface ObjectReading {
  readonly stages: readonly (readonly string[])[];
  /** Never NULL. */
  readonly understood: string;
  /** A text per field, NULL where the object has none. */
  readonly cells: readonly string[];
  readonly extra: string;
  /** Why a line is refused that may be an object; NULL for others. */
  readonly unread: string;
}

const HEX = "[0-9a-fA-F]";
const PAIR = `\\\\u[dD][89abAB]${HEX}{2}\\\\u[dD][c-fC-F]${HEX}{2}`;
const HALF = `\\\\u[dD][89a-fA-F]${HEX}{2}`;

export const NOT_READ = "which engines do not read as they are";

/** Spellings that every engine reads alike: dates and times, numbers. */
const CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";
const PLAIN_TIME = [
  `[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}[T ]${CLOCK}(?:[.][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?`,
  `[0-9]{1,2}/[A-Za-z]{3}/[1-9][0-9]{3}:${CLOCK} [+-][0-9]{4}`,
  "[+-]?[0-9]+(?:[.][0-9]+)?",
].join("|");
const PLAIN_NUMBER = "-?[0-9]+(?:[.][0-9]+)?";
/** What the embedded engine may take for one: ` 5`, `1_000`, `0x1F`, `inf`. */
const TIME_LIKE = "(?is)(?:[ \\t\\n\\r0-9+-]|inf|epoch).*";
const NUMBER_LIKE = "(?is)\\s*[+-]*(?:[0-9.][0-9a-fx_.+-]*|inf.*|nan)\\s*";

/** Whether cells are spelled so that engines may differ, as SQL: never NULL. */
export function isSpelledOddly(
  fields: readonly Field[],
  cell = (index: number) => `c${index}`,
): string {
  const odd = fields.flatMap((field, index) => isOdd(field, cell(index)) ?? []);
  return `coalesce(${[...odd, "false"].join(" OR ")}, false)`;
}

/** Why such a line is refused, as SQL. */
export const ODD_SPELLING = `'the line holds a time or number in a spelling ${NOT_READ.replace("they are", "it is")}'`;

/** Whether a cell is spelled so that engines may differ, as SQL; undefined for texts. */
function isOdd({ kind }: Field, cell: string): string | undefined {
  const { name } = kind;
  const odd = (like: string, plain: string): string =>
    `(regexp_full_match(${cell}, ${literal(like)}) AND NOT regexp_full_match(${cell}, ${literal(plain)}))`;
  // A time in a notation of its own is in no other spelling.
  if (name === "time" && !kind.typed(cell).includes("try_cast")) return undefined;
  if (name === "time") return odd(TIME_LIKE, PLAIN_TIME);
  return NUMBERS.has(name) ? odd(NUMBER_LIKE, PLAIN_NUMBER) : undefined;
}

const NUMBERS = new Set(["int", "status", "duration"]);

export function objectReading(layout: JsonLayout): ObjectReading {
  const { json, requires, needs = [] } = layout;
  const objects = new Objects();
  const valueAt = (path: string): string => objects.value(pathSteps(path));
  const any = (paths: readonly string[]): string =>
    paths.length === 1 ? valueAt(paths[0] as string) : `coalesce(${paths.map(valueAt).join(", ")})`;
  const cells = json.map(({ paths }) => `json_plain(${any(paths)})`);
  const present = [any(requires), ...needs.map(valueAt)].map((value) => `${value} IS NOT NULL`);
  const { taken, nested } = extraOf(json);
  const rest = `json_rest(${objects.pairs([])}, ${taken.map((name) => literal(name)).join(", ")})`;
  const own = nested.map(({ native, index }) => `, ${literal(native)}, c${index}`);
  const isSpelled = isSpelledOddly(json);
  // Valid to the embedded engine alone.
  const lax = `WHEN regexp_matches(bare, '(?i),[ \\t]*[\\]}]|\\b(?:nan|inf|infinity)\\b') THEN 'the line holds NaN, Infinity or commas at an end, ${NOT_READ}'`;
  return {
    stages: [
      ...objects.stages("text"),
      [
        `CASE ${[lax, NO_JSON, charactersFault("text"), ...objects.faults].join(" ")} END AS unread`,
      ],
    ],
    understood: `(text IS NOT NULL AND unread IS NULL AND ${present.join(" AND ")} AND NOT ${isSpelled})`,
    cells,
    extra: `CAST(${own.length === 0 ? rest : `json_joined(${rest}${own.join("")})`} AS MAP(VARCHAR, VARCHAR))`,
    unread: `coalesce(unread, CASE WHEN ${isSpelled} THEN ${ODD_SPELLING} END)`,
  };
}

/** `WHEN … THEN NULL` for what is no JSON to engines. */
export const NO_JSON = "WHEN NOT json_valid(document) THEN NULL";

/** `WHEN … THEN reason` for characters that engines read otherwise. */
export function charactersFault(text: string): string {
  const escapes = singleBackslashes(text);
  return `WHEN regexp_matches(${escapes}, '\\\\u(?:0000|202[89]|[fF]8[fF][eE])|[\u2028\u2029]') OR 2 * count_matches(${escapes}, ${literal(PAIR)}) <> count_matches(${escapes}, ${literal(HALF)}) THEN 'the line holds characters ${NOT_READ}'`;
}

/** The objects that paths lead through, each taken apart once; `document` is all of the line. */
export class Objects {
  readonly #columns = new Map<string, { name: string; value: string; depth: number }>();

  /** The value at a path. */
  value(steps: readonly Step[]): string {
    const last = steps.at(-1);
    if (last === undefined) return "document";
    const before = steps.slice(0, -1);
    return typeof last === "number"
      ? `json_item(${this.value(before)}, ${last})`
      : `json_at(${this.pairs(before)}, ${literal(last)})`;
  }

  /** The column that holds an object's pairs. */
  pairs(steps: readonly Step[]): string {
    const key = JSON.stringify(steps);
    const known = this.#columns.get(key);
    if (known !== undefined) return known.name;
    const value = this.value(steps);
    const name = `o${this.#columns.size}`;
    this.#columns.set(key, { name, value, depth: steps.length });
    return name;
  }

  /** The stages that make what was asked for so far from a column of lines. */
  stages(text: string): string[][] {
    const columns = [...this.#columns.values()];
    const depths = [...new Set(columns.map(({ depth }) => depth))].toSorted((a, b) => a - b);
    return [
      [`json_marked(${text}) AS document`],
      ["json_bare(document) AS bare"],
      ...depths.map((at) =>
        columns
          .filter(({ depth }) => depth === at)
          .map(({ name, value }) => `json_pairs(${value}) AS ${name}`),
      ),
    ];
  }

  /** `WHEN … THEN reason` for what engines read otherwise, of JSON that is valid to them. */
  get faults(): string[] {
    const twice = [...this.#columns.values()].map(({ value }) => `json_twice(${value})`);
    return [
      `WHEN regexp_matches(bare, '[0-9]') THEN 'the line holds numbers ${NOT_READ}'`,
      `WHEN ${twice.join(" OR ")} THEN 'an object has a name twice, ${NOT_READ}'`,
    ];
  }
}
