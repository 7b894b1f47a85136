import { nearest } from "../../outputs/nearest.js";
import type { Problem } from "../../problems/problem.js";
import { ident, literal } from "../sql.js";
import { callsOf, type Call } from "./calls.js";
import type { Edit } from "./construct.js";
import { constructEdits } from "./constructs.js";
import { UnknownFormat } from "./functions/literals.js";
import { athenaFunctions } from "./functions/registry.js";
import type { Rule } from "./functions/rule.js";
import { refusal, type Place } from "./place.js";
import { meaningful, textOf, type Token } from "./tokens.js";

/** A query of Athena's in the engine's own words. */
export interface Translation {
  readonly sql: string;
  /** The functions it needs that the engine does not have, by name. */
  readonly macros: ReadonlyMap<string, string>;
}

/**
 * Rewrites an Athena query for the engine, name by name; texts, comments and everything else stay.
 * Throws a Problem with the place at what would fail, or mean something else than in Athena.
 * https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html
 *
 * `approx_distinct(client_ip)` → `approx_count_distinct(client_ip)`
 */
export function translate(sql: string): Translation {
  const pieces = meaningful(sql);
  const edits = constructEdits(pieces, sql);
  const macros = new Map<string, string>();
  for (const call of callsOf(pieces)) {
    const name = call.name.raw.toLowerCase();
    const rule = athenaFunctions.get(name);
    if (rule === undefined) throw unknown(sql, call);
    if (call.keywords) continue;
    check(sql, call, rule, pieces);
    if (rule.kind === "macro") macros.set(name, rule.sql);
    const to =
      rule.kind === "macro"
        ? `athena.${ident(macroName(name))}`
        : "to" in rule
          ? rule.to
          : undefined;
    if (to !== undefined) edits.push({ ...placeOf(call.name), text: to });
    edits.push(...literalEdits(sql, call, rule));
  }
  return { sql: edited(sql, edits), macros };
}

/** The parser takes `if` for its own, whatever schema stands before it. */
export const macroName = (name: string): string => `${name}_`;

const placeOf = ({ start, end }: Token): Place => ({ start, end });

function unknown(sql: string, { name }: Call): Problem {
  const guess = nearest(name.raw, athenaFunctions.keys());
  return refusal(
    sql,
    name,
    `${name.raw} is no function of Athena's with a known equivalent`,
    guess === undefined
      ? "docs/athena.md lists them; without --athena all functions of DuckDB are there"
      : `Did you mean ${guess}? Without --athena all functions of DuckDB are there`,
  );
}

function check(sql: string, call: Call, rule: Rule, pieces: readonly Token[]): void {
  if (rule.kind === "refused") throw refusal(sql, call.name, rule.why, rule.help);
  const [least, most] = rule.args;
  const count = call.args.length;
  if (count < least || count > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    const end = (pieces[call.close] as Token).end;
    throw refusal(
      sql,
      { start: call.name.start, end },
      `${call.name.raw} with ${count} arguments has no equivalent here`,
      `It is understood with ${wanted}`,
    );
  }
}

/** Literals in a notation of Athena's become literals in the engine's own. */
function literalEdits(sql: string, { name, args }: Call, { literals = {} }: Rule): Edit[] {
  return Object.entries(literals).map(([index, read]) => {
    const tokens = args[Number(index)] ?? [];
    const [only] = tokens;
    const place = { start: only?.start ?? name.start, end: tokens.at(-1)?.end ?? name.end };
    if (only?.kind !== "text" || tokens.length > 1) {
      throw refusal(
        sql,
        place,
        `${name.raw} is understood with a text in quotes here, not with an expression`,
        "Write the format or path as a text: '…'",
      );
    }
    try {
      return { ...place, text: literal(read(textOf(only))) };
    } catch (error) {
      if (!(error instanceof UnknownFormat)) throw error;
      throw refusal(
        sql,
        place,
        `${name.raw}: ${error.message} has no equivalent here`,
        "docs/athena.md lists what is understood",
      );
    }
  });
}

function edited(sql: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    result += sql.slice(at, start) + text;
    at = end;
  }
  return result + sql.slice(at);
}
