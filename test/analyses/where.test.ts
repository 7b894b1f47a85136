import {
  BOOLEAN,
  DuckDBInstance,
  DuckDBScalarFunction,
  VARCHAR,
  type DuckDBConnection,
} from "@duckdb/node-api";
import * as fc from "../fast-check.js";
import { beforeAll, describe, expect, test } from "vitest";
import { ipIn, parseWhere, whereColumns, whereSql, whereText } from "../../src/analyses/where.js";
import { checkRegex } from "../../src/analyses/where-regex.js";
import { literal } from "../../src/engines/sql.js";
import type { ColumnType } from "../../src/formats/record.js";
import { Problem } from "../../src/problems/problem.js";

const columns = new Map<string, ColumnType>([
  ["id", "int"],
  ["time", "time"],
  ["client_ip", "ip"],
  ["method", "text"],
  ["path", "text"],
  ["status", "int"],
  ["bytes_sent", "int"],
  ["duration_ms", "float"],
  ["user_agent", "text"],
  ["odd name", "text"],
  ["extra", "map"],
]);

const rows = [
  `(1, TIMESTAMP '2024-10-05 00:00:00', '203.0.113.7', 'GET', '/', 200, 10, 1.5, 'curl 8', 'a', MAP {'x': '1'})`,
  `(2, TIMESTAMP '2024-10-05 23:59:59.999999', '203.0.113.255', 'POST', '/api/a,b', 500, 20, 2, 'Mozilla/5.0 (X11)', 'b', MAP {})`,
  `(3, TIMESTAMP '2024-10-06 00:00:00', '203.0.114.0', NULL, '/a*b', 503, NULL, NULL, NULL, NULL, NULL)`,
  `(4, TIMESTAMP '2024-10-06 01:00:00', '2001:db8::1', 'GET', '/axxb', 599, 9223372036854775807, 0.1, '100% _!', '', MAP {'x': '2'})`,
  `(5, NULL, '2001:db9::', 'HEAD', '/a\\b', NULL, 0, -1, '"quoted"', NULL, NULL)`,
  `(6, NULL, NULL, 'get', NULL, 404, 1000, 1e9, 'and', NULL, NULL)`,
  `(7, NULL, 'host.example.com', 'GET', '/x' || chr(10) || 'y', 499, 1, 3, 'a' || chr(0) || 'b', NULL, NULL)`,
  `(8, NULL, '203.0.113.7.evil', 'GET', '/é', 600, 2, 4, '''; DROP TABLE requests; --', NULL, NULL)`,
  `(9, NULL, '1.2.3.4/24', 'GET', 'GET', 50, 5000, 5, 'x', NULL, NULL)`,
];

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(":memory:")).connect();
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: "ip_in",
      parameterTypes: [VARCHAR, VARCHAR],
      returnType: BOOLEAN,
      mainFunction: (_info, input, output) => {
        const [ips, cidrs] = [input.getColumnVector(0), input.getColumnVector(1)];
        for (let row = 0; row < input.rowCount; row++) {
          output.setItem(row, ipIn(String(ips.getItem(row)), String(cidrs.getItem(row))));
        }
        output.flush();
      },
    }),
  );
  await connection.run(
    `CREATE TABLE requests (id BIGINT, time TIMESTAMP, client_ip VARCHAR, method VARCHAR,
     path VARCHAR, status BIGINT, bytes_sent BIGINT, duration_ms DOUBLE, user_agent VARCHAR,
     "odd name" VARCHAR, extra MAP(VARCHAR, VARCHAR))`,
  );
  await connection.run(`INSERT INTO requests VALUES ${rows.join(", ")}`);
});

async function idsOf(condition: string): Promise<number[]> {
  const reader = await connection.runAndReadAll(
    `SELECT id FROM requests WHERE ${condition} ORDER BY id`,
  );
  return reader.getRowsJS().map(([id]) => Number(id));
}

const select = async (...filters: string[]): Promise<number[]> =>
  idsOf(whereSql(filters.map(parseWhere), columns));

