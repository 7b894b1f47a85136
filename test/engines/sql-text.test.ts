import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Scope } from "../../src/analyses/scope.js";
import { joinedSql } from "../../src/analyses/stitch/joined.js";
import { stitch, stitchAnswer } from "../../src/analyses/stitch/stitch.js";
import { parseWhere, whereSql } from "../../src/analyses/where.js";
import { scopeOf } from "../../src/cli/scope.js";
import type { Session } from "../../src/cli/session.js";
import { storedLogs } from "../../src/cli/stored-logs.js";
import { clickhouse } from "../../src/engines/clickhouse/dialect.js";
import { registerSql as clickhouseTable } from "../../src/engines/clickhouse/register.js";
import type { Dialect } from "../../src/engines/dialect.js";
import { duckdb } from "../../src/engines/duckdb/dialect.js";
import { DuckDb } from "../../src/engines/duckdb/engine.js";
import type { Engine, Row } from "../../src/engines/engine.js";
import type { NumberColumns, Numbers } from "../../src/engines/numbers.js";
import { trino } from "../../src/engines/trino/dialect.js";
import { registerSql as trinoTable } from "../../src/engines/trino/register.js";
import { clickhouseExpressions } from "../../src/engines/clickhouse/expressions.js";
import * as clickhouseRaw from "../../src/engines/clickhouse/raw.js";
import { trinoExpressions } from "../../src/engines/trino/expressions.js";
import * as trinoRaw from "../../src/engines/trino/raw.js";
import { caddy } from "../../src/formats/caddy.js";
import { combined } from "../../src/formats/combined.js";
import { nlb } from "../../src/formats/nlb.js";
import type { Format } from "../../src/formats/format.js";
import { readingOf } from "../../src/formats/reading.js";
import { columnTypes } from "../../src/formats/record.js";
import { s3 } from "../../src/formats/s3.js";
import { Folder } from "../../src/store/folder.js";
import { readLedger } from "../../src/store/ledger.js";
import { storedRows } from "../../src/store/stored.js";
import { Workspace } from "../../src/store/workspace.js";
import { folder } from "../cli/culprit.js";
import { CLOCKS, twoClocks } from "../generators/two-clocks.mjs";
import { makeLake, makeTwoLogsLake } from "./lake.js";
import { notations } from "./notations.js";
import { questions } from "./questions.js";

const dialects: Record<string, Dialect> = { duckdb, trino, clickhouse };

/** Analyses whose SQL shows everything that a dialect writes. */
const shown = [
  "top-client_ip-by-bytes_sent",
  "top-hour-weekday-by-errors",
  "top-extension-directory-by-requests",
  "compare-by-bytes",
  "timeline-hours",
  "timeline-weeks",
  "bots",
  "report",
  "scrapers",
  "floods",
];

const FILTER =
  "status=5xx and client_ip=203.0.113.0/25 and client_ip!=2001:db8::/32 and path=/it's*.html and " +
  "path~(?P<end>[.]html$) and extra.host_id!=x and time>=2026-10-25T01:00 and referrer!=a";

/** Answers with what was answered before, and keeps what it was asked. */
class Recorder implements Engine {
  readonly signal = undefined;
  readonly keepsTables = true;
  readonly asked: string[] = [];

  constructor(
    readonly dialect: Dialect,
    readonly answers: unknown[],
  ) {}

  view(name: string): Promise<string> {
    return Promise.resolve(name);
  }

  async keep(sql: string): Promise<string> {
    await this.rows(sql);
    return `kept_${++this.#kept}`;
  }
  #kept = 0;

  release = (): Promise<void> => Promise.resolve();

  append(kept: string, columns: NumberColumns): Promise<void> {
    this.asked.push(`-- rows for ${kept}: ${columns.map(([name]) => name).join(", ")}`);
    return Promise.resolve();
  }

