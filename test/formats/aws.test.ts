import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { alb } from "../../src/formats/alb.js";
import { cloudfront } from "../../src/formats/cloudfront.js";
import { elb } from "../../src/formats/elb.js";
import type { Format } from "../../src/formats/format.js";
import { nlb } from "../../src/formats/nlb.js";
import { legacyFields } from "../../src/formats/notations/cloudfront.js";
import { s3 } from "../../src/formats/s3.js";
import { parseLines } from "./parse-lines.js";

/** What becomes of a line that was cut after each of its fields: the counts that are read. */
async function countsRead(format: Format, values: readonly string[], delimiter: string) {
  const lines = values.map((_, index) => values.slice(0, index + 1).join(delimiter));
  const rows = await parseLines(format, lines, { exactly: true });
  return rows.flatMap(({ outcome }, index) => (outcome === "parsed" ? [index + 1] : []));
}

const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("formats that grew are read at the lengths they had", () => {
  test("s3: 18 fields and more", async () => {
    const tail = "v|h|SigV4|C|AuthHeader|b.s3.amazonaws.com|TLSv1.3|-|-|us-east-1|new|newer";
    const values =
      `o b [06/Feb/2026:00:00:38 +0000]|192.0.2.3|r|id|REST.GET.OBJECT|key|"GET /k HTTP/1.1"|200|-|5|5|9|8|"-"|"curl"|${tail}`.split(
        "|",
      );
    // The first three stand in one piece, for the blank in the time.
    expect(await countsRead(s3, values, " ")).toEqual(from(16, 27));
  });

  test("alb: the lengths of its years", async () => {
    const line = alb.samples[0]?.line ?? "";
    const values = [...line.matchAll(/"[^"]*"|\S+/g)].map(([value]) => value);
    expect(values).toHaveLength(33);
    const read = await countsRead(alb, [...values, "-", '"a new field"'], " ");
    expect(read).toEqual([18, 20, 21, 22, 23, 24, 25, 27, 29, 30, 31, 33, 34, 35]);
  });

  test("nlb: all 22 or more", async () => {
    const values = [...(nlb.samples[0]?.line ?? "").split(" "), "-", "new"];
    expect(await countsRead(nlb, values, " ")).toEqual([22, 23, 24]);
  });

  test("elb: with and without agent and TLS", async () => {
    const line = elb.samples[0]?.line ?? "";
    const values = [...line.matchAll(/"[^"]*"|\S+/g)].map(([value]) => value);
    expect(await countsRead(elb, [...values, "-"], " ")).toEqual([12, 15, 16]);
  });

  test("cloudfront: the lengths of its years where no header names the fields", async () => {
    const values = [...(cloudfront.samples[0]?.line ?? "").split("\t"), "-"];
    expect(await countsRead(cloudfront, values, "\t")).toEqual([12, 15, 18, 19, 23, 24, 26, 33]);
  });
});

describe("fields that AWS adds cost nothing", () => {
  test.each([
    [s3, s3.samples[0]?.line],
    [nlb, nlb.samples[0]?.line],
  ] as const)("$name", async (format, line = "") => {
    const [now] = await parseLines(format, [line]);
    const [then] = await parseLines(format, [`${line} one 2 three`], { like: [line] });
    expect(then).toEqual(now);
  });
});

describe("addresses of load balancers", () => {
  test.each([
    ["192.0.2.7:1024", "192.0.2.7", 1024],
    ["2a02:8109:8680:f215:0:0:0:1:50718", "2a02:8109:8680:f215::1", 50718],
    ["::ffff:192.0.2.7:443", "192.0.2.7", 443],
    ["[2001:db8::1]:443", "2001:db8::1", 443],
    ["-", null, null],
  ])("%s", async (text, address, port) => {
    const line = (nlb.samples[0]?.line ?? "").replace("72.21.218.154:51341", text);
    const [row] = await parseLines(nlb, [line]);
    expect([row?.["client_ip"] ?? null, row?.["client_port"] ?? null]).toEqual([address, port]);
  });
});

describe("request lines of load balancers", () => {
  const line = (request: string): string =>
    (elb.samples[0]?.line ?? "").replace(/"GET [^"]*"/, `"${request}"`);

  test.each([
    ["GET http://a.example:80/x?y=1 HTTP/1.1", "GET", "a.example", "/x", "y=1", "HTTP/1.1"],
    ["GET https://a.example:443 HTTP/1.1", "GET", "a.example", "/", null, "HTTP/1.1"],
    ["GET http://[2001:db8::1]:80/ HTTP/1.1", "GET", "[2001:db8::1]", "/", null, "HTTP/1.1"],
    ["GET http://a.example:80/a b HTTP/1.1", "GET", "a.example", "/a b", null, "HTTP/1.1"],
    ["- http://a.example:80- -", null, "a.example", null, null, null],
    ["- - - ", null, null, null, null, null],
    ["- - -", null, null, null, null, null],
  ])("%s", async (request, method, host, path, query, protocol) => {
    const [row = {}] = await parseLines(elb, [line(request)]);
    const got = ["method", "host", "path", "query", "protocol"].map((name) => row[name] ?? null);
    expect(got).toEqual([method, host, path, query, protocol]);
  });
});

describe("keys of S3 are decoded as often as they were encoded", () => {
  test.each([
    ["REST.GET.OBJECT", "foo-%2525Y", "foo-%Y"],
    ["WEBSITE.GET.OBJECT", "a%2520b", "a b"],
    ["BATCH.DELETE.OBJECT", "foo-%2525Y", "foo-%25Y"],
    ["S3.EXPIRE.OBJECT", "a%20b", "a b"],
    ["S3.TRANSITION_SIA.OBJECT", "100%25", "100%"],
    ["REST.PUT.OBJECT", "a+b", "a+b"],
    ["REST.PUT.OBJECT", "a%252Bb", "a+b"],
    ["REST.PUT.OBJECT", "%25E4%25B8%25AD", "中"],
    ["REST.PUT.OBJECT", "%25E4%25B8", "%E4%B8"],
    ["REST.PUT.OBJECT", "a%2500b", "a%00b"],
    ["REST.PUT.OBJECT", "100%", "100%"],
    ["REST.GET.BUCKET", "-", null],
  ])("%s %s", async (operation, logged, key) => {
    const line = `o b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 r id ${operation} ${logged} "GET /k HTTP/1.1" 200 - 5 5 9 8 "-" "curl" -`;
    const [row] = await parseLines(s3, [line]);
    expect(row?.["key"] ?? null).toBe(key);
  });
});

/** What a client may send to look like the parts of the line that S3 writes. */
const clientText = fc
  .array(
    fc.constantFrom(
      '"',
      '""',
      '" "',
      " ",
      "-",
      " - ",
      '"-"',
      "a",
      "/",
      "\\",
      "é",
      " HTTP/1.1",
      ' HTTP/1.1"',
      '" 404 NoSuchKey 1 1 1 1 "',
      '" 200 - - - - - "',
      '" 200 - 1 1 1 1 - ',
      'HTTP/1.1" 403 - 7 7 7 7 "-" "x" -',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

describe("nobody forges what S3 writes itself", () => {
  test("hostile URIs, referrers and agents are read rightly or refused by name", async () => {
    const request = fc.record({
      uri: clientText,
      referrer: fc.option(clientText, { nil: "-" }),
      agent: clientText.filter((text) => text !== ""),
      status: fc.integer({ min: 200, max: 599 }),
      bytes: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 60, maxLength: 60 }), async (requests) => {
        const lines = requests.map(
          ({ uri, referrer, agent, status, bytes }) =>
            `o b [06/Feb/2026:00:00:38 +0000] 192.0.2.3 r id REST.GET.OBJECT k "GET /${uri} HTTP/1.1" ${status} - ${bytes} 4 9 8 "${referrer}" "${agent}" v h - C - b.s3.amazonaws.com TLSv1.2 - - us-east-1`,
        );
        const like = [s3.samples[0]?.line ?? ""];
        for (const exactly of [false, true]) {
          const rows = await parseLines(s3, lines, { like, exactly });
          for (const [index, row] of rows.entries()) {
            const sent = requests[index];
            if (row["outcome"] === "rejected") {
              expect(row["reason"], lines[index]).toContain("ambiguous quotes");
              continue;
            }
            expect(row, lines[index]).toMatchObject({
              status: sent?.status,
              bytes_sent: sent?.bytes,
              key: "k",
              protocol: "HTTP/1.1",
              host: "b.s3.amazonaws.com",
              extra: { version_id: "v", source_region: "us-east-1" },
            });
            const target = `/${sent?.uri}`.trim();
            expect(String(row["request_target"]).trim(), lines[index]).toBe(target);
          }
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

test("cloudfront: a header may name other fields than the usual ones", async () => {
  const header = `#Fields: ${legacyFields} c-country cache-behavior-path-pattern`;
  const line = `${cloudfront.samples[0]?.line}\tNZ\t/a/*`;
  const [row] = await parseLines(cloudfront, [line], { like: ["#Version: 1.0", header, line] });
  expect(row).toMatchObject({ country: "NZ", extra: { "cache-behavior-path-pattern": "/a/*" } });
});