describe("selects", () => {
  const cases: [filter: string, ids: number[]][] = [
    ["method=GET", [1, 4, 7, 8, 9]],
    ["method!=GET", [2, 3, 5, 6]],
    ["method=GET,HEAD", [1, 4, 5, 7, 8, 9]],
    ["method!=GET,HEAD", [2, 3, 6]],
    ["method=", [3]],
    ["method!=", [1, 2, 4, 5, 6, 7, 8, 9]],
    ["method= and status=503", [3]],
    ['"odd name"=', [3, 5, 6, 7, 8, 9]],
    ['"odd name"=""', [4]],
    ['"odd name"=b', [2]],
    ["path=/a*b", [2, 3, 4, 5]],
    ['path="/a*b"', [2, 3, 4, 5]],
    ['path="/a\\*b"', [3]],
    ["path!=/a*b", [1, 6, 7, 8, 9]],
    ["path=*", [1, 2, 3, 4, 5, 7, 8, 9]],
    ["path=/a\\b", [5]],
    ['path="/a\\\\b"', [5]],
    ['path="/api/a,b"', [2]],
    ['path="/x\\ny"', [7]],
    ['path="/x\\x0Ay"', [7]],
    ["path=/x*y", [7]],
    ["path=/é", [8]],
    ['path="/\\u{e9}"', [8]],
    ["path=/É", []],
    ["path=/, /é", [1, 8]],
    ["path=/a*b,/é", [2, 3, 4, 5, 8]],
    ["path~^/a", [2, 3, 4, 5]],
    ["path!~^/a", [1, 6, 7, 8, 9]],
    ["path~a,b", [2]],
    ["path~\\*", [3]],
    ["path~(?i)AXX", [4]],
    ['user_agent~"Mozilla.*\\(X11"', [2]],
    ['user_agent~"^\\"quoted\\"$"', [5]],
    ['user_agent="\\"quoted\\""', [5]],
    ['user_agent="curl 8"', [1]],
    ['user_agent="100% _!"', [4]],
    ['user_agent="100% _!*"', [4]],
    ["user_agent=1*_*", [4]],
    ["user_agent=%", []],
    ["user_agent=_", []],
    ['user_agent="a\\x00b"', [7]],
    ['user_agent="a\\x00*"', [7]],
    ["user_agent=and", [6]],
    ["user_agent=and and status=404", [6]],
    ['user_agent = "and" and method = get', [6]],
    [`user_agent="'; DROP TABLE requests; --"`, [8]],
    [`user_agent="'; DROP*"`, [8]],
    [`user_agent~"'; DROP"`, [8]],
    ["status=500", [2]],
    ["status=500,503", [2, 3]],
    ["status=5xx", [2, 3, 4]],
    ["status=5XX,404", [2, 3, 4, 6]],
    ["status=50x", [2, 3]],
    ["status=5x", [9]],
    ["status!=5xx", [1, 5, 6, 7, 8, 9]],
    ["status!=500", [1, 3, 4, 5, 6, 7, 8, 9]],
    ["status=", [5]],
    ["status>=503", [3, 4, 8]],
    ["status<200", [9]],
    ["status<=200", [1, 9]],
    ["status>599", [8]],
    ["status > 599", [8]],
    ["bytes_sent=9223372036854775807", [4]],
    ["bytes_sent>=-1 and bytes_sent<1", [5]],
    ["duration_ms=0.1", [4]],
    ["duration_ms<-0.5", [5]],
    ["duration_ms=1e9,.1", [4, 6]],
    ["time=2024-10-05", [1, 2]],
    ["time!=2024-10-05", [3, 4, 5, 6, 7, 8, 9]],
    ["time>2024-10-05", [3, 4]],
    ["time>=2024-10-05", [1, 2, 3, 4]],
    ["time<2024-10-06", [1, 2]],
    ["time<=2024-10-06T00:00", [1, 2, 3]],
    ['time="2024-10-06 01:00:00"', [4]],
    ["time=", [5, 6, 7, 8, 9]],
    ["client_ip=203.0.113.7", [1]],
    ["client_ip=203.0.113.0/24", [1, 2]],
    ["client_ip=203.0.113.9/24", [1, 2]],
    ["client_ip=203.0.112.0/22", [1, 2, 3]],
    ["client_ip=203.0.113.7/32", [1]],
    ["client_ip=0.0.0.0/0", [1, 2, 3]],
    ["client_ip=::ffff:203.0.113.0/120", [1, 2]],
    ["client_ip!=203.0.113.0/24", [3, 4, 5, 6, 7, 8, 9]],
    ["client_ip=2001:db8::/32", [4]],
    ["client_ip=2001:DB8:0:0::1", [4]],
    ["client_ip=2001:db8::/31", [4, 5]],
    ["client_ip!=2001:db8::/32", [1, 2, 3, 5, 6, 7, 8, 9]],
    ["client_ip=::/0", [4, 5]],
    ["client_ip=203.0.113.0/24,2001:db8::/32", [1, 2, 4]],
    ["client_ip=203.0.113.7,host.example.com", [1, 7]],
    ["client_ip=203.0.113.*", [1, 2, 8]],
    ["client_ip~^2001:", [4, 5]],
    ["client_ip=", [6]],
    ["extra.x=1", [1]],
    ["extra.x=", [2, 3, 5, 6, 7, 8, 9]],
    ["extra.x!=1", [2, 3, 4, 5, 6, 7, 8, 9]],
    ["method=GET and status=200 and path=/", [1]],
    ["method=GET AND status=200", [1]],
    ["  method = GET  ", [1, 4, 7, 8, 9]],
  ];
  test.each(cases)("%s", async (filter, ids) => {
    expect(await select(filter)).toEqual(ids);
  });

  test("several filters must all hold", async () => {
    expect(await select("method=GET", "status=5xx", "client_ip=2001:db8::/32")).toEqual([4]);
  });

  test("says which columns it reads", () => {
    const where = parseWhere("extra.x=1 and status=500 and status!=503");
    expect(whereColumns(where, columns)).toEqual(["extra", "status", "status"]);
  });

  test("no filter keeps every row", async () => {
    expect(await select()).toHaveLength(rows.length);
  });

  test("its SQL may stand beside AND and be negated row by row", async () => {
    for (const [filter] of cases) {
      const sql = whereSql(parseWhere(filter), columns);
      const kept = await idsOf(`TRUE AND ${sql}`);
      const others = await idsOf(`NOT coalesce(${sql}, FALSE)`);
      expect([...kept, ...others].toSorted((a, b) => a - b)).toHaveLength(rows.length);
    }
  });

  test("written times go to the caller", async () => {
    const since = new Date("2024-10-06T00:30:00Z");
    const window = (text: string): { since: Date } => {
      expect(text).toBe("-1h");
      return { since };
    };
    expect(await idsOf(whereSql(parseWhere("time>=-1h"), columns, { window }))).toEqual([4]);
    expect(await idsOf(whereSql(parseWhere("time<-1h"), columns, { window }))).toEqual([1, 2, 3]);
  });
});