  async *streamNumbers(sql: string): AsyncGenerator<Numbers> {
    yield (await this.rows(sql)) as unknown as Numbers;
  }

  rows(sql: string): Promise<Row[]> {
    this.asked.push(sql);
    return Promise.resolve(this.answers[this.asked.length - 1] as Row[]);
  }

  async *streamRows(sql: string): AsyncGenerator<unknown[][]> {
    yield (await this.rows(sql)) as unknown as unknown[][];
  }

  run = (): Promise<void> => Promise.reject(new Error("analyses only read"));
  close = (): void => {};
}

/** An engine whose answers are kept. */
function remembering(engine: Engine, answers: unknown[]): Engine {
  const keep = <T>(answer: T): T => (answers.push(answer), answer);
  return {
    dialect: engine.dialect,
    keepsTables: engine.keepsTables,
    signal: undefined,
    view: (name, sql) => engine.view(name, sql),
    keep: async (sql) => keep(await engine.keep(sql)),
    release: (kept) => engine.release(kept),
    append: async (...rest) => keep(await engine.append(...rest)),
    async *streamNumbers(sql) {
      const all: Numbers[] = [];
      for await (const rows of engine.streamNumbers(sql)) all.push(rows);
      const columns = (all[0]?.columns ?? []).map((_, at) =>
        Float64Array.from(all.flatMap(({ columns: some }) => [...(some[at] as Float64Array)])),
      );
      yield keep({ count: columns[0]?.length ?? 0, columns });
    },
    rows: async (sql) => keep(await engine.rows(sql)),
    async *streamRows(sql) {
      const all: unknown[][] = [];
      for await (const rows of engine.streamRows(sql)) all.push(...rows);
      yield keep(all);
    },
    run: (sql) => engine.run(sql),
    close: () => {},
  };
}

let duck: DuckDb;
let workspace: Workspace;
let rows: string;

beforeAll(async () => {
  const store = await makeLake(path.join(folder, "text"));
  const { files } = await readLedger(new Folder(store));
  workspace = Workspace.create();
  duck = await DuckDb.open({
    memory: 512 * 2 ** 20,
    temporary: workspace.folder,
    logZone: "UTC",
  });
  rows = storedRows(
    files.map((file) => path.join(store, file.path)),
    ["shop_item"],
  );
});

afterAll(() => {
  duck.close();
  workspace.remove();
});

const scopeOn = (engine: Engine, relation = rows): Promise<Scope> =>
  scopeOf(
    engine,
    relation,
    () => ({}),
    "Europe/Berlin",
    () => "TRUE",
  );

const file = (name: string, engine: string): string => `sql/${name}.${engine}.sql`;
const script = (statements: readonly string[]): string =>
  statements.map((sql) => `${sql.trim()};\n`).join("\n");

