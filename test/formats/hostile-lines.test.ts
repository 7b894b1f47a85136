import { describe, expect, test } from "vitest";
import { isJson } from "../../src/formats/format.js";
import { formatFromNotation } from "../../src/formats/log-format.js";
import { readingOf } from "../../src/formats/reading.js";
import { formats } from "../../src/formats/registry.js";

const MEGABYTE = 2 ** 20;
/** A reading that took time by the square of the line's length would need minutes. */
const LIMIT_MS = 1000;

const fillers = [
  '"',
  " ",
  "\t",
  "\\",
  '" ',
  ' "',
  "a ",
  '\\" ',
  '" "',
  "- ",
  ", ",
  " : ",
  "/",
  "[",
  "{",
  "}",
  "|",
  "a",
  "é",
];

const filled = (filler: string): string => filler.repeat(MEGABYTE / filler.length);

/** The line with a megabyte of something in it: in front, behind, and at the borders of its words. */
function* inflated(line: string): Generator<[string, string]> {
  const borders = [...line.matchAll(/[ \t"[\]{}/|]/g)].map(({ index }) => index + 1);
  const few = borders.filter((_, index) => index % Math.ceil(borders.length / 6) === 0);
  for (const filler of fillers) {
    yield [`only ${filler}`, filled(filler)];
    for (const at of new Set([0, ...few, line.length])) {
      yield [`${filler} at ${at}`, line.slice(0, at) + filled(filler) + line.slice(at)];
      yield [`${filler} from ${at}`, line.slice(0, at) + filled(filler)];
    }
  }
}

const own = [
  [
    "%h %l %u %t %r %>s %{Referer}i %{User-Agent}i %{X}i %b",
    "10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] GET / HTTP/1.1 200 - a b - 1",
  ],
  ["$remote_addr|$http_user_agent|$http_cookie|$request|$http_x", "10.0.0.1|a|b|GET / HTTP/1.1|c"],
  [
    '%h %^[%d:%t %^] %^ "%r" %^ %s %b %R|%u',
    '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] - "GET / HTTP/1.1" - 200 1 a|b',
  ],
] as const;

const cases = [
  ...formats.flatMap((format) =>
    isJson(format) ? [] : [[format.name, format, format.samples[0]?.line ?? ""] as const],
  ),
  ...own.map(([notation, line]) => [notation, formatFromNotation(notation), line] as const),
];

describe("a megabyte in one line is read or refused at once", () => {
  test.each(cases)("%s", (_name, format, line) => {
    const header = isJson(format) ? undefined : format.samples[0]?.header;
    const parser = readingOf(format, header === undefined ? [line] : [header, line]).parser({});
    const slow: string[] = [];
    for (const [what, long] of inflated(line)) {
      const start = performance.now();
      parser.exact?.(long);
      parser.explain(long);
      const took = performance.now() - start;
      if (took > LIMIT_MS) slow.push(`${what}: ${Math.round(took)} ms`);
    }
    expect(slow).toEqual([]);
  });
});
