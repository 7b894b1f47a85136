import { isSymbol, isWord, type Token } from "./tokens.js";

/** A function call in a query: its name and its arguments, as indexes into the tokens. */
export interface Call {
  readonly name: Token;
  /** Index of the name's token. */
  readonly at: number;
  /** Index of the closing parenthesis, or of the last token where there is none. */
  readonly close: number;
  /** First and last token of every argument; a clause such as ORDER BY ends the last one. */
  readonly args: readonly (readonly Token[])[];
  /** Written with keywords between the arguments: `trim(BOTH 'x' FROM y)`. */
  readonly keywords: boolean;
}

/** Words behind which a function's name may stand: everything else before a name makes it an alias. */
const BEFORE = new Set(
  (
    "select distinct all from where and or not in on using by when then else case having union except " +
    "intersect exists values like escape is between any some limit offset with recursive join lateral " +
    "cross interval if explain analyze following preceding rows range partition order group return end " +
    "leading trailing both for qualify as asc desc filter over into set table within"
  ).split(" "),
);

/** Words that are followed by a parenthesis and are no functions. */
const NOT_A_FUNCTION = new Set(
  (
    "select distinct all from where and or not in on using by as when then else having union except " +
    "intersect exists over filter values unnest lateral join any some limit offset between like escape is " +
    "within group sets rollup cube partition order range rows with recursive materialized fetch first next " +
    "cast try_cast extract position case explain table bernoulli system tablesample " +
    "varchar char decimal numeric timestamp time varbinary row array interval ordinality window"
  ).split(" "),
);

/** The function calls of a query, in the order of their names; the tokens are without gaps. */
export function callsOf(tokens: readonly Token[]): Call[] {
  return tokens.flatMap((name, at) => {
    if (name.kind !== "word" || !isSymbol(tokens[at + 1], "(")) return [];
    if (NOT_A_FUNCTION.has(name.raw.toLowerCase()) || !mayBeCalled(tokens, at)) return [];
    return [callAt(tokens, at, name)];
  });
}

/** `t(a, b)` behind a relation and `t(a, b) AS (` in a WITH name columns and call nothing. */
function mayBeCalled(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before === undefined) return true;
  if (isWord(before, "as", "with", "recursive")) return false;
  if (before.kind === "word") return BEFORE.has(before.raw.toLowerCase());
  if (before.kind !== "symbol" || before.raw === ")" || before.raw === "]") return false;
  if (before.raw === ".") return false;
  const close = closing(tokens, at + 1);
  return !(isWord(tokens[close + 1], "as") && isSymbol(tokens[close + 2], "("));
}

/** The index of the parenthesis that closes the one at `open`. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (isSymbol(tokens[at], "(") || isSymbol(tokens[at], "[")) depth++;
    if ((isSymbol(tokens[at], ")") || isSymbol(tokens[at], "]")) && --depth === 0) return at;
  }
  return tokens.length - 1;
}

function callAt(tokens: readonly Token[], at: number, name: Token): Call {
  const close = closing(tokens, at + 1);
  const args: Token[][] = [];
  let current: Token[] = [];
  let depth = 0;
  let keywords = false;
  for (const token of tokens.slice(at + 2, close)) {
    if (isSymbol(token, "(") || isSymbol(token, "[") || isWord(token, "case")) depth++;
    if (isSymbol(token, ")") || isSymbol(token, "]") || isWord(token, "end")) depth--;
    if (depth === 0 && isWord(token, "order")) break;
    if (depth === 0 && isWord(token, "from", "for", "leading", "trailing", "both")) keywords = true;
    if (depth === 0 && isSymbol(token, ",")) {
      args.push(current);
      current = [];
    } else if (current.length > 0 || !isWord(token, "distinct")) current.push(token);
  }
  if (current.length > 0) args.push(current);
  return { name, at, close, args, keywords };
}
