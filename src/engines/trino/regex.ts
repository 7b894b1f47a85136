/**
 * A pattern of RE2 as Trino's Joni reads it: `$` is the very end of the text (Joni's also stands before
 * a last newline), and groups are named `(?<n>…)`. Inside `\Q…\E` nothing is changed.
 */
export function joniPattern(pattern: string): string {
  return pattern.replaceAll(PARTS, (part: string) => {
    if (part === "$" && !MULTI_LINE.test(pattern)) return "\\z";
    if (part.startsWith("[")) return `[${part.slice(1).replaceAll(IN_SET, joniMember)}`;
    return part.startsWith("(?P<") ? `(?<${part.slice(4)}` : part;
  });
}

/** In a set of Joni's a bracket begins another set, and `&&` an intersection. */
const joniMember = (member: string): string =>
  member === "[" || member === "&" ? `\\${member}` : member;

const IN_SET = /\\[^]|\[:\^?[a-z]+:\]|\[|&(?=&)/g;

/** Quoted runs, escapes and sets as a whole; then what may change. */
const PARTS = /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[^]|[^\]])*\]|\(\?P<|\$/g;

const MULTI_LINE = /\(\?[isU]*m/;
