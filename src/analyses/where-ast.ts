import { caret } from "../outputs/caret.js";
import { Exit, Problem } from "../problems/problem.js";

export const operators = ["=", "!=", "~", "!~", "<", "<=", ">", ">="] as const;
export type Operator = (typeof operators)[number];

/** A part of the text of a filter: UTF-16 offsets, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One `--where`: conditions that must all hold. */
export interface Where {
  readonly text: string;
  readonly conditions: readonly Condition[];
}

export interface Condition extends Span {
  readonly field: Span & { readonly name: string };
  readonly operator: Operator;
  /** Any of them; none of them with `!=`. Empty for `field=`, which asks for a missing value. */
  readonly values: readonly WhereValue[];
}

export interface WhereValue extends Span {
  /** The text between the wildcards: `["a", "b"]` is `a*b`, a single piece has no wildcard. */
  readonly pieces: readonly [string, ...string[]];
  /** Written in double quotes: then it is text, not a class of numbers or a mistyped address. */
  readonly quoted: boolean;
}

/** The Problem for a filter, with a pointer at the part that is wrong. */
export function badWhere(
  text: string,
  { start, end }: Span,
  { code, what, why, help }: { code: string; what: string; why?: string; help: string },
): Problem {
  return new Problem({
    code,
    what,
    where: caret(text, start, end),
    ...(why === undefined ? {} : { why }),
    help,
    exit: Exit.usage,
  });
}