describe("SQL", () => {
  const cases: [filter: string, sql: string][] = [
    ["method=GET", `"method" = 'GET'`],
    ["method!=GET", `"method" IS DISTINCT FROM 'GET'`],
    ["method=a,b", `"method" IN ('a', 'b')`],
    ["method!=a,b", `NOT coalesce("method" IN ('a', 'b'), FALSE)`],
    ["method=", `"method" IS NULL`],
    ["path=a%*", `"path" LIKE 'a!%%' ESCAPE '!'`],
    ["path~a'b", `regexp_matches("path", 'a''b')`],
    ["status=5xx", `"status" BETWEEN 500 AND 599`],
    ["status=5xx,404", `("status" IN (404) OR "status" BETWEEN 500 AND 599)`],
    [
      "client_ip=2001:DB8::/32",
      `(contains("client_ip", ':') AND ip_in("client_ip", '2001:db8::/32'))`,
    ],
    ["status>=500 and method=GET", `"status" >= 500 AND "method" = 'GET'`],
  ];
  test.each(cases)("%s", (filter, sql) => {
    expect(whereSql(parseWhere(filter), columns)).toBe(sql);
  });
});

describe("refuses, pointing at", () => {
  const cases: [filter: string, code: string, pointed: string, says: RegExp][] = [
    ["", "where-syntax", "", /empty/],
    ["   ", "where-syntax", "", /empty/],
    ["status", "where-syntax", "", /not compared/],
    ["status:500", "where-syntax", "", /not compared/],
    ["=500", "where-syntax", "=", /begins with a field/],
    ["status==500", "where-syntax", "==", /write status=VALUE/],
    ["path=~x", "where-syntax", "=~", /write path~VALUE/],
    ["status<>500", "where-syntax", "<>", /write status!=VALUE/],
    ["status>", "where-syntax", "", /nothing follows/],
    ["path~", "where-syntax", "", /nothing follows/],
    ["method=GET,", "where-syntax", ",", /missing beside the comma/],
    ["method=,GET", "where-syntax", ",", /missing beside the comma/],
    ["status>1,2", "where-syntax", "2", /one value/],
    ["method=GET and", "where-syntax", "", /no condition follows/],
    ["method=GET status=200", "where-syntax", "status=200", /double quotes/],
    ["method=GET or status=200", "where-syntax", "or", /joined by "and"/],
    ["user_agent=curl 8", "where-syntax", "8", /double quotes/],
    ['user_agent="curl', "where-syntax", '"', /not closed/],
    ['user_agent~"curl', "where-syntax", '"', /not closed/],
    ['user_agent="a"b', "where-syntax", "b", /closing quote/],
    ['user_agent="a\\d"', "where-syntax", "\\d", /escape/],
    ['user_agent="\\u{110000}"', "where-syntax", "\\u{110000}", /escape/],
    ["staus=500", "where-field-unknown", "staus", /did you mean status\? the fields are id, time/],
    ["zzzzzz=500", "where-field-unknown", "zzzzzz", /^[^?]*the fields are/],
    ["extra=1", "where-field-unknown", "extra", /extra\.NAME/],
    ["method=GET and Status=1", "where-field-unknown", "Status", /did you mean status/],
    ["status=abc", "where-value", "abc", /status is a whole number, and "abc"/],
    ["status=200,abc", "where-value", "abc", /whole number/],
    ["status=2.5", "where-value", "2.5", /whole number/],
    ["status=4*", "where-value", "4*", /5xx/],
    ["status>5xx", "where-value", "5xx", /whole number/],
    ["status=9223372036854775808", "where-value", "9223372036854775808", /whole number/],
    ["duration_ms>fast", "where-value", "fast", /number/],
    ["duration_ms>1e999", "where-value", "1e999", /number/],
    ["time>then", "where-value", "then", /time/],
    ["time>2024-02-30", "where-value", "2024-02-30", /time/],
    ["method>GET", "where-value", "method>GET", /compares numbers and times/],
    ["status~5", "where-value", "status~5", /searches text/],
    ["client_ip=203.0.113.300", "where-value", "203.0.113.300", /address/],
    ["client_ip=203.0.113.0/33", "where-value", "203.0.113.0/33", /block of addresses/],
    ["client_ip=203.0.113/24", "where-value", "203.0.113/24", /block of addresses/],
    ["client_ip=2001:db8::/129", "where-value", "2001:db8::/129", /block of addresses/],
    ["client_ip=2001:db8:::1", "where-value", "2001:db8:::1", /address/],
    ["path~(", "where-regex", "(", /not closed/],
    ['path~"a\\"("', "where-regex", "(", /not closed/],
    ["path~a(?=b)", "where-regex", "(?=", /lookahead/],
    ["path~(a)\\1", "where-regex", "\\1", /back-references/],
    ['path~""', "where-regex", '"', /empty/],
  ];
  test.each(cases)("%j", (filter, code, pointed, says) => {
    let problem: unknown;
    try {
      whereSql(parseWhere(filter), columns);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(Problem);
    if (!(problem instanceof Problem)) return;
    expect(problem.code).toBe(code);
    expect(problem.exit).toBe(2);
    expect([problem.message, problem.why, problem.help].join(" ")).toMatch(says);
    const [text = "", carets = ""] = (problem.where ?? "").split("\n");
    expect(text).toBe(filter);
    expect(text.slice(carets.indexOf("^"), carets.length)).toBe(pointed);
  });

  test("any text is read or refused with a Problem", () => {
    const part = fc.constantFrom(
      "status",
      "path",
      "=",
      "!=",
      "~",
      ">",
      ",",
      '"',
      "\\",
      " ",
      " and ",
      "*",
      "(",
      "\0",
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          whereSql(parseWhere(text), columns);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("whereText", () => {
  const cases: [string, string | number | bigint | null, string][] = [
    ["method", "GET", "method=GET"],
    ["method", null, "method="],
    ["method", "", 'method=""'],
    ["status", 404, "status=404"],
    ["bytes_sent", 2n ** 60n, "bytes_sent=1152921504606846976"],
    ["path", "/a b", 'path="/a b"'],
    ["path", "/*", 'path="/\\*"'],
    ["path", "\x1b[2J\u202e\uef41", 'path="\\u{1B}[2J\\u{202E}\\u{EF41}"'],
    ["odd name", "x", '"odd name"=x'],
    ["client_ip", "203.0.113.7", "client_ip=203.0.113.7"],
    ["client_ip", "1.2.3.4/24", 'client_ip~"^1\\.2\\.3\\.4/24$"'],
    ["client_ip", "1.2.3.999", 'client_ip="1.2.3.999"'],
  ];
  test.each(cases)("%s %s → %s", (field, value, text) => {
    expect(whereText(field, value)).toBe(text);
  });

  test("finds the row again that it was made from", async () => {
    for (const field of ["method", "path", "user_agent", "odd name", "client_ip", "status"]) {
      const reader = await connection.runAndReadAll(`SELECT id, "${field}" FROM requests`);
      for (const [id, value] of reader.getRowsJS()) {
        if (value !== null && typeof value !== "string" && typeof value !== "bigint") continue;
        const text = whereText(field, value);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(await select(text), text).toContain(Number(id));
        expect(await select(`${text} and id=${Number(id)}`), text).toEqual([Number(id)]);
      }
    }
  });

  test("selects exactly the value, whatever it is", async () => {
    const nasty = fc.constantFrom(
      "'",
      '"',
      "\\",
      "\0",
      "\n",
      "*",
      "%",
      "_",
      "!",
      ",",
      " ",
      " and ",
      "=",
      "\u202e",
      "/24",
      "1.2.3.4",
      "::",
    );
    const values = fc.array(fc.oneof(nasty, fc.string({ unit: "grapheme", maxLength: 2 })), {
      maxLength: 6,
    });
    const field = fc.constantFrom("path", "client_ip");
    await fc.assert(
      fc.asyncProperty(field, values, async (name, parts) => {
        const value = parts.join("");
        const text = whereText(name, value);
        const sql = whereSql(parseWhere(text), columns);
        const others = [`${value}x`, `x${value}`, value.slice(1), value.replaceAll("*", "zz")];
        const table = [value, ...others.filter((other) => other !== value)].map(
          (one, at) => `(${String(at)}, ${literal(one)})`,
        );
        const reader = await connection.runAndReadAll(
          `SELECT n FROM (VALUES ${table.join(", ")}) t(n, "${name}") WHERE ${sql}`,
        );
        expect(reader.getRowsJS(), text).toEqual([[0]]);
      }),
      { numRuns: 500 },
    );
  });
});

/** Whether the engine takes an expression. */
const duckdb = async (source: string): Promise<boolean> => {
  try {
    await connection.runAndReadAll(`SELECT regexp_matches('x', ${literal(source)})`);
    return true;
  } catch {
    return false;
  }
};

describe("regular expressions", () => {
  const refused = [
    "*a",
    "a**",
    "a|*",
    "(*)",
    "a{2}{3}",
    "a{1001}",
    "a{3,2}",
    "(?<=a)b",
    "(?!a)",
    "(?>a)",
    "(?<n>a)",
    "(?P=n)",
    "(?#c)",
    "a)",
    "(a",
    "[a",
    "[]",
    "[z-a]",
    "[a-\\d]",
    "\\",
    "\\1",
    "\\8",
    "\\Z",
    "\\é",
    "\\xZZ",
    "(?i",
  ];
  const accepted = [
    "a*?",
    "a{,2}",
    "{",
    "a{",
    "[]a]",
    "[^]a]",
    "[a-]",
    "[-a]",
    "[[:alpha:]]",
    "[\\d-]",
    "(?i)a",
    "(?i:a)",
    "(?P<n>a)",
    "(?:a)",
    "\\Q(*\\E+",
    "\\x{61}\\x61\\pL\\p{Greek}\\_\\.\\012",
    "^*$",
    "a|",
    "()",
    "😀",
    "[😀-😂]",
  ];
  test.each(refused.map((source) => [source]))("refuses %s", async (source) => {
    expect(checkRegex(source)).toBeDefined();
    expect(await duckdb(source)).toBe(false);
  });
  test.each(accepted.map((source) => [source]))("takes %s", async (source) => {
    expect(checkRegex(source)).toBeUndefined();
    expect(await duckdb(source)).toBe(true);
  });

  test("agrees with the engine on what is an expression", async () => {
    const part = fc.constantFrom(
      ..."a|*+?(){}[]^-\\:.$1,2_dQEé😀".match(/./gu)!,
      "(?",
      "(?:",
      "(?i)",
      "(?P<n>",
      "[^",
      "\\d",
      "\\b",
      "{2}",
      "{1,3}",
      "[:alpha:]",
      "\\x41",
      "\\1",
    );
    const sources = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(sources, async (source) => {
        expect(checkRegex(source) === undefined, source).toBe(await duckdb(source));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("ipIn", () => {
  const cases: [string, string, boolean][] = [
    ["203.0.113.7", "203.0.113.0/24", true],
    ["203.0.114.7", "203.0.113.0/24", false],
    ["::ffff:203.0.113.7", "203.0.113.0/24", true],
    ["203.0.113.7", "::ffff:203.0.113.0/120", true],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:DB8:0::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["2001:db8::1", "0.0.0.0/0", false],
    ["203.0.113.7", "::/0", false],
    ["2001:db8::1", "::/0", true],
    ["2001:db8::1", "2001:db8::1/128", true],
    ["host", "::/0", false],
    ["", "::/0", false],
    ["1", "0.0.0.0/0", false],
    ["0x7f.1", "0.0.0.0/0", false],
    ["010.0.0.1", "0.0.0.0/0", false],
    ["256.0.0.1", "0.0.0.0/0", false],
  ];
  test.each(cases)("%s in %s: %s", (ip, cidr, inside) => expect(ipIn(ip, cidr)).toBe(inside));

  test("the engine's arithmetic agrees on IPv4", async () => {
    const octet = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 127, 128, 255));
    const ip = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
    const text = fc.oneof(
      ip,
      ip,
      fc.constantFrom(
        "1.2.3",
        "1.2.3.256",
        "01.2.3.4",
        " 1.2.3.4",
        "1.2.3.4.5",
        "1e1.2.3.4",
        "1.2.3.4\n",
        "+1.2.3.4",
        "a.b.c.d",
        "...",
      ),
    );
    const property = fc.asyncProperty(
      fc.array(text, { minLength: 5, maxLength: 20 }),
      ip,
      fc.nat(32),
      async (ips, base, bits) => {
        // Blocks around one of the addresses, so that many hit.
        for (const cidr of [
          `${base}/${String(bits)}`,
          ...ips
            .filter((one) => /^\d+(\.\d+){3}$/.test(one) && ipIn(one, "0.0.0.0/0"))
            .map((one) => `${one}/${String(bits)}`),
        ]) {
          const sql = whereSql(parseWhere(`client_ip=${cidr}`), columns);
          const reader = await connection.runAndReadAll(
            `SELECT client_ip FROM (VALUES ${ips.map((one) => `(${literal(one)})`).join(", ")}) t(client_ip) WHERE ${sql}`,
          );
          expect(reader.getRowsJS().map(([one]) => one)).toEqual(
            ips.filter((one) => ipIn(one, cidr)),
          );
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});
