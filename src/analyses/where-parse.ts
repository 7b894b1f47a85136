import {
  badWhere,
  type Condition,
  type Operator,
  type Where,
  type WhereValue,
} from "./where-ast.js";
import { checkRegex } from "./where-regex.js";

const HELP =
  "write FIELD=VALUE, as in status=5xx, method!=GET, path~^/api/, bytes_sent>=1000 or " +
  'user_agent="curl 8"; join several by and';

/** Operators of other languages, and what they are here. */
const FOREIGN: Readonly<Record<string, string>> = {
  "==": "=",
  "=~": "~",
  "<>": "!=",
  "=<": "<=",
  "=>": ">=",
  "~=": "~",
};

/**
 * Reads one filter: conditions `FIELD OP VALUE` joined by ` and `.
 * - `=` `!=` compare with any of several values: `status=500,502`; `*` stands for any text;
 *   without a value they ask for missing (`referrer=`) and present (`referrer!=`);
 * - `~` `!~` search for an RE2 regular expression;
 * - `<` `<=` `>` `>=` compare numbers and times.
 *
 * A value with spaces or commas stands in double quotes, where `\"` `\\` `\*` `\n` `\r` `\t` `\xHH`
 * `\u{…}` are escapes; in a quoted regular expression only `\"` is. Text that is not a filter is a
 * Problem. Fields and types are checked by `whereSql`.
 */
