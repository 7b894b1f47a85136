import { spawn } from "node:child_process";
import { PassThrough, Writable } from "node:stream";
import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { writeRows, type RowFormat, type RowOptions, type RowSet } from "../../src/outputs/rows.js";
import { streamSink, type Sink } from "../../src/outputs/sink.js";
import { isoTime, jsonText, type Value } from "../../src/outputs/values.js";
import { Problem } from "../../src/problems/problem.js";

const columns: RowSet["columns"] = [
  { name: "client_ip", type: "ip" },
  { name: "requests", type: "int" },
  { name: "share", type: "float" },
  { name: "time", type: "time" },
  { name: "path", type: "text" },
];
const rows: Value[][] = [
  ["203.0.113.7", 45871n, 0.852, new Date("2024-10-05T01:00:00Z"), "=a|b,c"],
  ["::1", 2n ** 60n, -1, 1728090000123456n, null],
];

async function written(format: RowFormat, set: RowSet, options?: RowOptions): Promise<string> {
  let text = "";
  const sink: Sink = {
    write: async (part) => {
      text += part;
      return true;
    },
  };
  expect(await writeRows(format, set, sink, options)).toBe(true);
  return text;
}

async function* slow(): AsyncGenerator<Value[]> {
  for (let n = 0; n < 3; n++) {
    await Promise.resolve();
    yield [n];
  }
}

describe("writeRows", () => {
  test("json", async () => {
    const text = await written("json", { columns, rows }, { document: { lines: 3n, note: "x" } });
    expect(JSON.parse(text)).toEqual({
      schema_version: 1,
      lines: 3,
      note: "x",
      columns,
      rows: [
        {
          client_ip: "203.0.113.7",
          requests: 45871,
          share: 0.852,
          time: "2024-10-05T01:00:00Z",
          path: "=a|b,c",
        },
        {
          client_ip: "::1",
          requests: "1152921504606846976",
          share: -1,
          time: "2024-10-05T01:00:00.123456Z",
          path: null,
        },
      ],
    });
    expect(text.split("\n")).toHaveLength(5);
    expect(text.startsWith('{"schema_version":1,"lines":3,"note":"x","columns":[')).toBe(true);
  });

  test("json without rows", async () => {
    expect(await written("json", { columns: [], rows: [] })).toBe(
      '{"schema_version":1,"columns":[],"rows":[]}\n',
    );
  });

  test("jsonl, with and without nulls", async () => {
    const some = { columns: columns.slice(3), rows: rows.map((row) => row.slice(3)) };
    expect(await written("jsonl", some)).toBe(
      '{"time":"2024-10-05T01:00:00Z","path":"=a|b,c"}\n' +
        '{"time":"2024-10-05T01:00:00.123456Z","path":null}\n',
    );
    expect(await written("jsonl", some, { omitNull: true })).toContain('.123456Z"}\n');
  });

  test("csv", async () => {
    expect(await written("csv", { columns, rows })).toBe(
      "client_ip,requests,share,time,path\n" +
        '203.0.113.7,45871,0.852,2024-10-05T01:00:00Z,"\'=a|b,c"\n' +
        "::1,1152921504606846976,-1,2024-10-05T01:00:00.123456Z,\n",
    );
  });

  test("csv tells missing from empty, and numbers from text", async () => {
    const set: RowSet = {
      columns: [
        { name: "=name", type: "text" },
        { name: "n", type: "int" },
        { name: "list", type: "json" },
        { name: "ok", type: "bool" },
      ],
      rows: [
        ["", "-5", ["a", 1n], true],
        [null, "=5", { a: null }, false],
        ["-5", -5, null, null],
      ],
    };
    expect(await written("csv", set)).toBe(
      `'=name,n,list,ok\n"",-5,"[""a"",1]",true\n,'=5,"{""a"":null}",false\n'-5,-5,,\n`,
    );
    const one = { columns: [{ name: "a", type: "text" as const }], rows: [[null]] };
    expect(await written("csv", one)).toBe('a\n""\n');
  });

  test("csv on a terminal is safe to look at", async () => {
    const set: RowSet = { columns: [{ name: "ua", type: "text" }], rows: [["\x1b[2J,\n"]] };
    expect(await written("csv", set)).toBe('ua\n"\x1b[2J,\n"\n');
    expect(await written("csv", set, { terminal: true })).toBe('ua\n"\\x1B[2J,\\x0A"\n');
  });

  test("markdown", async () => {
    expect(await written("markdown", { columns, rows })).toBe(
      "| client&#95;ip | requests | share | time | path |\n" +
        "| --- | ---: | ---: | --- | --- |\n" +
        "| 203.0.113.7 | 45871 | 0.852 | 2024-10-05T01:00:00Z | =a&#124;b,c |\n" +
        "| ::1 | 1152921504606846976 | -1 | 2024-10-05T01:00:00.123456Z |  |\n",
    );
  });

  test("columns of one name stay apart in JSON", async () => {
    const set: RowSet = {
      columns: ["a", "a", "a_2", "__proto__"].map((name) => ({ name, type: "int" })),
      rows: [[1, 2, 3, 4]],
    };
    expect(await written("jsonl", set)).toBe('{"a":1,"a_3":2,"a_2":3,"__proto__":4}\n');
  });

  test("rows may come one after another", async () => {
    const set: RowSet = { columns: [{ name: "n", type: "int" }], rows: slow() };
    expect(await written("csv", set)).toBe("n\n0\n1\n2\n");
  });

  test("any rows are JSON lines that read back, and rows of CSV", async () => {
    const text = fc.string({ unit: "binary" });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, fc.option(fc.double()), text)), async (list) => {
        const set: RowSet = {
          columns: [
            { name: "a", type: "text" },
            { name: "b", type: "float" },
            { name: "c", type: "text" },
          ],
          rows: list,
        };
        const lines = (await written("jsonl", set)).split("\n").slice(0, -1);
        expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
          list.map(([a, b, c]) => ({
            a,
            b: b === null || !Number.isFinite(b) ? null : JSON.parse(JSON.stringify(b)),
            c,
          })),
        );
        const unquoted = (await written("csv", set)).replaceAll(/"(?:[^"]|"")*"/g, "q");
        const cells = unquoted
          .split("\n")
          .slice(0, -1)
          .map((line) => line.split(",").length);
        expect(cells).toEqual(Array.from({ length: list.length + 1 }, () => 3));
      }),
    );
  });
});

