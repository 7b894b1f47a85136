import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { culprit, folder, type Result, type Surroundings } from "./culprit.js";
import { log } from "./logs.js";

beforeAll(() => {
  log("a.log", [{}, {}, "not a line"]);
  log("odd.log", ["hello", "", "world"]);
  mkdirSync(path.join(folder, "empty"));
  writeFileSync(path.join(folder, "file"), "");
});

const C = ["--format", "combined"];

interface Case {
  argv: string[];
  code: 2 | 3;
  /** What the message must say, anywhere in it. */
  says: RegExp[];
  io?: Surroundings;
}

const usage = (argv: string[], ...says: RegExp[]): Case => ({ argv, code: 2, says });
const input = (argv: string[], ...says: RegExp[]): Case => ({ argv, code: 3, says });
const report = (...more: string[]): string[] => ["report", "a.log", ...C, ...more];
const sql = (query: string): string[] => ["sql", query, "a.log", ...C];

/** One message: what went wrong, then where, why and the mend, once each. */
function expectOneMessage({ code, out, err, left }: Result, { code: wanted, says }: Case): void {
  expect(err).not.toMatch(/bug in culprit|^\s+at /m);
  expect(err.match(/^culprit: /gm)).toHaveLength(1);
  expect(err).toMatch(/^culprit: \S/);
  expect(err).toMatch(/^ {2}help: {2}\S/m);
  for (const pattern of says) expect(err).toMatch(pattern);
  expect({ code, out, left }).toEqual({ code: wanted, out: "", left: [] });
}

describe("the command line", () => {
  test.each<Case>([
    usage(["reprot", "a.log"], /no command "reprot"/, /Did you mean culprit report\?/),
    usage(["help", "reprot"], /no command "reprot"/, /Did you mean culprit report\?/),
    usage(["constructor"], /no command "constructor"/),
    usage(["report", "a.log", "--formatt", "x"], /unknown option '--formatt'/i, /--format\?/),
    usage(["report", "a.log", "-n"], /argument missing/),
    usage(["top"], /missing required argument 'fields'/i, /help: {2}culprit help top/),
    usage(["formats", "s3", "alb"], /too many arguments/i),
    usage(report("--color", "blue"), /--color/, /auto, always, never/),
    usage(report("--fail-on", "never"), /--fail-on/, /any, low, medium, high/),
    usage(["activity", "a.log", "--every", "2h"], /--every/, /1m, 5m, 15m, 1h/),
    usage(["report", "a.log", "--dialect", "iis", "--log-format", "%h"], /--dialect/),
    usage(report("--dialect", "nginx"), /--dialect/, /--log-format/),
    usage(report("--map", "path=p"), /--map/, /jsonl/),
    usage(["report", "a.log", "--format", "combind"], /no format combind/, /combined\?/),
    usage(["report", "a.log", "--format", "constructor"], /no format constructor/),
    usage(report("--log-format", "%h %u"), /name two formats/),
    usage(["report", "a.log", "--log-format", "%h %Q"], /%Q/),
    usage(["formats", "combind"], /no format combind/),
    usage(["top", "client_pi", "a.log", ...C], /no field client_pi/, /client_ip\?/),
    usage(["top", "client_ip,", "a.log", ...C], /field has no name/),
    usage(["top", "a.log", "b.log"], /no field a\.log/, /source, and those come after/),
    usage(["top", "constructor", "a.log", ...C], /no field constructor/),
    usage(["top", "extra", "a.log", ...C], /no field extra/),
    usage(["top", "path", "a.log", "--by", "byte"], /rank by byte/, /bytes_sent/),
    usage(["top", "path", "a.log", "--by", "toString"], /rank by toString/),
    usage(["parse", "a.log", ...C, "--columns", "time,stauts"], /no field stauts/, /status\?/),
    usage(report("-n", "0"), /--limit/, /whole number from 1/),
    usage(report("-n", "ten"), /--limit/),
    usage(report("--memory", "lots"), /--memory lots/, /512MB/),
    usage(report("--memory", "1MB"), /--memory 1MB/, /128MB/),
    usage(report("--max-rejects", "110"), /--max-rejects 110/, /percentage/),
    usage(report("--max-rejects", ""), /--max-rejects/, /percentage/),
    usage(report("--tz", "Europe/Berln"), /Europe\/Berln/, /Europe\/Berlin\?/),
    usage(report("--log-tz", "Mars"), /Mars/),
    usage(report("-o", "out.xls"), /-o out\.xls/, /\.csv/),
    usage(report("-o", "out"), /-o out\b/),
    usage(report("--json", "--csv"), /--json --csv/, /one form/),
    usage(["report"], /nothing to read/i, /access\.log/),
    usage(["sql", "a.log"], /nothing to read/i),
    usage(["report", ""], /empty text/),
    usage(["report", "http://x.example/a.log"], /cannot read from this source/, /curl/),
    { ...usage(["report", "-"], /keyboard/, /zcat/), io: { stdinIsTTY: true } },
  ])("$argv", async (wanted) => {
    expectOneMessage(await culprit(wanted.argv, wanted.io), wanted);
  });

  test("no command at all shows the commands on stderr", async () => {
    const { code, out, err } = await culprit([]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/Commands:\n {2}report/);
  });
});

