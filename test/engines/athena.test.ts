import path from "node:path";
import { describe, expect, test } from "vitest";
import { Folder } from "../../src/store/folder.js";
import { readLedger } from "../../src/store/ledger.js";
import { culprit, folder } from "../cli/culprit.js";
import { makeLake } from "./lake.js";
import type { Run } from "./athena/fake.js";
import { BUCKET, openAthena as open, openKeepingAthena } from "./athena/open.js";

const numbers =
  (count: number): Run =>
  () =>
    Promise.resolve({
      columns: [{ name: "n", type: "bigint" }],
      rows: Array.from({ length: count }, (_, at) => [String(at)]),
    });

describe("Athena's protocol", () => {
  test("every page is read, without the row of names", async () => {
    const { engine, fake } = await open(numbers(2500));
    const rows = await engine.rows("SELECT n");
    expect(rows).toEqual(Array.from({ length: 2500 }, (_, n) => ({ n })));
    const [execution] = fake.executions.values();
    expect(execution?.request).toMatchObject({
      QueryString: "SELECT n",
      WorkGroup: "primary",
      QueryExecutionContext: { Database: "shop" },
      ResultConfiguration: { OutputLocation: "s3://results/x" },
    });
  });

  test("an empty result has columns", async () => {
    const { engine } = await open(numbers(0));
    const { columns } = await engine.answer("SELECT n", "text");
    expect(columns).toEqual([{ name: "n", type: "int" }]);
  });

  test("values have their types", async () => {
    const { engine } = await open(() =>
      Promise.resolve({
        columns: ["bigint", "double", "timestamp", "boolean", "varchar"].map((type) => ({
          name: type,
          type,
        })),
        rows: [
          ["9007199254740993", "0.5", "2026-11-05 01:02:03.456", "false", "n"],
          [null, null, null, null, null],
        ],
      }),
    );
    expect(await engine.rows("SELECT 1")).toEqual([
      {
        bigint: 9007199254740993n,
        double: 0.5,
        timestamp: new Date("2026-11-05T01:02:03.456Z"),
        boolean: false,
        varchar: "n",
      },
      { bigint: null, double: null, timestamp: null, boolean: null, varchar: null },
    ]);
  });

  test("what was scanned, and its price, is told at the end", async () => {
    const notes: string[] = [];
    const { engine } = await open(numbers(1), { notes });
    await engine.rows("SELECT 1");
    await engine.rows("SELECT 2");
    await engine.close();
    expect(notes).toEqual(["Athena: 2 queries scanned 47.7 MiB: about $0.00023 at $5 per TiB"]);
  });

  test("an abort stops the query", async () => {
    const controller = new AbortController();
    const { engine, fake } = await open(() => new Promise(() => {}), { signal: controller.signal });
    const seen = engine.rows("SELECT 1");
    await expect.poll(() => fake.executions.size).toBe(1);
    controller.abort(new Error("interrupted"));
    await expect(seen).rejects.toThrow("interrupted");
    await expect.poll(() => [...fake.executions.values()][0]?.state).toBe("CANCELLED");
  });

  test("a failed query says why", async () => {
    const { engine } = await open(() => Promise.reject(new Error("SYNTAX_ERROR: line 1:8")));
    await expect(engine.rows("SELECT")).rejects.toMatchObject({
      code: "bad-sql",
      why: "SYNTAX_ERROR: line 1:8",
    });
  });

  test("a workgroup that is not there is a problem", async () => {
    const { engine } = await open(numbers(1), { query: "&workgroup=missing" });
    await expect(engine.rows("SELECT 1")).rejects.toMatchObject({ code: "engine-failed" });
  });

  test("the table's statements", async () => {
    const { engine } = await open(numbers(1));
    const partitions = [
      { log_type: "combined", day: "2026-11-05" },
      { log_type: "s3", day: "undated" },
    ];
    const statements = engine.registration({
      place: "s3://b/it's/requests",
      derived: ["shop"],
      partitions,
    });
    await expect(`${statements.join(";\n\n")};\n`).toMatchFileSnapshot("sql/register.athena.sql");
    const many = Array.from({ length: 250 }, (_, at) => ({ log_type: "s3", day: `day-${at}` }));
    const place = "s3://b/requests";
    expect(engine.registration({ place, derived: [], partitions: many })).toHaveLength(3 + 3);
    expect(() => engine.registration({ place: "/srv/logs", derived: [], partitions })).toThrow(
      /S3 only/,
    );
  });
});

