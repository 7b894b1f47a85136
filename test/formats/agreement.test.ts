import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { isJson } from "../../src/formats/format.js";
import { formats } from "../../src/formats/registry.js";
import { parseLines } from "./parse-lines.js";
import { writers, type Request } from "./writers.js";

/** Text as a client may send it; NUL and the markers of unreadable bytes come back otherwise. */
const hostile = fc
  .string({ unit: "binary", maxLength: 30 })
  .map((text) => text.replace(/[\0\uE000-\uF8FF\uFFFD]/gu, '"'));
const tricky = fc
  .array(fc.constantFrom('"', "\\", "\\x", "\\u00", '\\"', " ", "\t", "\n", "é", "%22", "#22", "]"))
  .map((parts) => parts.join(""));
const word = fc.oneof(hostile, tricky, fc.webPath()).map((text) => text.replace(/\s/gu, "_"));
const header = fc.option(fc.oneof(hostile, tricky).filter((text) => text !== "" && text !== "-"));
const user = fc.option(
  fc
    .array(
      word.filter((text) => text !== "" && !text.startsWith("-")),
      { minLength: 1, maxLength: 2 },
    )
    .map((words) => words.join(" ")),
);

const request: fc.Arbitrary<Request> = fc.record({
  time: fc.integer({ min: 0, max: 4e9 }).map((seconds) => new Date(seconds * 1000)),
  client_ip: fc.oneof(
    fc.ipV4(),
    fc.constantFrom("::1", "2001:db8::7", "fe80::1:2", "client7.example.org"),
  ),
  user,
  method: fc.constantFrom("GET", "POST", "PROPFIND", "X-1"),
  request_target: word.map((text) => `/${text}`),
  protocol: fc.constantFrom("HTTP/1.0", "HTTP/1.1", "HTTP/2.0"),
  status: fc.integer({ min: 100, max: 599 }),
  bytes_sent: fc.oneof(fc.constant(0), fc.nat(), fc.maxSafeNat()),
  referrer: header,
  user_agent: header,
  duration_ms: fc.nat(),
});

describe("what a server wrote comes back as it was", () => {
  test.each(writers)("$name", async (writer) => {
    const { format, columns } = writer;
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 40 }), async (requests) => {
        const rows = await parseLines(
          format,
          requests.map((sent) => writer.write(sent)),
        );
        const got = rows.map((row) => [row["time"], ...columns.map((name) => row[name] ?? null)]);
        const wanted = requests.map((sent) => [
          sent.time.toISOString().replace(".000Z", "Z"),
          ...columns.map((name) => sent[name]),
        ]);
        expect(got).toEqual(wanted);
      }),
      { numRuns: 15 },
    );
  });
});

const INSERTED = [
  ...Array.from("\" \t\\\u0001\u007fé\u00a0🦄-,:/[]{}%#'0x\r"),
  '""',
  "  ",
  '\\"',
  "\\x22",
];

/** What a hostile client, a broken relay or an editor may do to a line. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat({ max: 2 }),
  insert: fc.constantFrom("", ...INSERTED),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

const mutated = (line: string, changes: readonly Mutation[]): string =>
  changes.reduce((text, { at, drop, insert }) => {
    const from = Math.floor(at * text.length);
    return text.slice(0, from) + insert + text.slice(from + drop);
  }, line);

describe("the fast reading agrees with the exact one", () => {
  for (const format of formats) {
    if (isJson(format)) continue;
    test.each(format.samples)(`${format.name}: $line`, async ({ line, header: above }) => {
      const like = above === undefined ? [line] : [above, line];
      const changes = fc.array(mutation, { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(fc.array(changes, { minLength: 50, maxLength: 50 }), async (all) => {
          const lines = all.map((each) => mutated(line, each));
          const fast = await parseLines(format, lines, { like });
          const exact = await parseLines(format, lines, { like, exactly: true });
          expect(await parseLines(format, lines, { like, ordered: true })).toEqual(fast);
          for (const [index, row] of fast.entries()) {
            expect(row["outcome"]).toMatch(/^(?:parsed|rejected|blank)$/);
            const other = exact[index];
            // The fast reading looks less closely at a value, but where both read a line …
            if (row["outcome"] === "parsed" && other?.["outcome"] === "parsed") {
              expect(row, lines[index]).toEqual(other);
            }
            // … and it refuses none that the exact one reads.
            if (other?.["outcome"] === "parsed")
              expect(row["outcome"], lines[index]).toBe("parsed");
          }
        }),
        // Fifty mutated lines are small enough to look at.
        { numRuns: 2, endOnFailure: true },
      );
    });
  }
});
