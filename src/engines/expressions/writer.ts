import { unsupported } from "../dialect.js";
import type { Expression, Named } from "./expression.js";

/** Writes a call of one function from its arguments. */
export type WriteCall = (args: readonly Expression[], write: Write) => string;

/** Writes an expression in the engine's words. */
export type Write = (expression: Expression) => string;

/**
 * How an engine says the expressions of formats. The functions are a closed set: one that an engine
 * does not list is refused by its name, and never passed on in the hope that it means the same.
 */
export interface ExpressionWords {
  /** For messages. */
  readonly name: string;
  readonly ident: (name: string) => string;
  readonly text: (value: string) => string;
  /** `1000-01-01`, UTC. */
  readonly time: (value: string) => string;
  readonly list: (items: readonly string[]) => string;
  /** An element, from 1, NULL beyond the last. */
  readonly at: (list: string, index: string) => string;
  readonly cast: (value: Expression, type: string, isTry: boolean, write: Write) => string;
  readonly calls: Readonly<Record<string, WriteCall>>;
}

/** Writes expressions in an engine's words; what it has no words for is a Problem. */
export function expressionWriter(words: ExpressionWords): Write {
  const write: Write = (expression) => {
    switch (expression.is) {
      case "name":
        return words.ident(expression.name);
      case "text":
        return words.text(expression.value);
      case "number":
        return expression.raw;
      case "word":
        return expression.word;
      case "time":
        return words.time(expression.value);
      case "list":
        return words.list(expression.items.map(write));
      case "call":
        return callOf(words, expression.name)(expression.args, write);
      case "cast":
        return words.cast(expression.value, expression.type, expression.isTry, write);
      case "prefix":
        return `(${expression.sign} ${write(expression.value)})`;
      case "binary":
        return `(${write(expression.left)} ${expression.sign} ${write(expression.right)})`;
      case "null":
        return `(${write(expression.value)} IS ${expression.isNot ? "NOT " : ""}NULL)`;
      case "in":
        return `(${write(expression.value)} ${expression.isNot ? "NOT " : ""}IN (${expression.list.map(write).join(", ")}))`;
      case "at":
        return words.at(write(expression.list), write(expression.index));
      default: {
        const { of, whens, otherwise } = expression;
        const list = whens.map(([when, then]) => `WHEN ${write(when)} THEN ${write(then)}`);
        const rest = otherwise === undefined ? "" : ` ELSE ${write(otherwise)}`;
        return `CASE${of === undefined ? "" : ` ${write(of)}`} ${list.join(" ")}${rest} END`;
      }
    }
  };
  return write;
}

/** Writes an item of a SELECT list. */
export const writeNamed = (
  { ident }: ExpressionWords,
  write: Write,
  { expression, name }: Named,
): string => `${write(expression)} AS ${ident(name)}`;

function callOf({ name, calls }: ExpressionWords, called: string): WriteCall {
  const found = Object.hasOwn(calls, called) ? calls[called] : undefined;
  return found ?? unsupported(`${name} has no words for ${called}() of this format`);
}

/** An argument that must be written as a text, such as a pattern. */
export function constant(expression: Expression | undefined): string {
  if (expression?.is !== "text") {
    throw new TypeError(`not a constant text: ${JSON.stringify(expression)}`);
  }
  return expression.value;
}

/** A call that has the same name and arguments everywhere, or another name. */
export const named =
  (name: string): WriteCall =>
  (args, write) =>
    `${name}(${args.map(write).join(", ")})`;

/** Calls of one argument, of two, and of a text and a pattern. */
export const one =
  (body: (text: string) => string): WriteCall =>
  ([text], write) =>
    body(write(text as Expression));

export const two =
  (body: (a: string, b: string) => string): WriteCall =>
  ([a, b], write) =>
    body(write(a as Expression), write(b as Expression));

/** Calls whose second argument is a pattern. */
export const matching =
  (body: (text: string, source: string, rest: readonly Expression[], write: Write) => string) =>
  ([text, source, ...rest]: readonly Expression[], write: Write): string =>
    body(write(text as Expression), constant(source), rest, write);

/** Whether a value is a number already, and no text that may be one. */
export const isNumber = (value: Expression): boolean =>
  value.is === "number" ||
  (value.is === "binary" && ["+", "-", "*", "/"].includes(value.sign)) ||
  (value.is === "call" && ["round", "floor", "abs"].includes(value.name));
