import { execFileSync } from "node:child_process";
import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import {
  csvCell,
  markdownCell,
  safeJson,
  shellWord,
  terminalText,
} from "../../src/outputs/escape.js";

/** Nothing that a terminal obeys, hides or reorders. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{EF00}-\u{EFFF}]/u;

const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom(
      "'",
      '"',
      "\\",
      "`",
      "$",
      "\n",
      "\r",
      "\t",
      "\x1b",
      "\0",
      "=",
      "|",
      ",",
      "!",
      "%",
    ),
  ),
});

describe("terminalText", () => {
  const cases: [text: string, shown: string][] = [
    ["GET /index.html", "GET /index.html"],
    ["café 漢字 😀", "café 漢字 😀"],
    ["", ""],
    ["\x1b[2J\x07", "\\x1B[2J\\x07"],
    ["a\tb\nc\rd", "a\\x09b\\x0Ac\\x0Dd"],
    ["\0\x7f", "\\x00\\x7F"],
    ["\x9b31m", "\\u{9B}31m"],
    ["\u202eevil\u2066\u200f", "\\u{202E}evil\\u{2066}\\u{200F}"],
    ["\u2028\u2029\ufeff\u200b", "\\u{2028}\\u{2029}\\u{FEFF}\\u{200B}"],
    ["\u{e0041}", "\\u{E0041}"],
    ["\ud800x\udfff", "\\u{D800}x\\u{DFFF}"],
    ["\uef00\uef41\uefff", "\\x00\\x41\\xFF"],
  ];
  test.each(cases)("%j → %s", (text, shown) => expect(terminalText(text)).toBe(shown));

  test("is safe for any text, and changes nothing twice", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = terminalText(text);
        expect(shown).not.toMatch(UNSAFE);
        expect(terminalText(shown)).toBe(shown);
      }),
    );
  });
});

test("safeJson means the same and is safe to print", () => {
  fc.assert(
    fc.property(fc.jsonValue(), anyText, (value, text) => {
      const safe = safeJson(JSON.stringify([value, text]));
      expect(safe).not.toMatch(UNSAFE);
      expect(JSON.parse(safe)).toEqual(JSON.parse(JSON.stringify([value, text])));
    }),
  );
});

describe("csvCell", () => {
  const cases: [text: string, cell: string][] = [
    ["plain", "plain"],
    ["", '""'],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    [" padded ", '" padded "'],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", '"\'\r=1"'],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ["a=1", "a=1"],
  ];
  test.each(cases)("%j → %s", (text, cell) => expect(csvCell(text)).toBe(cell));

  test("any text is one cell that no spreadsheet runs", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cell = csvCell(text);
        const quoted = /^"((?:[^"]|"")*)"$/s.exec(cell)?.[1];
        if (quoted === undefined) expect(cell).not.toMatch(/[",\r\n]/);
        const read = quoted === undefined ? cell : quoted.replaceAll('""', '"');
        expect(read).not.toMatch(/^[=+\-@\t\r]/);
        expect([text, `'${text}`]).toContain(read);
      }),
    );
  });
});

describe("markdownCell", () => {
  const cases: [text: string, cell: string][] = [
    ["plain text 1.5", "plain text 1.5"],
    ["a|b", "a&#124;b"],
    ["`code`", "&#96;code&#96;"],
    ["<img src=x onerror=alert(1)>", "&#60;img src=x onerror=alert(1)&#62;"],
    ["&lt;", "&#38;lt;"],
    ["two\nlines", "two&#92;x0Alines"],
    ["[x](javascript:y)", "&#91;x&#93;(javascript:y)"],
    ["![x](y)", "&#33;&#91;x&#93;(y)"],
    ["**b** _i_ ~~s~~", "&#42;&#42;b&#42;&#42; &#95;i&#95; &#126;&#126;s&#126;&#126;"],
    ["https://evil.example www.evil.example", "https&#58;//evil.example www&#46;evil.example"],
    ["@team #12 $x$", "&#64;team &#35;12 &#36;x&#36;"],
    ["a\\|b", "a&#92;&#124;b"],
  ];
  test.each(cases)("%j → %s", (text, cell) => expect(markdownCell(text)).toBe(cell));

  test("any text holds no markup and decodes to what a terminal shows", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cell = markdownCell(text);
        expect(cell).not.toMatch(/[\n\r|`<>*_[\]\\~!$@]|&(?!#\d+;)|:\/\/|www\./);
        const decoded = cell.replaceAll(/&#(\d+);/g, (_, code) =>
          String.fromCharCode(Number(code)),
        );
        expect(decoded).toBe(terminalText(text));
      }),
    );
  });
});

describe("shellWord", () => {
  const cases: [value: string, word: string][] = [
    ["access.log", "access.log"],
    ["status=5xx", "status=5xx"],
    ["", "''"],
    ["a b", "'a b'"],
    ["it's", "'it'\\''s'"],
    ["$(reboot)`id`", "'$(reboot)`id`'"],
    ["a;b&c|d>e", "'a;b&c|d>e'"],
    ["*?[x]{a,b}~", "'*?[x]{a,b}~'"],
    ["=ls", "'=ls'"],
    ["!!", "'!!'"],
    ["café", "'café'"],
    ["a\tb", `"$(printf 'a\\011b')"`],
    ["100%\n'x", `"$(printf '100\\045\\012\\047x')"`],
    ["x\n", `"$(printf 'x')"'\n'`],
    ["-n\t", `"$(printf '\\055n\\011')"`],
    ["a\0b", "'a\\x00b'"],
  ];
  test.each(cases)("%j → %s", (value, word) => expect(shellWord(value)).toBe(word));

  test("any value arrives as it is, in every shell", () => {
    const values = fc.array(
      anyText.map((text) => Buffer.from(text).toString()),
      { minLength: 20, maxLength: 20 },
    );
    for (const shell of ["sh", "bash"]) {
      fc.assert(
        fc.property(values, (list) => {
          const script = `printf '%s\\0' ${list.map(shellWord).join(" ")}`;
          const printed = execFileSync(shell, ["-c", script]).toString("utf8");
          expect(printed.split("\0").slice(0, -1)).toEqual(
            list.map((value) => value.replaceAll("\0", "\\x00")),
          );
        }),
        { numRuns: 40 },
      );
    }
  });

  test("every byte and every character that is not seen arrives", () => {
    const values = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code + 1));
    const groups = Array.from({ length: 96 }, (_, at) =>
      values.slice(at * 128, at * 128 + 128).join(""),
    );
    const script = `printf '%s\\0' ${groups.map(shellWord).join(" ")}`;
    expect(execFileSync("sh", ["-c", script]).toString("utf8").split("\0").slice(0, -1)).toEqual(
      groups,
    );
  });

  test("is free of control characters, except newlines at the end", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(shellWord(text).replace(/'\n+'$/, "")).not.toMatch(UNSAFE);
      }),
    );
  });
});
