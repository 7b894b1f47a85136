import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import * as fc from "../fast-check.js";
import { beforeAll, describe, expect, test } from "vitest";
import { ident, literal } from "../../src/engines/sql.js";

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("CREATE TABLE victim AS SELECT 42 AS answer");
});

async function values(sql: string): Promise<unknown[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJS()[0] ?? [];
}

async function survives(): Promise<void> {
  expect(await values("SELECT answer FROM victim")).toEqual([42]);
}

/** From real attack requests, and what has broken quoting elsewhere. */
const hostile = [
  "'; DROP TABLE victim; --",
  "' OR '1'='1",
  "'' OR 1=1 --",
  "\\'; DROP TABLE victim; --",
  "\\",
  "\\\\'",
  "'",
  "''",
  '"',
  '"; DROP TABLE victim; --',
  "/* ' */",
  "$$ DROP TABLE victim $$",
  "$1 ? :name",
  "a\0b",
  "\0",
  "\0\0'\0",
  "\x01\x1b[2J\x7f\x80\x9f",
  "line\r\nbreak\ttab",
  "\u2028\u2029\u202e\ufeff\u00a0",
  "\ufffd\uef41",
  "😀 ü 漢",
  "%_!",
  "E'\\x00'",
  "${jndi:ldap://x/a}",
  "x".repeat(100_000),
];

describe("literal, as text", () => {
  const cases: [Parameters<typeof literal>[0], string][] = [
    ["", "''"],
    ["it's", "'it''s'"],
    ["a\\", "'a\\'"],
    ["a\0b", "('a' || chr(0) || 'b')"],
    ["\0", "('' || chr(0) || '')"],
    [0, "0"],
    [-0, "0"],
    [-5, "(-5)"],
    [0.1, "1e-1"],
    [-0.25, "(-2.5e-1)"],
    [1e21, "1e+21"],
    [2 ** 53, "9.007199254740992e+15"],
    [NaN, "CAST('NaN' AS DOUBLE)"],
    [-Infinity, "CAST('-Infinity' AS DOUBLE)"],
    [18446744073709551615n, "18446744073709551615"],
    [-1n, "(-1)"],
    [true, "TRUE"],
    [false, "FALSE"],
    [null, "NULL"],
    [new Date(0), "TIMESTAMP '1970-01-01 00:00:00.000'"],
  ];
  test.each(cases)("%s → %s", (value, sql) => expect(literal(value)).toBe(sql));

  test.each([[2n ** 127n], [-(2n ** 127n) - 1n], [new Date(NaN)], [new Date(8.64e15)]])(
    "refuses %s",
    (value) => expect(() => literal(value)).toThrow(RangeError),
  );
});

describe("literal, on the engine", () => {
  test.each(hostile.map((text) => [text]))("text %#", async (text) => {
    expect(await values(`SELECT ${literal(text)}, length(${literal(text)})`)).toEqual([
      text,
      BigInt(Array.from(text).length),
    ]);
    expect(await values(`SELECT answer FROM victim WHERE ${literal(text)} = 'no'`)).toEqual([]);
    await survives();
  });

  test("any text comes back", async () => {
    const nasty = fc.constantFrom("'", '"', "\\", "\0", "\n", ";", "-", "/", "*", "$", "\u202e");
    const texts = fc.string({
      unit: fc.oneof(nasty, fc.string({ unit: "grapheme", maxLength: 1 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 20 }), async (list) => {
        expect(await values(`SELECT ${list.map(literal).join(", ")}`)).toEqual(list);
      }),
    );
    await survives();
  });

  test("any number comes back, in an expression too", async () => {
    const numbers = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger());
    await fc.assert(
      fc.asyncProperty(numbers, async (n) => {
        const sql = `SELECT CAST(${literal(n)} AS DOUBLE), CAST(0 - ${literal(n)} AS DOUBLE)`;
        const [same, negated] = await values(sql);
        expect(same).toBe(n === 0 ? 0 : n);
        expect(negated).toBe(Number.isNaN(n) ? NaN : 0 - n);
      }),
    );
  });

  test("any whole number up to 128 bits comes back", async () => {
    const most = 2n ** 127n - 1n;
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: -most - 1n, max: most }), async (n) => {
        expect(await values(`SELECT CAST(${literal(n)} AS HUGEINT)`)).toEqual([n]);
      }),
      { examples: [[most], [-most - 1n], [2n ** 63n], [-(2n ** 63n)]] },
    );
  });

  test("any instant from year 1 to 9999 comes back", async () => {
    const min = new Date("0001-01-01T00:00:00Z");
    const max = new Date("9999-12-31T23:59:59.999Z");
    await fc.assert(
      fc.asyncProperty(fc.date({ min, max, noInvalidDate: true }), async (date) => {
        expect(await values(`SELECT epoch_ms(${literal(date)})`)).toEqual([BigInt(date.getTime())]);
      }),
    );
  });

  test("booleans and null", async () => {
    expect(await values(`SELECT ${literal(true)}, ${literal(false)}, ${literal(null)}`)).toEqual([
      true,
      false,
      null,
    ]);
  });
});

describe("ident", () => {
  const names = hostile.filter((name) => !name.includes("\0"));

  test.each(names.map((name) => [name]))("name %#", async (name) => {
    const reader = await connection.runAndReadAll(`SELECT 1 AS ${ident(name)}`);
    expect(reader.columnNames()).toEqual([name]);
    expect(await values(`SELECT ${ident(name)} FROM (SELECT 7 AS ${ident(name)})`)).toEqual([7]);
    await survives();
  });

  test("reserved words", async () => {
    expect(await values(`SELECT ${ident("user")} FROM (SELECT 1 AS ${ident("user")})`)).toEqual([
      1,
    ]);
  });

  test.each([[""], ["a\0b"]])("refuses %j", (name) => {
    expect(() => ident(name)).toThrow(RangeError);
  });
});
