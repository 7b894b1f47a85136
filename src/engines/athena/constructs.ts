import { bareValues } from "./bare-values.js";
import { closing } from "./calls.js";
import type { Check, Edit } from "./construct.js";
import { refusal, type Place } from "./place.js";
import { statement } from "./statement.js";
import { isSymbol, isWord, nameOf, type Token } from "./tokens.js";

const spelling: Check = (tokens, at, sql) => {
  const token = tokens[at] as Token;
  const next = tokens[at + 1];
  if (token.kind === "backtick") {
    throw refusal(
      sql,
      token,
      "Backticks are for table definitions: Athena's queries know none",
      `Write "${token.raw.replaceAll("`", "")}"`,
    );
  }
  if (isSymbol(token, "?")) {
    throw refusal(sql, token, "A parameter has no value here", "Write the value in its place");
  }
  if (isSymbol(token, "$")) {
    throw refusal(sql, token, "Athena knows no dollar sign here", "Write texts in single quotes");
  }
  if (isSymbol(token, "->") || isSymbol(token, "->>")) {
    throw refusal(
      sql,
      token,
      "Lambdas have no equivalent here",
      "Unnest the array instead: FROM t CROSS JOIN UNNEST(a) AS u(x)",
    );
  }
  if (isWord(token, "e", "u") && prefixesText(token, next, tokens[at + 2])) {
    const end = isSymbol(next, "&") ? tokens[at + 2] : next;
    throw refusal(
      sql,
      { start: token.start, end: end?.end ?? token.end },
      "Texts with escapes are not understood",
      "Write the characters themselves, or chr(10) for those that cannot be typed",
    );
  }
  if (token.kind === "quoted" && nameOf(token)?.startsWith("$") === true) {
    throw refusal(
      sql,
      token,
      `${token.raw} is a hidden column of Athena's tables`,
      "The record's columns source and line say where a row came from: FROM requests",
    );
  }
  return [];
};

/** `E'…'`, `U&'…'`: the prefix touches the text. */
function prefixesText(prefix: Token, next: Token | undefined, second: Token | undefined): boolean {
  if (next === undefined || next.start !== prefix.end) return false;
  if (next.kind === "text") return true;
  return isSymbol(next, "&") && second?.kind === "text" && second.start === next.end;
}

const clauses: Check = (tokens, at, sql) => {
  const token = tokens[at] as Token;
  const [next, second] = [tokens[at + 1], tokens[at + 2]];
  const upTo = (last: Token): Place => ({ start: token.start, end: last.end });
  if (isWord(token, "at") && isWord(next, "time") && second !== undefined && isWord(second, "zone"))
    throw refusal(
      sql,
      upTo(second),
      "AT TIME ZONE would mean something else here than in Athena",
      "Leave it out: all times here are UTC; shift by hours with date_add('hour', 2, ts)",
    );
  if (isWord(token, "within") && next !== undefined && isWord(next, "group")) {
    throw refusal(
      sql,
      upTo(next),
      "WITHIN GROUP is not understood",
      "Write array_join(array_agg(x ORDER BY x), ',') or approx_percentile(x, 0.5)",
    );
  }
  if (isWord(token, "match_recognize")) {
    throw refusal(
      sql,
      token,
      "MATCH_RECOGNIZE has no equivalent here",
      "Compare rows with lag and lead",
    );
  }
  if (isWord(token, "tablesample")) {
    throw refusal(
      sql,
      token,
      "TABLESAMPLE gives other rows each time and is written differently here",
      "Leave it out, or narrow the query with --since and --until",
    );
  }
  return [];
};

const types: Check = (tokens, at, sql) => {
  const token = tokens[at] as Token;
  if (isWord(token, "ipaddress", "ipprefix") && !isSymbol(tokens[at + 1], ".")) {
    throw refusal(
      sql,
      token,
      `${token.raw.toUpperCase()} is no type here`,
      "Compare texts; ip_in(client_ip, '10.0.0.0/8') says whether an address lies in a network",
    );
  }
  if (isWord(token, "json") && isWord(tokens[at - 1], "as") && isSymbol(tokens[at + 1], ")")) {
    throw refusal(
      sql,
      token,
      "CAST … AS JSON makes a JSON text in Athena and parses it here",
      "To parse a text write json_parse(x)",
    );
  }
  // ARRAY(VARCHAR), a type, is VARCHAR[] here; ARRAY[1, 2], a value, is the same.
  if (isWord(token, "array") && isSymbol(tokens[at + 1], "(")) {
    const open = tokens[at + 1] as Token;
    const close = tokens[closing(tokens, at + 1)] as Token;
    return [
      { start: token.start, end: open.end, text: "" },
      { start: close.start, end: close.end, text: "[]" },
    ];
  }
  return [];
};

/** Trino's weeks begin on Monday, also in EXTRACT; the engine's own on Sunday. */
const FIELDS = new Map([
  ["dow", "isodow"],
  ["day_of_week", "isodow"],
  ["day_of_year", "doy"],
  ["day_of_month", "day"],
  ["yow", "isoyear"],
  ["year_of_week", "isoyear"],
]);

const extraction: Check = (tokens, at) => {
  const field = tokens[at + 2];
  if (!isWord(tokens[at], "extract") || !isSymbol(tokens[at + 1], "(") || field === undefined)
    return [];
  const text = FIELDS.get(field.raw.toLowerCase());
  return text === undefined ? [] : [{ start: field.start, end: field.end, text }];
};

const CHECKS: readonly Check[] = [statement, spelling, clauses, types, extraction, bareValues];

/** What must be written differently, apart from functions; throws at what cannot be. */
export const constructEdits = (tokens: readonly Token[], sql: string): Edit[] =>
  tokens.flatMap((_, at) => CHECKS.flatMap((check) => check(tokens, at, sql)));