export function parseWhere(text: string): Where {
  return { text, conditions: new Parser(text).conditions() };
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  conditions(): Condition[] {
    const found: Condition[] = [];
    do {
      this.spaces();
      if (this.at === this.text.length) {
        this.fail(found.length === 0 ? "the filter is empty" : 'no condition follows "and"');
      }
      found.push(this.condition());
    } while (this.joined());
    return found;
  }

  private condition(): Condition {
    const start = this.at;
    const field = this.field();
    this.spaces();
    const operator = this.operator(field.name);
    const afterOperator = this.at;
    this.spaces();
    const spaced = this.at > afterOperator;
    const none = this.at === this.text.length || (spaced && this.sees(/and\s/iy));
    if (!none) return { start, field, operator, values: this.values(operator), end: this.at };
    if (operator !== "=" && operator !== "!=") {
      this.fail(`nothing follows "${operator}"`, afterOperator);
    }
    return { start, field, operator, values: [], end: afterOperator };
  }

  private field(): Condition["field"] {
    const start = this.at;
    if (this.sees(/"/y)) {
      const { pieces } = this.quoted();
      return { name: pieces.join("*"), start, end: this.at };
    }
    const name = this.take(/[^\s=!~<>",]+/y);
    if (name === undefined) return this.fail("a condition begins with a field");
    return { name, start, end: this.at };
  }

  private operator(field: string): Operator {
    const start = this.at;
    const foreign = this.take(/==|=~|<>|=<|=>|~=/y);
    if (foreign !== undefined) {
      const ours = FOREIGN[foreign] ?? "=";
      this.fail(`"${foreign}" is not a comparison`, start, this.at, {
        help: `write ${field}${ours}VALUE; a value that begins with ${foreign.slice(1)} stands in double quotes`,
      });
    }
    const operator = this.take(/!=|!~|<=|>=|[=~<>]/y);
    if (operator !== undefined) return operator as Operator;
    return this.fail(`"${field}" is not compared with anything`, start);
  }

  private values(operator: Operator): WhereValue[] {
    if (operator === "~" || operator === "!~") return [this.regex()];
    const values: WhereValue[] = [];
    do {
      this.spaces();
      if (this.at === this.text.length || this.sees(/,/y)) {
        this.fail(
          "a value is missing beside the comma",
          values.length === 0 ? this.at : this.at - 1,
        );
      }
      values.push(this.value());
      this.lookAhead();
    } while (this.take(/,/y) !== undefined);
    const [, second] = values;
    if (second !== undefined && operator !== "=" && operator !== "!=") {
      this.fail(`"${operator}" compares with one value`, second.start, second.end);
    }
    return values;
  }

  private value(): WhereValue {
    const start = this.at;
    if (this.sees(/"/y)) return { ...this.quoted(), quoted: true, start, end: this.at };
    const bare = this.take(/[^\s,]+/y) ?? "";
    return { pieces: split(bare), quoted: false, start, end: this.at };
  }

  private regex(): WhereValue {
    const start = this.at;
    const quoted = this.sees(/"/y);
    const source = quoted ? this.quotedRegex() : (this.take(/\S+/y) ?? "");
    const fault = source === "" ? { at: 0, length: 1, why: "it is empty" } : checkRegex(source);
    if (fault !== undefined) {
      // Inside quotes `\"` is two characters of the text and one of the expression.
      const shift = (offset: number): number =>
        start + (quoted ? 1 + offset + (source.slice(0, offset).match(/"/g)?.length ?? 0) : offset);
      const end = Math.max(shift(fault.at) + 1, shift(fault.at + fault.length));
      throw badWhere(
        this.text,
        { start: shift(fault.at), end },
        {
          code: "where-regex",
          what: `"${source}" is not a regular expression that culprit can search for`,
          why: fault.why,
          help: "expressions are in RE2's syntax; put \\ before a character that means itself",
        },
      );
    }
    return { pieces: [source], quoted, start, end: this.at };
  }

  private quoted(): { pieces: WhereValue["pieces"] } {
    const opening = this.at;
    this.at += 1;
    const pieces: [string, ...string[]] = [""];
    const add = (text: string): void => {
      pieces.push((pieces.pop() ?? "") + text);
    };
    for (;;) {
      add(this.take(/[^"\\*]+/y) ?? "");
      if (this.take(/"/y) !== undefined) return this.closed({ pieces });
      if (this.take(/\*/y) !== undefined) pieces.push("");
      else if (this.at === this.text.length) this.unclosed(opening);
      else add(this.escape());
    }
  }

  private escape(): string {
    const start = this.at;
    const simple = this.take(/\\["\\*nrt]/y)?.[1];
    if (simple !== undefined) return { n: "\n", r: "\r", t: "\t" }[simple] ?? simple;
    const hex = this.take(/\\x[0-9A-Fa-f]{2}|\\u\{[0-9A-Fa-f]{1,6}\}/y);
    const code = hex === undefined ? Infinity : parseInt(hex.replace(/^\\[xu]\{?/, ""), 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    return this.fail("this escape is not known", start, hex === undefined ? start + 2 : this.at, {
      help: 'in double quotes write \\\\ for a backslash, \\" for a quote, \\* for an asterisk, \\xHH or \\u{…} for any character',
    });
  }

  private quotedRegex(): string {
    const opening = this.at;
    const all = this.take(/"(?:[^"\\]|\\[^])*"/y);
    if (all === undefined) return this.unclosed(opening);
    return this.closed(
      all.slice(1, -1).replaceAll(/\\([^])/g, (two, one) => (one === '"' ? one : two)),
    );
  }

  private unclosed(opening: number): never {
    return this.fail("a double quote is not closed", opening, opening + 1, {
      help: 'close it; a quote inside is written \\"',
    });
  }

  private closed<T>(value: T): T {
    if (this.at < this.text.length && !this.sees(/[\s,=!~<>]/y)) {
      this.fail("text follows the closing quote", this.at, this.at + 1, {
        help: 'a quote inside quotes is written \\"',
      });
    }
    return value;
  }

  /** Moves over spaces before a comma. */
  private lookAhead(): void {
    const match = /\s*(?=,)/y;
    match.lastIndex = this.at;
    if (match.test(this.text)) this.at = match.lastIndex;
  }

  /** Whether another condition follows. */
  private joined(): boolean {
    const end = this.at;
    this.spaces();
    if (this.at === this.text.length) return false;
    if (this.take(/and(?=\s|$)/iy) !== undefined && end < this.text.length) return true;
    if (this.sees(/or\s|\|\|/iy)) {
      return this.fail('conditions are joined by "and" only', this.at, this.at + 2, {
        help: "for any of several values write status=500,502; for anything else use culprit sql",
      });
    }
    return this.fail("this belongs to no condition", this.at, this.text.length, {
      help: 'a value with spaces stands in double quotes: user_agent="curl 8"; conditions are joined by and',
    });
  }

  private spaces(): void {
    this.take(/\s+/y);
  }

  private sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.text)?.[0];
    this.at += text?.length ?? 0;
    return text;
  }

  private fail(
    what: string,
    start = this.at,
    end = start + 1,
    { help = HELP }: { help?: string } = {},
  ): never {
    throw badWhere(this.text, { start, end }, { code: "where-syntax", what, help });
  }
}

function split(text: string): WhereValue["pieces"] {
  const [first = "", ...rest] = text.split("*");
  return [first, ...rest];
}