describe("tables that are kept", () => {
  const nothing: Run = () => Promise.resolve({ columns: [], rows: [] });

  test("lie in the bucket, and go with their files", async () => {
    const { engine, fake, s3 } = await openKeepingAthena(nothing);
    await s3.put(BUCKET, "of culprit/other.parquet", "PAR1");
    const kept = await engine.keep("SELECT 1 AS one");
    const other = await engine.keep("SELECT 2 AS two");
    const own = kept.replace('"shop".', "");
    expect(await s3.keys(BUCKET)).toContain(`of culprit/${own}/part-0`);
    await engine.append(other, [["two", "int"]], { count: 1, columns: [new Float64Array(1)] });
    await engine.release(kept);
    const left = ["of culprit/other.parquet", `of culprit/${other.replace('"shop".', "")}/part-0`];
    expect((await s3.keys(BUCKET)).toSorted()).toEqual(left.toSorted());
    await engine.close();
    expect(await s3.keys(BUCKET)).toEqual(["of culprit/other.parquet"]);
    const [create, , insert, drop] = [...fake.executions.values()].map(({ sql }) => sql);
    expect(create).toBe(
      `CREATE TABLE ${kept} WITH (format = 'PARQUET', external_location = 's3://${BUCKET}/of culprit/${own}/') AS SELECT 1 AS one`,
    );
    expect(insert).toMatch(/^INSERT INTO "shop".culprit_kept_/);
    expect(drop).toBe(`DROP TABLE IF EXISTS \`shop\`.\`${own}\``);
  });

  test("go after an abort, too", async () => {
    const controller = new AbortController();
    const { engine, s3 } = await openKeepingAthena(
      (sql) => (sql.includes("forever") ? new Promise(() => {}) : nothing(sql)),
      { signal: controller.signal },
    );
    await engine.keep("SELECT 1 AS one");
    const cut = engine.keep("SELECT 1 AS forever");
    await expect.poll(() => s3.keys(BUCKET)).toHaveLength(2);
    controller.abort(new Error("interrupted"));
    await expect(cut).rejects.toThrow("interrupted");
    await engine.close();
    expect(await s3.keys(BUCKET)).toEqual([]);
  });

  test("a file that stays is named", async () => {
    const notes: string[] = [];
    const { engine, s3 } = await openKeepingAthena(nothing, { notes });
    await engine.keep("SELECT 1 AS one");
    s3.proxy.fault = () => ({ status: 403, code: "AccessDenied" });
    await engine.close();
    expect(notes.join("\n")).toMatch(/could not be dropped, and is yours to drop/);
  });

  test("need a place in S3", async () => {
    await expect(open(nothing, { query: "&scratch=tmp" })).rejects.toMatchObject({
      code: "bad-engine",
    });
  });
});

test("the tables that raw logs fill", async () => {
  const { engine } = await open(numbers(1));
  const { create } = engine.rawTables("s3://b/it's", ["shop"]);
  const { prepare, finish } = engine.raw("s3://logs/AWSLogs/2026/11");
  const statements = [...create, ...prepare, ...finish];
  await expect(`${statements.join(";\n\n")};\n`).toMatchFileSnapshot("sql/raw-tables.athena.sql");
  expect(() => engine.raw("/var/log")).toThrow(/S3 only/);
  expect(() => engine.rawTables(undefined, [])).toThrow(/S3 only/);
});

test("--dry-run tells what a query can read, and asks nothing", async () => {
  const store = await makeLake(path.join(folder, "dry-run"));
  const ask = (...argv: string[]): ReturnType<typeof culprit> =>
    culprit(["report", "--store", store, "--dry-run", ...argv]);
  const address = "athena://shop?region=us-east-1&endpoint=http://127.0.0.1:1";
  const all = await ask("--engine", address);
  const { files } = await readLedger(new Folder(store));
  expect(all).toMatchObject({ code: 0, err: "" });
  expect(all.out).toMatch(
    new RegExp(
      `^athena://shop: a query reads .* in ${files.length} files of 4 days at most, about [$]`,
    ),
  );
  const some = await ask("--engine", address, "--since", "2026-10-26");
  expect(some.out).toContain(" of 2 days at most");
  const without = await ask();
  expect(without.code).toBe(2);
  expect(without.err).toContain("It goes with --engine");
});