describe.each(Object.keys(dialects))("the SQL for %s", (name) => {
  const dialect = dialects[name] as Dialect;

  test.each(shown)("%s", async (question) => {
    const ask = questions[question] as (scope: Scope) => Promise<unknown>;
    const answers: unknown[] = [];
    const scope = await scopeOn(remembering(duck, answers));
    const given = answers.length;
    await ask(scope);
    const recorder = new Recorder(dialect, answers.slice(given));
    await ask({ ...scope, db: recorder, dialect, requests: "requests" });
    await expect(script(recorder.asked)).toMatchFileSnapshot(file(question, name));
  });

  test("stitch", async () => {
    const logs = twoClocks({ requests: 300, seed: 1, days: 0.1, ahead: CLOCKS["keeps step"] });
    const store = await makeTwoLogsLake(path.join(folder, `text-stitch-${name}`), logs);
    const { files } = await readLedger(new Folder(store));
    const parts = storedRows(files.map((one) => path.join(store, one.path)));
    const ask = async (scope: Scope): Promise<void> => {
      const session = { scope, derived: [] } as unknown as Session;
      const columns = "time client_ip path query status user_agent cache_result".split(" ");
      const compared = "method host bytes_sent duration_ms hierarchy target_ip".split(" ");
      const sides = { front: { side: "front" }, back: { side: "back" } } as const;
      const two = await storedLogs(session, sides, [...columns, ...compared]);
      const stitched = await stitch(scope.db, two.front, two.back);
      const requests = await scope.db.keep(joinedSql(scope.dialect, stitched, columns, []));
      await stitchAnswer({ ...scope, requests }, 10);
    };
    const answers: unknown[] = [];
    const scope = await scopeOn(remembering(duck, answers), parts);
    const given = answers.length;
    await ask(scope);
    const recorder = new Recorder(dialect, answers.slice(given));
    await ask({ ...scope, db: recorder, dialect, requests: "requests" });
    await expect(script(recorder.asked)).toMatchFileSnapshot(file("stitch", name));
  });

  test("a filter", async () => {
    const sql = whereSql(parseWhere(FILTER), columnTypes(), { dialect });
    const lines = sql.replaceAll(" AND ", "\n  AND ");
    await expect(script([`SELECT * FROM requests\nWHERE ${lines}`])).toMatchFileSnapshot(
      file("filter", name),
    );
  });
});

test("the tables of a store", async () => {
  const about = { place: "local:///it's/requests", derived: ["shop_item"], partitions: [] };
  const place = { catalog: "lake", schema: "logs", table: "requests" };
  await expect(script(trinoTable(place, about))).toMatchFileSnapshot(file("register", "trino"));
  for (const [kind, at] of [
    ["clickhouse", "/srv/logs/requests"],
    ["clickhouse-s3", "s3://bucket/requests/"],
  ] as const) {
    const statements = clickhouseTable(
      { database: "logs", table: "requests" },
      { ...about, place: at },
    );
    await expect(script(statements)).toMatchFileSnapshot(file("register", kind));
  }
});

describe.each([
  ["trino", trinoExpressions],
  ["clickhouse", clickhouseExpressions],
] as const)("raw lines on %s", (name, words) => {
  test.each([
    ["nlb", nlb, [...columnTypes().keys()]],
    ["combined", combined, ["time", "client_ip", "method", "path", "status", "user_agent"]],
    ["s3", s3, ["time", "client_ip", "key", "status", "bytes_sent", "user_agent"]],
    ["caddy", caddy, ["time", "client_ip", "path", "status", "user_agent", "extra"]],
    ["nginx-json", notations[0] as Format, ["time", "client_ip", "path", "status", "extra"]],
  ] as const)("%s", async (format, found, columns) => {
    const [sample] = found.samples;
    const parser = readingOf(found, sample === undefined ? [] : [sample.line]).parser({});
    const own = columns.filter((column) => column !== "source" && column !== "line");
    const sql = parser.sqlFor(words, "raw", own, ["source"]);
    const lines = sql.replaceAll(" FROM (SELECT *,", "\nFROM (SELECT *,");
    await expect(script([lines])).toMatchFileSnapshot(file(`raw-${format}`, name));
  });
});

test("the tables that raw lines fill", async () => {
  const place = { catalog: "lake", schema: "logs", table: "requests" };
  const { create } = trinoRaw.rawTables(place, "s3://b/it's", ["shop"]);
  const { prepare, finish } = trinoRaw.rawLines(place, "s3://logs/it's");
  await expect(script([...create, ...prepare, ...finish])).toMatchFileSnapshot(
    file("raw-tables", "trino"),
  );
  const tables = clickhouseRaw.rawTables({ database: "logs", table: "requests" }, ["shop"]);
  const lines = ["/var/log/*.log", "s3://logs/it's"].map(
    (at) => `SELECT * FROM ${clickhouseRaw.rawLines(at).from}`,
  );
  await expect(script([...tables.create, ...lines])).toMatchFileSnapshot(
    file("raw-tables", "clickhouse"),
  );
});
