import * as fc from "../fast-check.js";
import { expect, test } from "vitest";
import { canonicalAddress, networkOf } from "../../src/formats/addresses.js";
import { findFormat } from "../../src/formats/registry.js";
import type { Format } from "../../src/formats/format.js";
import { parseLines } from "./parse-lines.js";

const format = findFormat("common") as Format;
const group = fc.oneof(
  fc.constant("0"),
  fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16)),
);
const ipv6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(":"));

test("an address's network is the same in SQL and by the library", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), ipv6), { minLength: 60, maxLength: 60 }),
      async (addresses) => {
        const rows = await parseLines(
          format,
          addresses.map((ip) => `${ip} - - [05/Nov/2026:10:31:02 +0000] "GET / HTTP/1.1" 200 1`),
        );
        const got = rows.map((row) => [row["client_ip"], row["client_net"]]);
        expect(got).toEqual(addresses.map((ip) => [canonicalAddress(ip), networkOf(ip)]));
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
});
