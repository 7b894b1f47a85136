import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import stringWidth from "string-width";
import { beforeAll, describe, expect, test } from "vitest";
import { culprit, folder, jsonLines, type Surroundings } from "./culprit.js";
import { log, random } from "./logs.js";

/** Text that attacks whoever looks at it, as Apache writes it into a log. */
const HOSTILE = {
  escape: "\\x1b[2J\\x1b]0;owned\\x07",
  formula: "=cmd|' /C calc'!A1",
  html: "<script>alert(1)</script>",
  newline: "a\\nculprit: 0 rejected",
  bidi: "\u202Egnp.exe\u2066",
  markdown: "| x | [a](http://evil.example) ```",
  separators: "a,b;c\td",
};

beforeAll(() => {
  const next = random(5);
  const hits = Array.from({ length: 120 }, (_, at) => ({
    ip: at % 3 === 0 ? "198.51.100.7" : `2001:db8::${next(20).toString(16)}`,
    time: new Date(Date.UTC(2026, 10, 5, at % 9, next(60))).toISOString(),
    target: `/shop/${"category/".repeat(next(9))}item-${next(30)}?q=1`,
    status: [200, 200, 404, 503][next(4)] ?? 200,
    bytes: next(1_000_000),
    agent: next(2) === 0 ? "curl/8.5.0" : `Mozilla/5.0 (X11; Linux x86_64) Gecko/${next(5)}`,
    referrer: next(3) === 0 ? "-" : "https://www.example.com/a/long/way/to/the/page.html",
  }));
  log("a.log", [...hits, "not a line", ""]);
  const values = Object.values(HOSTILE);
  log(
    "hostile.log",
    values.flatMap((text, at) => [
      {
        target: `/${text.replaceAll(" ", "%20")}`,
        agent: text,
        referrer: text,
        ip: "203.0.113.7",
        bytes: at,
      },
      {
        method: "GET",
        target: text.replaceAll(" ", "%20"),
        agent: `=${text}`,
        ip: `h${at}.example`,
      },
    ]),
  );
});

const COMMANDS: readonly string[][] = [
  ["report"],
  ["top", "client_ip,path", "-n", "7"],
  ["activity"],
  ["parse"],
  ["sql", "SELECT status, count(*) AS n, max(time) AS last FROM requests GROUP BY 1 ORDER BY 1"],
];
const withSource = ([name = "", ...rest]: readonly string[], source = "a.log"): string[] => {
  const positional = name === "top" || name === "sql" ? rest.slice(0, 1) : [];
  return [name, ...positional, source, "--format", "combined", ...rest.slice(positional.length)];
};

/** RFC 4180, read strictly: quotes only around a whole cell, doubled inside. */
function csv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let rest = text;
  while (rest !== "") {
    const [all = "", quoted, plain = "", end = ""] =
      /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n)/.exec(rest) ?? [];
    if (all === "") throw new Error(`no CSV: ${rest.slice(0, 80)}`);
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ",") {
      rows.push(row);
      row = [];
    }
    rest = rest.slice(all.length);
  }
  return rows;
}

