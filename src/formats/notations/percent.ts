import { isLiteral, type Item } from "../layout.js";
import { configEscapes, pushLiteral } from "./items.js";
import { refusal, type Dialect } from "./refusal.js";

/** One directive as it stands in a notation: `%{User-Agent}i`. */
export interface Directive {
  readonly all: string;
  readonly letter: string;
  readonly argument: string | undefined;
  /** Where it begins in the notation. */
  readonly at: number;
}

export interface PercentNotation {
  readonly dialect: Dialect;
  /** A directive: the groups `letter` and `argument` (or `late`, where it follows the letter). */
  readonly directive: RegExp;
  /** What stands in the line for it; undefined when the dialect has no such directive. */
  items(directive: Directive): readonly Item[] | undefined;
}

/** Directives and the text between them, of the dialects that follow Apache's `%` notation. */
export function percentItems(notation: PercentNotation, text: string): Item[] {
  const { dialect, directive } = notation;
  const items: Item[] = [];
  let end = 0;
  const literal = (to: number): void => {
    const part = text.slice(end, to);
    const at = part.search(/%[^ "\][|;,:=)(-]/);
    if (at >= 0) {
      throw refusal(dialect, text, end + at, 2, "the notation has no such directive");
    }
    pushLiteral(items, configEscapes(part));
  };
  for (const match of text.matchAll(directive)) {
    literal(match.index);
    const [all] = match;
    end = match.index + all.length;
    const { letter = "", late, argument = late } = match.groups ?? {};
    if (letter === "%") {
      pushLiteral(items, "%");
      continue;
    }
    const found = notation.items({ all, letter, argument, at: match.index });
    if (found === undefined) {
      const why = `${all} is not one of its directives`;
      throw refusal(dialect, text, match.index, all.length, why);
    }
    for (const item of found) {
      if (isLiteral(item)) pushLiteral(items, item.literal);
      else items.push(item);
    }
  }
  literal(text.length);
  if (items.every(isLiteral)) {
    throw refusal(dialect, text, 0, text.length, "it has no directive");
  }
  return items;
}
