import * as fc from "../fast-check.js";
import { expect, test } from "vitest";
import { squid } from "../../src/formats/squid.js";
import { parseLines } from "./parse-lines.js";

const PIECES =
  "http https HTTP ftp cache_object 9p a :// : / // ? # @ - :80 :80- :443 [::1] shop.example é %41 _ + ."
    .split(" ")
    .concat("");
const target = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 7 })
  .map((pieces) => pieces.join(""))
  .filter((text) => text !== "" && text !== "-");

const ABSOLUTE = /^([A-Za-z][A-Za-z0-9+._-]*):\/\/([^/?#]*)([^?]*)/;

/** What a request target says, read as its grammar says; a load balancer's `host:80-` has no path. */
function partsOf(text: string): (string | null)[] {
  const rest = text.indexOf("?") < 0 ? null : text.slice(text.indexOf("?") + 1) || null;
  if (!text.startsWith("/") && text.includes("://")) {
    const [, scheme, host = "", path] = ABSOLUTE.exec(text) ?? [];
    const name = host === "" ? null : host.replace(/:[0-9]*-?$/, "");
    const root = host === "" || host.endsWith("-") ? null : "/";
    return [scheme ?? null, name, path || root, rest];
  }
  if (/^[^/?#@ ]+:[0-9]{1,5}$/.test(text)) {
    return [null, text.replace(/:[0-9]+$/, ""), null, rest];
  }
  return [null, null, text.split("?")[0] || null, rest];
}

test("what a URL is made of is read without patterns as with them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(target, { minLength: 100, maxLength: 100 }), async (targets) => {
      const lines = targets.map(
        (text) => `1286536308.779    180 10.0.0.1 TCP_MISS/200 411 GET ${text} - DIRECT/10.9.9.9 -`,
      );
      for (const exactly of [false, true]) {
        const rows = await parseLines(squid, lines, { exactly });
        const got = rows.map((row) => ["scheme", "host", "path", "query"].map((name) => row[name]));
        expect(got.map((parts) => parts.map((part) => part ?? null))).toEqual(targets.map(partsOf));
      }
    }),
    { numRuns: 20 },
  );
});