describe.each(COMMANDS.map((words) => ({ name: words[0] ?? "", words })))(
  "$name",
  ({ name, words }) => {
    test("--json is one document that round-trips", async () => {
      const { out, code } = await culprit([...withSource(words), "--json"]);
      const document = JSON.parse(out) as Record<string, unknown>;
      expect(code).toBe(0);
      expect(document).toMatchObject({ schema_version: 1 });
      expect(JSON.parse(JSON.stringify(document))).toEqual(document);
      const same = await culprit([...withSource(words), "-o", `${name}.json`]);
      expect(same.out).toBe("");
      expect(readFileSync(path.join(folder, `${name}.json`), "utf8")).toBe(out);
    });

    test("--jsonl, --csv, Parquet and Markdown have the same rows", async () => {
      const jsonl = await culprit([...withSource(words), "--jsonl"]);
      const rows = jsonLines(jsonl.out).filter((row) => !("rejected" in row) && !("blank" in row));
      const comma = await culprit([...withSource(words), "--csv"]);
      const [header = [], ...cells] = csv(comma.out);
      expect(cells).toHaveLength(rows.length);
      cells.forEach((cell, at) => {
        const row = Object.fromEntries(header.map((title, column) => [title, cell[column]]));
        for (const [title, value] of Object.entries(rows[at] ?? {})) {
          if (typeof value === "number") expect(Number(row[title])).toBe(value);
          else if (typeof value === "string") expect(row[title]?.replace(/^'/, "")).toBe(value);
        }
      });
      for (const [end, text] of [
        ["csv", comma.out],
        ["jsonl", jsonl.out],
      ] as const) {
        await culprit([...withSource(words), "-o", `x.${end}`]);
        expect(readFileSync(path.join(folder, `x.${end}`), "utf8")).toBe(text);
      }
      await culprit([...withSource(words), "-o", `${name}.parquet`]);
      const instance = await DuckDBInstance.create(":memory:");
      const connection = await instance.connect();
      const file = path.join(folder, `${name}.parquet`);
      const read = await connection.runAndReadAll(`FROM read_parquet('${file}')`);
      expect(read.columnNames()).toEqual(header);
      expect(read.getRowsJson()).toHaveLength(rows.length);
      connection.closeSync();
      instance.closeSync();
      await culprit([...withSource(words), "-o", `${name}.md`]);
      const markdown = readFileSync(path.join(folder, `${name}.md`), "utf8");
      if (name === "report") expect(markdown).toMatch(/^```text\n[^]*\n```\n$/);
      else
        expect(markdown.split("\n").filter((line) => line.startsWith("| "))).toHaveLength(
          rows.length + 2,
        );
      expect(readdirSync(folder).filter((file_) => file_.endsWith(".draft"))).toEqual([]);
    });

    test.each([40, 57, 80, 100, 200])("at most %i columns wide", async (width) => {
      if (name === "parse") return;
      for (const surroundings of [{ env: { COLUMNS: String(width) } }, { terminal: width }]) {
        const { out } = await culprit(withSource(words), surroundings);
        const wide = out.split("\n").filter((line) => stringWidth(line) > width);
        // What stands there to be pasted stays whole, and so do addresses and numbers.
        expect(
          wide.filter((line) => !/^ {11}culprit |^ *(?:[\da-f]+[.:]){3}|client_ip/.test(line)),
        ).toEqual([]);
        if (width >= 80) expect(wide.filter((line) => !/^ {11}culprit /.test(line))).toEqual([]);
      }
    });

    test.each<[surroundings: Surroundings, flags: string[], coloured: boolean]>([
      [{}, [], false],
      [{ terminal: 100 }, [], true],
      [{ terminal: 100, env: { NO_COLOR: "1" } }, [], false],
      [{ terminal: 100, env: { TERM: "dumb" } }, [], false],
      [{ terminal: 100 }, ["--color", "never"], false],
      [{ env: { NO_COLOR: "1" } }, ["--color", "always"], true],
      [{ env: { FORCE_COLOR: "1" } }, [], true],
    ])("colour %j %j: %s", async (surroundings, flags, coloured) => {
      const { out } = await culprit([...withSource(words), ...flags], surroundings);
      expect(out.includes("\u001b[")).toBe(coloured && name !== "parse");
    });

    test("--ascii says nothing else itself", async () => {
      for (const how of [
        { flags: ["--ascii"], env: {} },
        { flags: [], env: { LC_ALL: "C" } },
      ]) {
        const { out } = await culprit([...withSource(words), ...how.flags], { env: how.env });
        expect(out).toMatch(/^[\n -~]*$/);
      }
    });

    test.each<[kind: string, flags: string[], surroundings: Surroundings]>([
      ["text", [], {}],
      ["a terminal", [], { terminal: 120 }],
      ["everything", ["--wide"], {}],
      ["JSON", ["--json"], {}],
      ["JSON lines", ["--jsonl"], {}],
      ["CSV on a terminal", ["--csv"], { terminal: 120 }],
    ])("hostile text is inert in %s", async (_kind, flags, surroundings) => {
      const all =
        name === "sql"
          ? ["sql", "FROM requests"]
          : name === "top"
            ? ["top", "path,user_agent,referrer", "-n", "99"]
            : words;
      const { out, err } = await culprit(
        [...withSource(all, "hostile.log"), "--color", "never", ...flags],
        surroundings,
      );
      const seen = out.replaceAll(
        flags.includes("--json") || flags.includes("--jsonl") ? /[\n]/g : /\n/g,
        "",
      );
      expect(seen).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(err).not.toMatch(/[\p{Cf}]|(?!\n)\p{Cc}/u);
      expect(out).not.toMatch(/^culprit: 0 rejected/m);
    });

    test("hostile text is inert in CSV and Markdown files", async () => {
      const all =
        name === "sql"
          ? ["sql", "FROM requests"]
          : name === "top"
            ? ["top", "path,user_agent,referrer", "-n", "99"]
            : words;
      const { out } = await culprit([...withSource(all, "hostile.log"), "--csv"]);
      for (const cell of csv(out).flat()) expect(cell).not.toMatch(/^[=@+\t]|^-(?!\d)/);
      await culprit([...withSource(all, "hostile.log"), "-o", "hostile.md"]);
      const markdown = readFileSync(path.join(folder, "hostile.md"), "utf8");
      expect(markdown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      if (name === "report") {
        const [fence = ""] = markdown.split("\n");
        expect(
          markdown.split("\n").filter((line) => line.trim() === fence.replace("text", "")),
        ).toHaveLength(1);
      } else {
        expect(markdown).not.toMatch(/<script|\]\(http|`/);
        const columns = markdown.split("\n").map((line) => line.split(" | ").length);
        expect(new Set(columns.slice(0, -1)).size).toBe(1);
      }
    });
  },
);

describe("files", () => {
  test("a result takes the place of the last one only when it is whole", async () => {
    await culprit([...withSource(["parse"]), "-o", "whole.csv"]);
    const before = readFileSync(path.join(folder, "whole.csv"), "utf8");
    const { code } = await culprit([
      ...withSource(["sql", "SELECT error('stop') FROM requests"]),
      "-o",
      "whole.csv",
    ]);
    expect(code).toBe(2);
    expect(readFileSync(path.join(folder, "whole.csv"), "utf8")).toBe(before);
  });

  test("a device is written as it is", async () => {
    const { code } = await culprit([...withSource(["parse"]), "--csv", "-o", "/dev/null"]);
    expect(code).toBe(0);
    expect(existsSync("/dev/null")).toBe(true);
  });

  test("times keep their microseconds, and large numbers their digits", async () => {
    const jsonl =
      '{"time":"2026-11-05T10:00:00.123456Z","client_ip":"203.0.113.7","status":200,"path":"/","bytes_sent":9007199254740993}';
    log("micro.jsonl", [jsonl]);
    const select = ["sql", "SELECT time, bytes_sent FROM requests", "micro.jsonl"];
    expect((await culprit([...select, "--csv"])).out).toBe(
      "time,bytes_sent\n2026-11-05T10:00:00.123456Z,9007199254740993\n",
    );
    const parsed = await culprit(["parse", "micro.jsonl", "--columns", "time,bytes_sent", "--csv"]);
    expect(parsed.out).toBe("time,bytes_sent\n2026-11-05T10:00:00.123456Z,9007199254740993\n");
    const { out } = await culprit(["parse", "micro.jsonl"]);
    expect(out).toContain('"time":"2026-11-05T10:00:00.123456Z"');
  });

  test("values of every type that SQL knows", async () => {
    const query = `SELECT 1 AS a, 2 AS a, DATE '2026-11-05' AS day, TIME '10:00:00' AS clock, INTERVAL 90 MINUTE AS span,
      1.25 AS exact, 1e300 AS float, 'NaN'::DOUBLE AS nan, [1, NULL] AS list, {'x': 'y'} AS struct, MAP {'k': 1} AS map,
      true AS bool, NULL AS missing, '\\xAA'::BLOB AS bytes, TIMESTAMPTZ '2026-11-05 10:00:00+02' AS zoned,
      170141183460469231731687303715884105727::HUGEINT AS huge`;
    const { out, code } = await culprit([...withSource(["sql", query]), "--jsonl"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      a: 1,
      a_2: 2,
      day: "2026-11-05",
      clock: "10:00:00",
      span: "01:30:00",
      exact: 1.25,
      float: 1e300,
      nan: null,
      list: [1, null],
      struct: { x: "y" },
      map: { k: 1 },
      bool: true,
      missing: null,
      bytes: "\\xAA",
      zoned: "2026-11-05T08:00:00Z",
      huge: "170141183460469231731687303715884105727",
    });
    for (const shape of ["--csv", "--json"]) {
      expect(await culprit([...withSource(["sql", query]), shape])).toMatchObject({ code: 0 });
    }
    const text = await culprit([...withSource(["sql", query]), "--wide"]);
    expect(text.out).toContain("01:30:00");
  });

  test("formats in every shape", async () => {
    const { out } = await culprit(["formats", "--json"]);
    expect((JSON.parse(out) as { rows: unknown[] }).rows.length).toBeGreaterThan(5);
    for (const argv of [
      ["formats", "--csv"],
      ["formats", "--fields"],
      ["formats", "combined"],
    ]) {
      expect(await culprit(argv)).toMatchObject({ code: 0, err: "" });
    }
    expect(await culprit(["formats", "-o", "formats.parquet"])).toMatchObject({ code: 2 });
  });
});
