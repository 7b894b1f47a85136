import { describe, expect, test } from "vitest";
import { caret } from "../../src/outputs/caret.js";
import { editDistance, nearest } from "../../src/outputs/nearest.js";

describe("nearest", () => {
  const fields = ["status", "path", "client_ip", "user_agent", "bytes_sent"];
  const cases: [word: string, near: string | undefined][] = [
    ["staus", "status"],
    ["sttaus", "status"],
    ["STATUS", "status"],
    ["clientip", "client_ip"],
    ["user-agent", "user_agent"],
    ["bytes", undefined],
    ["x", undefined],
    ["", undefined],
    ["s".repeat(100_000), undefined],
  ];
  test.each(cases)("%.20s → %s", (word, near) => expect(nearest(word, fields)).toBe(near));
});

test("editDistance counts letters changed, missing, added and swapped", () => {
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("ab", "ba")).toBe(1);
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("abc", "abc")).toBe(0);
});

describe("caret", () => {
  const cases: [text: string, start: number, end: number | undefined, lines: string][] = [
    ["status=abc", 7, 10, "status=abc\n       ^^^"],
    ["status=", 7, undefined, "status=\n       ^"],
    ["漢=x", 2, 3, "漢=x\n   ^"],
    ["a\x1b=x", 3, 4, "a\\x1B=x\n      ^"],
    ["x\ny", 1, 2, "x\\x0Ay\n ^^^^"],
  ];
  test.each(cases)("%j from %d", (text, start, end, lines) => {
    expect(caret(text, start, end)).toBe(lines);
  });
});
