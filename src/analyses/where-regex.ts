/** Why an expression is refused, and which of its characters are to blame. */
export interface RegexFault {
  at: number;
  length: number;
  why: string;
}

/** RE2 multiplies an expression out, so it limits how often. */
const MOST_REPEATS = 1000;

/**
 * Looks at a regular expression as RE2 will, which searches in time that attackers cannot blow up and
 * therefore lacks back-references and lookaround. Undefined when no fault was found; what an engine
 * refuses beyond that (an unknown `\p{…}`) shows when the query is prepared.
 */
export function checkRegex(source: string): RegexFault | undefined {
  try {
    new Scanner(source).scan();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.fault;
    throw error;
  }
}

class Fault extends Error {
  constructor(readonly fault: RegexFault) {
    super(fault.why);
  }
}

class Scanner {
  private at = 0;
  private readonly open: number[] = [];
  /** What stands before: nothing to repeat, something to repeat, or a repetition. */
  private before: "nothing" | "something" | "repetition" = "nothing";

  constructor(private readonly source: string) {}

  scan(): void {
    while (this.at < this.source.length) this.step();
    const group = this.open.at(-1);
    if (group !== undefined) this.fail("this ( is not closed", group, 1);
  }

  private step(): void {
    const start = this.at;
    const character = this.source[start];
    if (character === "(") return this.group();
    if (character === ")") return this.close();
    if (character === "|") {
      this.at += 1;
      this.before = "nothing";
      return undefined;
    }
    const repetition = this.take(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y);
    if (repetition !== undefined) return this.repeat(repetition, start);
    if (character === "[") this.set();
    else if (character === "\\") this.escape();
    else this.at += 1;
    this.before = "something";
    return undefined;
  }

  private repeat(repetition: string, start: number): void {
    if (this.before === "nothing") {
      this.fail(`nothing stands before ${repetition} to be repeated`, start, repetition.length);
    }
    if (this.before === "repetition") {
      this.fail("a repetition cannot be repeated", start, repetition.length);
    }
    const [low = 0, high = low] = (repetition.match(/\d+/g) ?? []).map(Number);
    if (low > MOST_REPEATS || high > MOST_REPEATS) {
      this.fail(`at most ${String(MOST_REPEATS)} repetitions`, start, repetition.length);
    }
    if (low > high) this.fail("the larger number comes second", start, repetition.length);
    this.before = "repetition";
  }

  private group(): void {
    const start = this.at;
    const refused: readonly (readonly [RegExp, string])[] = [
      [/\(\?<?[=!]/y, "RE2 has no lookahead or lookbehind"],
      [/\(\?>/y, "RE2 has no atomic groups"],
      [/\(\?P[=>]|\(\?&/y, "RE2 has no back-references"],
      [/\(\?\(/y, "RE2 has no conditional groups"],
      [/\(\?#/y, "RE2 has no comments"],
      [/\(\?</y, "a named group is written (?P<name>…)"],
    ];
    for (const [pattern, why] of refused) {
      const text = this.take(pattern);
      if (text !== undefined) this.fail(why, start, text.length);
    }
    const flags = this.take(/\(\?[imsU]*(?:-[imsU]+)?(?=[:)])/y);
    if (flags !== undefined) {
      // `(?i)` is no group but holds for the rest; what is repeated after it stands before it.
      if (this.take(/\)/y) !== undefined) {
        if (this.before === "repetition") this.before = "something";
        return;
      }
      this.at += 1;
    } else if (this.take(/\(\?P<\w+>/y) === undefined) {
      if (this.take(/\(\?/y) !== undefined) this.fail("this kind of group is not known", start, 3);
      this.at += 1;
    }
    this.open.push(start);
    this.before = "nothing";
  }

  private close(): void {
    if (this.open.pop() === undefined) this.fail("this ) closes nothing", this.at, 1);
    this.at += 1;
    this.before = "something";
  }

  private escape(): void {
    // \Q: verbatim to \E or the end.
    const known = /\\Q(?:(?!\\E)[^])*(?:\\E)?|\\[bBAzC]/y;
    if (this.take(known) === undefined) this.character();
  }

  /** An escape that stands for a character or a class, inside `[…]` too. */
  private character(): void {
    const start = this.at;
    const known =
      /\\(?:[dDsSwWafnrtv]|x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]+\}|[pP](?:[A-Z]|\{\^?\w+\})|0[0-7]{0,2}|[1-7][0-7]{1,2}|[^\w\u0080-\uffff]|_)/y;
    if (this.take(known) !== undefined) return;
    if (this.source.length === start + 1) {
      this.fail("a backslash at the end escapes nothing", start, 1);
    }
    const back = this.take(/\\(?:[1-9]|[gk][<{'])/y) !== undefined;
    const escape = this.source.slice(start, start + 2);
    this.fail(back ? "RE2 has no back-references" : `RE2 has no ${escape} here`, start, 2);
  }

  /** `[…]`; a `]` that comes first means itself. */
  private set(): void {
    const start = this.at;
    this.take(/\[\^?/y);
    for (let first = true; first || this.source[this.at] !== "]"; first = false) {
      if (this.at >= this.source.length) this.fail("this [ is not closed", start, 1);
      if (this.take(/\[:\^?[a-z]+:\]/y) !== undefined) continue;
      const low = this.at;
      const from = this.member();
      if (this.take(/-(?=[^\]])/y) === undefined) continue;
      const to = this.member();
      if (from === undefined || to === undefined || to < from) {
        this.fail("this range has no characters", low, this.at - low);
      }
    }
    this.at += 1;
  }

  /** The code point of a member of a set; undefined for a class such as `\d`. */
  private member(): number | undefined {
    const start = this.at;
    if (this.source[start] !== "\\") {
      const code = this.source.codePointAt(start) ?? 0;
      this.at += code > 0xffff ? 2 : 1;
      return code;
    }
    this.character();
    const text = this.source.slice(start + 1, this.at);
    if (/^[dDsSwWpP]/.test(text)) return undefined;
    const hex = /^x\{?([0-9A-Fa-f]+)/.exec(text)?.[1];
    if (hex !== undefined) return parseInt(hex, 16);
    if (/^\d/.test(text)) return parseInt(text, 8);
    return { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }[text] ?? text.codePointAt(0);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.source)?.[0];
    this.at += text?.length ?? 0;
    return text;
  }

  private fail(why: string, at: number, length: number): never {
    throw new Fault({ at, length, why });
  }
}