describe("filters, times and derived columns", () => {
  test.each<Case>([
    usage(report("-w", "status"), /not compared/, /\^/),
    usage(report("-w", "stauts=5xx"), /stauts/, /status/, /\^{6}/),
    usage(report("-w", "status=abc"), /whole number/, /\^\^\^/),
    usage(report("-w", "path~("), /\^/),
    usage(report("-w", "time>soon"), /soon/),
    usage(report("--since", "yesteryear"), /yesteryear/),
    usage(report("--until", "2026-02-30"), /2026-02-30/),
    usage(report("--range", "2026-11-05..2026-11-01"), /ends before it starts/),
    usage(report("--range", "-2h..-1h", "--since", "-1h"), /same thing twice/),
    usage(report("--since", "2026-11-05", "--until", "2026-11-01"), /ends before it begins/),
    usage(report("--derive", "x"), /--derive x/, /name=column~regex/),
    usage(report("--derive", "x=cokie~(a)"), /cokie is not a text column/, /cookie\?/),
    usage(report("--derive", "x=status~(a)"), /status is not a text column/),
    usage(report("--derive", "x=constructor~(a)"), /constructor is not a text column/),
    usage(report("--derive", "x=path~a"), /no group/),
    usage(report("--derive", "x=path~\\(a\\)"), /no group/),
    usage(report("--derive", "x=path~(?:a)[(]"), /no group/),
    usage(report("--derive", "x=path~(a"), /\^/),
    usage(report("--derive", "x=path~(?=a)(b)"), /lookahead/, /\^/),
    usage(report("--derive", "status=path~(a)"), /status is a column .* no text/),
    usage(report("--derive", "reason=path~(a)"), /name reason is taken/),
    usage(["report", "a.log", "--format", "jsonl", "--map", "nope=x"], /--map nope=x/),
    usage(["report", "a.log", "--format", "jsonl", "--map", "constructor=x"], /--map/),
  ])("$argv", async (wanted) => {
    expectOneMessage(await culprit(wanted.argv), wanted);
  });
});

