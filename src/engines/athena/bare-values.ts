import { closing } from "./calls.js";
import type { Check, Edit } from "./construct.js";
import type { Place } from "./place.js";
import { isSymbol, isWord, type Token } from "./tokens.js";

/** `VALUES 1, 2` has rows of one column in Trino; the engine wants every row in parentheses. */
export const bareValues: Check = (tokens, at) => {
  if (!isWord(tokens[at], "values")) return [];
  const before = tokens[at - 1];
  const begins =
    before === undefined || before.kind === "symbol" || isWord(before, ...BEFORE_VALUES);
  return begins ? rowsBehind(tokens, at + 1).flatMap(inParentheses) : [];
};

const BEFORE_VALUES = [
  "as",
  "all",
  "distinct",
  "union",
  "except",
  "intersect",
  "explain",
  "analyze",
];
const BEHIND_VALUES = ["order", "limit", "offset", "fetch", "union", "except", "intersect"];

/** The rows of a VALUES that are not in parentheses yet. */
function rowsBehind(tokens: readonly Token[], from: number): Place[] {
  const rows: Place[] = [];
  for (let at = from; at < tokens.length; at++) {
    const first = at;
    while (at < tokens.length && !isSymbol(tokens[at], ",") && !isSymbol(tokens[at], ")")) {
      if (isWord(tokens[at], ...BEHIND_VALUES)) break;
      if (isSymbol(tokens[at], "(") || isSymbol(tokens[at], "[")) at = closing(tokens, at);
      at++;
    }
    const [start, end] = [tokens[first], tokens[at - 1]];
    if (at === first || start === undefined || end === undefined) break;
    const closed = isSymbol(start, "(") && closing(tokens, first) === at - 1;
    if (!closed) rows.push({ start: start.start, end: end.end });
    if (!isSymbol(tokens[at], ",")) break;
  }
  return rows;
}

const inParentheses = ({ start, end }: Place): Edit[] => [
  { start, end: start, text: "(" },
  { start: end, end, text: ")" },
];
