import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJson } from "../../src/formats/format.js";
import { formats } from "../../src/formats/registry.js";
import { parseLines } from "./parse-lines.js";

const inserted = fc.constantFrom(
  ...['"', " ", "  ", "\t", "\\", '\\"', "\u0001", "\u007f", "é", "\u00a0", "🦄", "-", ",", ":"],
  ...["/", "[", "]", "{", "}", "%", "#", "'", "0", "x"],
);

/** What a hostile client, a broken relay or an editor may do to a line. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat({ max: 2 }),
  insert: fc.oneof(fc.constant(""), inserted),
});

const mutated = (line: string, changes: readonly { at: number; drop: number; insert: string }[]) =>
  changes.reduce((text, { at, drop, insert }) => {
    const from = Math.floor(at * text.length);
    return text.slice(0, from) + insert + text.slice(from + drop);
  }, line);

describe("the fast reading agrees with the exact one", () => {
  for (const format of formats) {
    if (isJson(format)) continue;
    test.each(format.samples)(`${format.name}: $line`, async ({ line, header }) => {
      const like = header === undefined ? [line] : [header, line];
      const bad: unknown[] = [];
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(mutation, { minLength: 1, maxLength: 3 }), { minLength: 60, maxLength: 60 }),
          async (all) => {
            const lines = all.map((changes) => mutated(line, changes));
            const fast = await parseLines(format, lines, { like });
            const exact = await parseLines(format, lines, { like, exactly: true });
            lines.forEach((text, index) => {
              const a = fast[index], b = exact[index];
              if (a?.["outcome"] === "parsed" && b?.["outcome"] === "parsed") {
                if (JSON.stringify(a) !== JSON.stringify(b)) bad.push(["DIFF", text, a, b]);
              } else if (a?.["outcome"] !== b?.["outcome"]) bad.push([a?.["outcome"], text, a?.["reason"], b?.["reason"]]);
            });
          },
        ),
        { numRuns: 5 },
      );
      if (bad.length > 0) console.log(format.name, bad.length, JSON.stringify(bad.slice(0, 2), null, 1).slice(0, 3000));
      expect(bad.length).toBe(0);
    });
  }
});
