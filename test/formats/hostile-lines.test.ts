import { describe, expect, test } from "vitest";
import { isJson } from "../../src/formats/format.js";
import { formatFromNotation } from "../../src/formats/log-format.js";
import { readingOf } from "../../src/formats/reading.js";
import { formats } from "../../src/formats/registry.js";

const MEGABYTE = 2 ** 20;
/** A reading that took time by the square of the line's length would need minutes. */
const LIMIT_MS = 1000;

const fillers = ['"', " ", "\\", '" ', "a ", "/"];

const filled = (filler: string): string => filler.repeat(MEGABYTE / filler.length);

/** A megabyte of something alone, and behind the line and three beginnings of it. */
function* inflated(line: string): Generator<[string, string]> {
  const borders = [...line.matchAll(/[ \t"[\]{}/|]/g)].map(({ index }) => index + 1);
  const some = [0.2, 0.5, 0.8].map((part) => borders[Math.floor(borders.length * part)] ?? 0);
  for (const filler of fillers) {
    for (const at of [0, ...some, line.length]) {
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
    `escape=json '{"ip":"$remote_addr","ua":"$http_user_agent","t":$request_time}'`,
    '{"ip":"10.0.0.1","ua":"a \\"b\\"","t":0.5}',
  ],
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
    // Processor time: another process may have the machine meanwhile.
    const read = (long: string): number => {
      const before = process.cpuUsage();
      parser.exact?.(long);
      parser.explain(long);
      return process.cpuUsage(before).user / 1000;
    };
    const slow: string[] = [];
    for (const [what, long] of inflated(line)) {
      // A second look, since the garbage of another line may have been cleared away.
      const took = read(long) > LIMIT_MS ? read(long) : 0;
      if (took > LIMIT_MS) slow.push(`${what}: ${Math.round(took)} ms`);
    }
    expect(slow).toEqual([]);
  });
});