describe("sources and results", () => {
  test.each<Case>([
    input(["report", "acces.log", ...C], /no such file/, /where: acces\.log/),
    input(["report", "b.log", ...C], /no such file/, /did you mean .*a\.log/),
    input(["report", "nowhere/a.log", ...C], /no such file/, /no folder nowhere/),
    input(["report", "file/a.log", ...C], /file is a file, not a folder/),
    input(["report", "*.nope", ...C], /no file matches this glob/, /where: \*\.nope/),
    input(["report", "empty", ...C], /empty/),
    input(["report", "/dev/null", ...C], /device/),
    input(["report", "odd.log"], /No line of odd\.log can be read/, /odd\.log:1\n {9}hello/),
    input(
      ["report", "odd.log", ...C],
      /None of the 2 lines could be read/,
      /odd\.log:1\n {9}hello/,
    ),
    input(report("--max-rejects", "10"), /1 of 3 lines/, /a\.log:3\n {9}not a line/),
    usage(report("-o", "none/out.json"), /no folder .*none/, /where: -o none\/out\.json/),
    usage(report("-o", "empty", "--json"), /It is a folder/),
    usage(report("--rejects", "none/bad.log"), /no folder .*none/, /--rejects/),
    usage(["parse", "a.log", ...C, "--csv", "-o", "a.log"], /place of the log/, /where: a\.log/),
    usage(["parse", "a.log", ...C, "--rejects", "./empty/../a.log"], /place of the log/),
    { ...usage(report(), /temporary files/, /TMPDIR/), io: { env: { TMPDIR: "/nonexistent" } } },
  ])("$argv", async (wanted) => {
    expectOneMessage(await culprit(wanted.argv, wanted.io), wanted);
  });

  test("a reject of too many is kept where --rejects says", async () => {
    const { code } = await culprit(report("--max-rejects", "1", "--rejects", "kept.log"));
    expect(code).toBe(3);
    const { out } = await culprit(["parse", "kept.log", ...C]);
    expect(JSON.parse(out)).toMatchObject({ raw: "not a line" });
  });

  test("parse shows what it cannot read and still says so by its exit code", async () => {
    const { code, out, left } = await culprit(["parse", "odd.log", "--jsonl"]);
    expect(out.split("\n")).toHaveLength(4);
    expect({ code, left }).toEqual({ code: 3, left: [] });
  });
});

describe("SQL", () => {
  test.each<Case>([
    usage(sql(""), /no SQL/),
    usage(sql(" ; -- nothing"), /no SQL/),
    usage(sql("SELEC 1"), /syntax error/),
    usage(sql("SELECT nope FROM requests"), /nope/),
    usage(sql("SELECT * FROM nope"), /nope/),
    usage(sql("SELECT 1; SELECT 2"), /one query can be run at a time/),
    usage(sql("SELECT CAST(path AS INT) FROM requests"), /Conversion Error/),
    usage(sql("SELECT ?"), /parameter/),
    ...[
      "INSERT INTO requests VALUES (1)",
      "CREATE TABLE t AS SELECT 1",
      "DROP VIEW requests",
      "COPY (SELECT 1) TO 'evil.csv'",
      "EXPLAIN ANALYZE COPY (SELECT 1) TO 'evil.csv'",
      "EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1",
      "/* x */ EXPLAIN (FORMAT json) DROP VIEW requests",
      "ATTACH ':memory:' AS x",
      "SET threads = 1",
      "SET VARIABLE a = 1",
      "USE memory",
      "INSTALL httpfs",
      "LOAD httpfs",
      "EXPORT DATABASE 'x'",
      "CALL enable_logging()",
      "SELECT * FROM enable_logging(storage = 'file', storage_path = 'evil')",
      "PREPARE p AS SELECT 1",
      "BEGIN",
    ].map((query) =>
      usage(sql(query), /SELECT is allowed|no other file|cannot be run|cannot be understood/),
    ),
    ...["read_csv", "read_text", "read_blob", "read_parquet", "read_json", "glob", "sniff_csv"].map(
      (name) => usage(sql(`SELECT * FROM ${name}('/etc/passwd')`), /no other file/),
    ),
    usage(sql("FROM '/etc/passwd'"), /\/etc\/passwd/),
    usage(sql("SELECT * FROM read_text('../*')"), /no other file/),
  ])("$argv", async (wanted) => {
    expectOneMessage(await culprit(wanted.argv), wanted);
  });

  test.each([
    "SELECT 1 AS a",
    "SELECT 1 AS a; -- a comment",
    "FROM (VALUES (1)) AS t(a)",
    "WITH t AS (SELECT 1 AS a) TABLE t",
    "DESCRIBE requests",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT ';' AS a -- semicolon",
  ])("runs %s", async (query) => {
    expect(await culprit(sql(query))).toMatchObject({ code: 0, left: [] });
  });
});
