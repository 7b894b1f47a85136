import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { tokens } from "../../src/engines/athena/tokens.js";
import { translate } from "../../src/engines/athena/translate.js";
import { Problem } from "../../src/problems/problem.js";

const kinds = (sql: string): string[] =>
  tokens(sql)
    .filter(({ kind }) => kind !== "gap")
    .map(({ kind, raw }) => `${kind} ${raw}`);

describe("tokens", () => {
  test.each([
    ["SELECT a.\"b\" -- 'x'\n", ["word SELECT", "word a", "symbol .", 'quoted "b"']],
    ["'it''s' /* 'no' */ 'x'", ["text 'it''s'", "text 'x'"]],
    ["x->>'$.a'||`y`", ["word x", "symbol ->>", "text '$.a'", "symbol ||", "backtick `y`"]],
    ["1.5e-3.5", ["number 1.5e-3", "number .5"]],
    ["a<>b!=c::d", ["word a", "symbol <>", "word b", "symbol !=", "word c", "symbol ::", "word d"]],
    ["größe漢 $1", ["word größe漢", "symbol $", "number 1"]],
    ["'never ends", ["text 'never ends"]],
    ['"never ends', ['quoted "never ends']],
    ["/* never ends", []],
    ["-- ends here", []],
    ["", []],
  ])("%j", (sql, expected) => expect(kinds(sql)).toEqual(expected));

  const sql = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        "`",
        "--",
        "/*",
        "*/",
        "\n",
        "(",
        ")",
        ",",
        "[",
        "]",
        ".",
        "$",
        "😀",
      ),
      fc.constantFrom(
        "select ",
        "concat",
        "if",
        "date_format",
        "values ",
        "array",
        "case ",
        "end ",
      ),
      fc.string({ unit: "grapheme", maxLength: 2 }),
    ),
    maxLength: 60,
  });

  test("joined they are the query, whatever it is", () => {
    fc.assert(
      fc.property(sql, (text) => {
        expect(
          tokens(text)
            .map(({ raw }) => raw)
            .join(""),
        ).toBe(text);
      }),
    );
  });

  test("a query is translated or refused, and nothing else", () => {
    fc.assert(
      fc.property(sql, (text) => {
        try {
          translate(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });
});

test("a long query takes no time", () => {
  const list = Array.from({ length: 5_000 }, (_, index) => `concat('${index}', 'x')`).join(", ");
  const start = performance.now();
  expect(translate(`SELECT ${list}`).sql.length).toBeGreaterThan(list.length);
  expect(translate(`SELECT '${"'' (".repeat(20_000)}'`).macros.size).toBe(0);
  expect(performance.now() - start).toBeLessThan(5000);
});
