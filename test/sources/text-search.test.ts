import * as fc from "../fast-check.js";
import { expect, test } from "vitest";
import { TextSearch } from "../../src/sources/text-search.js";

const TEXTS = ["\n\n", "\n\r\n", "\n\uFEFF", "\n#Fields:"].map((text) => Buffer.from(text));
const piece = fc.constantFrom("\n", "\r", "a", "\n\n", "#Fields:", "#Fiel", "\uFEFF", "\n\r", "");

test("a text is found wherever the chunks are cut, and nowhere else", () => {
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(12)), (pieces, cuts) => {
      const all = Buffer.from(pieces.join(""));
      const search = new TextSearch(TEXTS);
      let found = false;
      let from = 0;
      for (const length of [...cuts, all.length]) {
        found = search.foundIn(all.subarray(from, from + length)) || found;
        from += length;
      }
      expect(found).toBe(TEXTS.some((text) => all.includes(text)));
    }),
    { numRuns: 2000 },
  );
});
