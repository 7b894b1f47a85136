import { meaningful, nameOf, textOf, type Token } from "../athena/tokens.js";

/**
 * An expression of the SQL that formats are written in, taken apart so that another engine can say it
 * in its own words. Conditions keep SQL's three values.
 */
export type Expression =
  | { readonly is: "name"; readonly name: string }
  | { readonly is: "text"; readonly value: string }
  | { readonly is: "number"; readonly raw: string }
  | { readonly is: "word"; readonly word: "NULL" | "TRUE" | "FALSE" }
  /** `TIMESTAMP '1000-01-01'`: UTC. */
  | { readonly is: "time"; readonly value: string }
  | { readonly is: "list"; readonly items: readonly Expression[] }
  | { readonly is: "call"; readonly name: string; readonly args: readonly Expression[] }
  /** `type` in capitals: `BIGINT`, `DOUBLE[]`, `MAP(VARCHAR, VARCHAR)`. */
  | {
      readonly is: "cast";
      readonly value: Expression;
      readonly type: string;
      readonly isTry: boolean;
    }
  | {
      readonly is: "case";
      readonly of: Expression | undefined;
      readonly whens: readonly (readonly [when: Expression, then: Expression])[];
      readonly otherwise: Expression | undefined;
    }
  | { readonly is: "prefix"; readonly sign: "NOT" | "-"; readonly value: Expression }
  | {
      readonly is: "binary";
      readonly sign: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly is: "in";
      readonly value: Expression;
      readonly list: readonly Expression[];
      readonly isNot: boolean;
    }
  | { readonly is: "null"; readonly value: Expression; readonly isNot: boolean }
  /** From 1. */
  | { readonly is: "at"; readonly list: Expression; readonly index: Expression };

/** An item of a SELECT list: an expression and its name. */
export interface Named {
  readonly expression: Expression;
  readonly name: string;
}

/** Takes an expression apart; text that is none is an error of who wrote it. */
export function expressionOf(sql: string): Expression {
  const parser = new ExpressionParser(sql);
  const found = parser.expression();
  parser.end();
  return found;
}

/** Takes `expression AS name` apart. */
export function namedOf(sql: string): Named {
  const parser = new ExpressionParser(sql);
  const expression = parser.expression();
  parser.expect("AS");
  const name = parser.name();
  parser.end();
  return { expression, name };
}

/** What binds less comes first. */
const LEVELS: readonly (readonly string[])[] = [
  ["OR"],
  ["AND"],
  ["=", "<>", "<", "<=", ">", ">="],
  ["||"],
  ["+", "-"],
  ["*", "/"],
];
const COMPARING = 2;

class ExpressionParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(readonly sql: string) {
    this.#tokens = withoutEscapes(meaningful(sql));
  }

  expression(level = 0): Expression {
    if (level === LEVELS.length) return this.#indexed();
    if (level === COMPARING && this.#take("NOT")) {
      return { is: "prefix", sign: "NOT", value: this.expression(COMPARING) };
    }
    let left = this.expression(level + 1);
    for (;;) {
      const sign = LEVELS[level]?.find((each) => this.#take(each));
      if (sign !== undefined) {
        left = { is: "binary", sign, left, right: this.expression(level + 1) };
      } else if (level === COMPARING && this.#sees("IS", "NOT", "IN")) {
        left = this.#tested(left);
      } else return left;
    }
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#unexpected();
  }

  expect(word: string): void {
    if (!this.#take(word)) throw this.#unexpected();
  }

  name(): string {
    const name = nameOf(this.#tokens[this.#at++]);
    if (name === undefined) throw this.#unexpected();
    return name;
  }

  #tested(value: Expression): Expression {
    if (this.#take("IS")) {
      const isNot = this.#take("NOT");
      this.expect("NULL");
      return { is: "null", value, isNot };
    }
    const isNot = this.#take("NOT");
    this.expect("IN");
    this.expect("(");
    return { is: "in", value, list: this.#list(")"), isNot };
  }

  #indexed(): Expression {
    let value = this.#primary();
    while (this.#take("[")) {
      const index = this.expression();
      // From one element to another.
      value = this.#take(":")
        ? { is: "call", name: "list_slice", args: [value, index, this.expression()] }
        : { is: "at", list: value, index };
      this.expect("]");
    }
    return value;
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at];
    if (this.#take("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (this.#take("[")) return { is: "list", items: this.#list("]") };
    if (this.#take("-")) return { is: "prefix", sign: "-", value: this.#indexed() };
    if (this.#take("CASE")) return this.#case();
    this.#at++;
    if (token?.kind === "text") return { is: "text", value: textOf(token) };
    if (token?.kind === "number") return { is: "number", raw: token.raw };
    const name = nameOf(token);
    if (token === undefined || name === undefined) throw this.#unexpected();
    const word = token.kind === "word" ? name.toUpperCase() : "";
    if (word === "NULL" || word === "TRUE" || word === "FALSE") return { is: "word", word };
    if (word === "TIMESTAMP") return this.#time();
    if (token.kind !== "word" || !this.#take("(")) return { is: "name", name };
    if (word === "CAST" || word === "TRY_CAST") return this.#cast(word === "TRY_CAST");
    return { is: "call", name: name.toLowerCase(), args: this.#list(")") };
  }

  #time(): Expression {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== "text") throw this.#unexpected();
    return { is: "time", value: textOf(token) };
  }

  #cast(isTry: boolean): Expression {
    const value = this.expression();
    this.expect("AS");
    let type = "";
    for (let depth = 0; depth > 0 || !this.#sees(")"); this.#at++) {
      const { raw = "" } = this.#tokens[this.#at] ?? {};
      if (raw === "") throw this.#unexpected();
      depth += raw === "(" ? 1 : raw === ")" ? -1 : 0;
      type += raw.toUpperCase();
    }
    this.expect(")");
    return { is: "cast", value, type, isTry };
  }

  #case(): Expression {
    const of = this.#sees("WHEN") ? undefined : this.expression();
    const whens: [Expression, Expression][] = [];
    while (this.#take("WHEN")) {
      const when = this.expression();
      this.expect("THEN");
      whens.push([when, this.expression()]);
    }
    const otherwise = this.#take("ELSE") ? this.expression() : undefined;
    this.expect("END");
    return { is: "case", of, whens, otherwise };
  }

  #list(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.#take(close)) return items;
    do items.push(this.expression());
    while (this.#take(","));
    this.expect(close);
    return items;
  }

  #sees(...words: readonly string[]): boolean {
    const token = this.#tokens[this.#at];
    const isPlain = token?.kind === "word" || token?.kind === "symbol";
    return isPlain && words.includes(token.raw.toUpperCase());
  }

  #take(word: string): boolean {
    const takes = this.#sees(word);
    if (takes) this.#at++;
    return takes;
  }

  #unexpected(): SyntaxError {
    const { start = this.sql.length } = this.#tokens[this.#at] ?? {};
    return new SyntaxError(`unexpected at ${String(start)} of: ${this.sql}`);
  }
}

/** `E' \t'` as the text it stands for. */
function withoutEscapes(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token, at) => {
    const next = tokens[at + 1];
    if (token.raw === "E" && next?.kind === "text" && next.start === token.end) return [];
    const before = tokens[at - 1];
    if (token.kind !== "text" || before?.raw !== "E" || before.end !== token.start) return [token];
    const raw = token.raw.replaceAll(/\\([tnr\\])/g, (_, char: string) => ESCAPED[char] ?? char);
    return [{ ...token, raw }];
  });
}

const ESCAPED: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r" };
