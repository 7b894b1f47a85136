/** What a piece of SQL is, as far as names must be told from texts and comments. */
export type TokenKind = "word" | "quoted" | "backtick" | "text" | "number" | "symbol" | "gap";

export interface Token {
  readonly kind: TokenKind;
  /** The SQL as it was written, quotes included. */
  readonly raw: string;
  /** Offset of the first character, and of the one after the last. */
  readonly start: number;
  readonly end: number;
}

/**
 * One alternative a kind, in the order in which they are tried. A text or comment that never ends
 * reaches to the end of the query: the engine says what is wrong with it.
 * https://trino.io/docs/current/language/reserved.html
 */
const PIECES: readonly (readonly [TokenKind, RegExp])[] = [
  ["gap", /\s+|--[^\n]*|\/\*[^]*?(?:\*\/|$(?![^]))/y],
  ["text", /'(?:[^']|'')*(?:'|$(?![^]))/y],
  ["quoted", /"(?:[^"]|"")*(?:"|$(?![^]))/y],
  ["backtick", /`[^`]*`?/y],
  ["number", /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["word", /[\p{L}_@][\p{L}\p{N}_@$]*/uy],
  ["symbol", /->>|->|=>|\|\||<>|!=|<=|>=|::|[^]/y],
];

/** The pieces of a query, without a gap between them: joined they are the query. */
export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < sql.length;) {
    const [kind, raw] = pieceAt(sql, at);
    found.push({ kind, raw, start: at, end: at + raw.length });
    at += raw.length;
  }
  return found;
}

function pieceAt(sql: string, at: number): [TokenKind, string] {
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = at;
    const raw = pattern.exec(sql)?.[0];
    if (raw !== undefined && raw !== "") return [kind, raw];
  }
  return ["symbol", sql.charAt(at)];
}

/** The pieces that mean something: no blanks, no comments. */
export const meaningful = (sql: string): Token[] =>
  tokens(sql).filter(({ kind }) => kind !== "gap");

/** Whether a token is this keyword or function name; quoted names never are. */
export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === "word" && words.includes(token.raw.toLowerCase());

export const isSymbol = (token: Token | undefined, symbol: string): boolean =>
  token?.kind === "symbol" && token.raw === symbol;

/** The name that a word or a quoted word stands for; undefined for everything else. */
export function nameOf(token: Token | undefined): string | undefined {
  if (token?.kind === "word") return token.raw;
  if (token?.kind !== "quoted") return undefined;
  return token.raw.slice(1, -1).replaceAll('""', '"');
}

/** The value of a text token: `'it''s'` is `it's`. */
export const textOf = (token: Token): string => token.raw.slice(1, -1).replaceAll("''", "'");