describe("values", () => {
  const json: [value: Value, text: string][] = [
    [9007199254740991n, "9007199254740991"],
    [9007199254740992n, '"9007199254740992"'],
    [-9007199254740992n, '"-9007199254740992"'],
    [NaN, "null"],
    [-Infinity, "null"],
    [undefined, "null"],
    [new Date(0), '"1970-01-01T00:00:00Z"'],
    [new Date(NaN), "null"],
    ['\x9b\u202e\u2028\x7f"', '"\\u009b\\u202e\\u2028\\u007f\\""'],
    ["\ud800", '"\\ud800"'],
    [{ a: undefined, b: [null, true] }, '{"b":[null,true]}'],
    ["plain", '"plain"'],
  ];
  test.each(json)("%s as JSON", (value, text) => expect(jsonText(value)).toBe(text));

  const times: [time: Date | bigint, iso: string][] = [
    [0n, "1970-01-01T00:00:00Z"],
    [1n, "1970-01-01T00:00:00.000001Z"],
    [-1n, "1969-12-31T23:59:59.999999Z"],
    [1_500_000n, "1970-01-01T00:00:01.500Z"],
    [new Date(1500), "1970-01-01T00:00:01.500Z"],
  ];
  test.each(times)("%s as time", (time, iso) => expect(isoTime(time)).toBe(iso));

  const engine: [text: Value, iso: string][] = [
    ["2013-05-22 10:00:00", '"2013-05-22T10:00:00Z"'],
    ["2013-05-22 10:00:00.120", '"2013-05-22T10:00:00.120Z"'],
    ["2013-05-22 10:00:00.1234", '"2013-05-22T10:00:00.123400Z"'],
    ["2013-05-22T10:00:00.000Z", '"2013-05-22T10:00:00Z"'],
    ["later", '"later"'],
  ];
  test.each(engine)("%s from an engine", async (text, iso) => {
    const set: RowSet = { columns: [{ name: "t", type: "time" }], rows: [[text]] };
    expect(await written("jsonl", set)).toBe(`{"t":${iso}}\n`);
  });
});

function* counting(seen: { rows: number; ended: boolean }): Generator<Value[]> {
  try {
    for (;;) {
      seen.rows += 1;
      yield ["x".repeat(1000)];
    }
  } finally {
    seen.ended = true;
  }
}

describe("streamSink", () => {
  test("waits for a slow reader", async () => {
    const stream = new PassThrough({ highWaterMark: 1024 });
    const seen = { rows: 0, ended: false };
    const set: RowSet = { columns: [{ name: "t", type: "text" }], rows: counting(seen) };
    const done = writeRows("jsonl", set, streamSink(stream));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.rows).toBeLessThan(300);
    stream.destroy();
    expect(await done).toBe(false);
    expect(seen.ended).toBe(true);
  });

  test("a reader that goes away ends it quietly", async () => {
    const child = spawn("head", ["-n", "1"], { stdio: ["pipe", "pipe", "inherit"] });
    const seen = { rows: 0, ended: false };
    const set: RowSet = { columns: [{ name: "t", type: "text" }], rows: counting(seen) };
    expect(await writeRows("csv", set, streamSink(child.stdin))).toBe(false);
    expect(seen.ended).toBe(true);
  });

  test("a stream that is closed already takes nothing", async () => {
    const stream = new PassThrough();
    stream.destroy();
    expect(await streamSink(stream).write("x")).toBe(false);
    const ended = new PassThrough();
    ended.end();
    expect(await streamSink(ended).write("x")).toBe(false);
  });

  test("a stream that closes without an answer ends the wait", async () => {
    const stream = new Writable({ write() {} });
    const sink = streamSink(stream);
    const answer = sink.write("x");
    stream.destroy();
    expect(await answer).toBe(false);
    expect(await sink.write("x")).toBe(false);
  });

  test("a full disk is a Problem that names the place", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
    });
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(full) });
    const sink = streamSink(stream, "out.json");
    const problem: unknown = await sink.write("x").catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: "disk-full", where: "out.json" });
    await expect(sink.write("y")).rejects.toThrow(Problem);
  });

  test("so is any other failure", async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error("boom")) });
    await expect(streamSink(stream).write("x")).rejects.toMatchObject({ code: "output-failed" });
  });
});
