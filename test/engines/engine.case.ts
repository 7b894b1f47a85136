import { beforeAll, describe, expect, test } from "vitest";
import type { Scope } from "../../src/analyses/scope.js";
import { parseWhere, whereSql } from "../../src/analyses/where.js";
import { scopeOf } from "../../src/cli/scope.js";
import { scrapers } from "../../src/analyses/scrapers/scrapers.js";
import { bucket, reasonOf, type Dialect } from "../../src/engines/dialect.js";
import { DuckDb } from "../../src/engines/duckdb/engine.js";
import type { RemoteEngine } from "../../src/engines/remote.js";
import { remoteQuery } from "../../src/engines/remote-query.js";
import { KEPT } from "../../src/engines/scratch.js";
import { columnTypes } from "../../src/formats/record.js";
import { Folder } from "../../src/store/folder.js";
import { readLedger } from "../../src/store/ledger.js";
import { registrationOf } from "../../src/store/registration.js";
import { storedRows } from "../../src/store/stored.js";
import { Workspace } from "../../src/store/workspace.js";
import path from "node:path";
import { afterAll } from "vitest";
import { hostile, makeLake } from "./lake.js";
import { normal, questions } from "./questions.js";

/** What a member of the suite brings along. */
export interface Member {
  readonly engine: RemoteEngine;
  /** The same with a place for tables that are kept; closed by the suite. */
  readonly keeper?: RemoteEngine;
  /** A folder for the store, below what the engine may read. */
  readonly folder: string;
  /** Where the engine sees a path of this machine. */
  readonly placeOf: (path: string) => string;
}

/** An engine whose tables another connection keeps: one that has read stays read-only in chdb. */
export const keepingOn = (engine: RemoteEngine, keeper: RemoteEngine): RemoteEngine =>
  new Proxy(engine, {
    get(_target, name: keyof RemoteEngine) {
      const of = KEEPS.has(name) ? keeper : engine;
      const value = of[name] as unknown;
      return typeof value === "function" ? (value.bind(of) as unknown) : value;
    },
  });

const KEEPS = new Set(["scratch", "keep", "append", "release"]);

const ZONES = ["Europe/Berlin", "+05:30"];
/** Questions whose answer depends on the zone. */
const TIMELY = /hour|day|week|minute/;

/** Filters of every kind and type. */
const FILTERS = [
  "status=5xx",
  "status=200,404",
  "status!=200",
  "status>=500",
  "client_ip=203.0.113.0/24",
  "client_ip=198.51.0.0/17",
  "client_ip!=203.0.113.7",
  "client_ip=2001:db8::/34",
  "client_ip=2001:db8:1::/48",
  "path=/shop/*",
  "path=*.PNG",
  "path~^/shop/[0-9]+[.]html$",
  "path~(?i)png$",
  "path!~^/shop/",
  "referrer=",
  "referrer!=",
  "user_agent!=curl/8.5.0",
  "user_agent~(?P<name>bot)",
  "duration_ms>=5",
  "time=2026-10-25",
  "time>=2026-10-25T01:00",
  "extra.signature_version=SigV4",
  "shop_item=7",
  "path=*%*",
  "path=*_*",
  'path="*\\\\*"',
  "path~\\n",
  "path~a.b",
];

/** Texts that could end a literal, begin an escape, or stand for a parameter. */
const TEXTS: readonly string[] = [
  ...hostile,
  "",
  "'",
  "''",
  "\\",
  "\\'",
  "a\0b",
  "\0",
  "a\nb\r\nc\td",
  "\u2028",
  "%_!",
  "?",
  "{a:String}",
  "\ud83d\ude00",
  "-- x",
  "/* x",
  '"',
  "`",
  "$$x$$",
  "\\x41\\u0041\\n",
];

/** Expressions of the dialect over the rows; an engine that cannot gives its reason. */
const EXPRESSIONS: Record<string, (dialect: Dialect) => string> = {
  tryInt: (d) => `sum(${d.tryInt(d.splitPart("client_ip", ".", 2))})`,
  tryFloat: (d) => `sum(${d.tryFloat(d.splitPart("client_ip", ".", 3))})`,
  toText: (d) => `max(${d.toText("status")})`,
  isDistinct: (d) => `count(*) FILTER (WHERE ${d.isDistinct("referrer", "user_agent")})`,
  startsWith: (d) => `count(*) FILTER (WHERE ${d.startsWith("path", d.literal("/shop"))})`,
  contains: (d) => `count(*) FILTER (WHERE ${d.contains("path", d.literal("'"))})`,
  substring: (d) => `max(${d.substring("path", "2", "3")})`,
  splitPart: (d) => `max(${d.splitPart("path", "/", 3)})`,
  extract: (d) => `max(${d.extract("path", "^/([a-z]+)/", 1)})`,
  "extract nothing": (d) => `count(${d.extract("path", "^/(nowhere)", 1)})`,
  fingerprint: (d) => `count(DISTINCT ${d.fingerprint("path")})`,
  "fingerprint of equals": (d) =>
    `count(*) FILTER (WHERE ${d.fingerprint("path")} = ${d.fingerprint("path || ''")})`,
  replaceMatches: (d) => `max(${d.replaceMatches("path", "[0-9]+|[.]h", "{id}")})`,
  urlDecode: (d) => `max(CASE WHEN path = '/%25_!%' THEN NULL ELSE ${d.urlDecode("path")} END)`,
  mapValue: (d) => `count(${d.mapValue("extra", "host_id")})`,
  intDiv: (d) => `sum(${d.intDiv("bytes_sent", "1000")})`,
  random: (d) => `count(*) FILTER (WHERE ${d.random()} < 1)`,
  epoch: (d) => `max(${d.epoch("time")})`,
  epochMicros: (d) => `sum(${d.epochMicros("time")} % 1000000) + max(${d.epochMicros("time")})`,
  clockEpoch: (d) => `max(${d.clockEpoch("time", "America/New_York")})`,
  fromEpoch: (d) => `max(${d.fromEpoch(d.epoch("time"))})`,
  addSeconds: (d) => `max(${d.addSeconds("time", "status")})`,
  timeText: (d) => `max(${d.substring(d.timeText("time"), "1", "19")})`,
  bucket: (d) => `count(DISTINCT ${bucket(d, "time", 900, "Asia/Kathmandu")})`,
  approxDistinct: (d) => `CASE WHEN ${d.approxDistinct("client_ip")} BETWEEN 50 AND 90 THEN 1 END`,
  quantile: (d) => d.quantile("bytes_sent", 0.75),
  approxQuantile: (d) =>
    `CASE WHEN ${d.approxQuantile("status", 0.5)} BETWEEN 200 AND 206 THEN 1 END`,
  argMax: (d) => d.argMax("client_ip", "bytes_sent * 100000 + status"),
  "argMax of equals": (d) => d.argMax("client_ip", "CASE WHEN status > 0 THEN 1 ELSE 1 END"),
  anyValue: (d) => d.anyValue("CASE WHEN client_ip = '203.0.113.7' THEN 'x' END"),
  distinctSmall: (d) => d.distinctSmall(d.intDiv("status", "10")),
  anyTrue: (d) => `CASE WHEN ${d.anyTrue("status = 503")} THEN 1 ELSE 0 END`,
  inIpv6: (d) => `count(*) FILTER (WHERE ${d.inIpv6("client_ip", "2001:db8:2::/48")})`,
  "filter nothing": () => "sum(bytes_sent) FILTER (WHERE status = 1)",
  "average of nothing": () => "avg(bytes_sent) FILTER (WHERE status = 1)",
};

/** The contract of an engine: on the same store it answers as the embedded engine does. */
/** `but`: long questions that another member asks of the same engine in the same words. */
export function engineSuite(
  member: string,
  open: () => Promise<Member>,
  but: readonly string[] = [],
): void {
  describe(member, () => {
    let engine: RemoteEngine;
    let keeper: RemoteEngine | undefined;
    let duck: DuckDb;
    let workspace: Workspace;
    let rows: string;

    beforeAll(async () => {
      const opened = await open();
      ({ engine, keeper } = opened);
      const store = await makeLake(opened.folder);
      const state = await readLedger(new Folder(store));
      const about = registrationOf(state, opened.placeOf(path.join(store, "requests")));
      for (const sql of engine.registration(about)) await engine.run(sql);
      workspace = Workspace.create();
      const memory = 512 * 2 ** 20;
      duck = await DuckDb.open({ memory, temporary: workspace.folder, logZone: "UTC" });
      rows = storedRows(
        state.files.map((file) => path.join(store, file.path)),
        ["shop_item"],
      );
    });

    afterAll(async () => {
      await keeper?.close();
      await engine?.close();
      duck?.close();
      workspace?.remove();
    });

    /** The same question of both, from this engine and from the embedded one. */
    async function both<T>(
      ask: (scope: Scope) => Promise<T>,
      zone = "UTC",
      filter = "",
    ): Promise<[T, T]> {
      const scopes = await Promise.all([
        scopeOn(engine, engine.table, zone, filter),
        scopeOn(duck, rows, zone, filter),
      ]);
      return [await ask(scopes[0]), await ask(scopes[1])];
    }

    test("finds the columns of the store", async () => {
      const columns = await engine.columns();
      const expected = [...columnTypes(["shop_item"]).keys(), "day"];
      expect(columns.toSorted()).toEqual(expected.toSorted());
    });

    const asked = Object.keys(questions).filter((question) => !but.includes(question));
    const inUtc = asked.map((question) => [question, "UTC"]);
    const timely = asked.filter((question) => TIMELY.test(question));
    const zoned = ZONES.flatMap((zone) => timely.map((question) => [question, zone]));
    test.each([...inUtc, ...zoned] as [string, string][])("%s in %s", async (question, zone) => {
      const ask = questions[question] as (scope: Scope) => Promise<unknown>;
      const [here, there] = await both(ask, zone);
      expect(normal(here)).toEqual(normal(there));
    });

    test("tables that are kept answer the same, and none is left", async () => {
      if (keeper === undefined) {
        expect(await engine.keep("SELECT 1")).toBe("(SELECT 1)");
        return;
      }
      const on = keeper;
      const keeping = keepingOn(engine, on);
      const [here, there] = await Promise.all([
        scopeOn(keeping, engine.table, "UTC", "").then((scope) => scrapers(scope)),
        scopeOn(duck, rows, "UTC", "").then((scope) => scrapers(scope)),
      ]);
      expect(normal(here)).toEqual(normal(there));
      const names = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE";
      expect(await engine.rows(`${names} '${KEPT}%'`)).toEqual([]);
      const kept = await on.keep("SELECT 1 AS a, CAST(NULL AS BIGINT) AS b");
      expect(await engine.rows(`SELECT * FROM ${kept}`)).toEqual([{ a: 1, b: null }]);
      await on.scratch?.close();
      expect(await engine.rows(`${names} '${KEPT}%'`)).toEqual([]);
      await expect(on.keep("SELECT nothing")).rejects.toMatchObject({ code: "bad-scratch" });
    });

    test("filters", async () => {
      const ask = async ({ db, dialect, requests }: Scope): Promise<unknown> => {
        const tests = FILTERS.flatMap((filter, at) => {
          const sql = whereSql(parseWhere(filter), columnTypes(["shop_item"]), { dialect });
          const where = `FILTER (WHERE ${sql})`;
          return [`count(*) ${where} AS n${at}`, `sum(line) ${where} AS lines${at}`];
        });
        const [row = {}] = await db.rows(`SELECT ${tests.join(", ")} FROM ${requests}`);
        return FILTERS.map((filter, at) => [filter, row[`n${at}`], row[`lines${at}`]]);
      };
      const [here, there] = await both(ask);
      expect(normal(here)).toEqual(normal(there));
      expect((there as unknown[][]).filter(([, count]) => count === 0)).toEqual([]);
    });

    test("filters rows before it counts them", async () => {
      const ask = ({ db, requests }: Scope): Promise<unknown> =>
        db.rows(`SELECT count(*) AS many, sum(line) AS lines FROM ${requests}`);
      const [here, there] = await both(ask, "UTC", "client_ip=203.0.113.0/24 and path~^/shop");
      expect(normal(here)).toEqual(normal(there));
      expect(there).toEqual([expect.objectContaining({ many: 900 })]);
    });

    test("writes expressions", async () => {
      const can = Object.entries(EXPRESSIONS).filter(
        ([name]) => reasonOf(engine.dialect[name as keyof Dialect]) === undefined,
      );
      const ask = async ({ db, dialect, requests }: Scope): Promise<unknown> => {
        const list = can.map(([, write], at) => `${write(dialect)} AS x${at}`);
        const [row = {}] = await db.rows(`SELECT ${list.join(", ")} FROM ${requests}`);
        return can.map(([name], at) => [name, row[`x${at}`]]);
      };
      const [here, there] = await both(ask);
      expect(normal(here)).toEqual(normal(there));
    });

    test("says why it cannot write an expression", () => {
      for (const [name, write] of Object.entries(EXPRESSIONS)) {
        const reason = reasonOf(engine.dialect[name as keyof Dialect]);
        if (reason === undefined) continue;
        expect(() => write(engine.dialect)).toThrow(expect.objectContaining({ why: reason }));
      }
    });

    test("lists", async () => {
      const reason = reasonOf(engine.dialect.list);
      if (reason !== undefined) {
        expect(() => engine.dialect.list("method")).toThrow(
          expect.objectContaining({ why: reason }),
        );
        return;
      }
      const ask = async ({ db, dialect, requests }: Scope): Promise<unknown> => {
        const [row] = await db.rows(`SELECT ${dialect.distinctList("method")} AS methods,
          ${dialect.list("user_agent")} AS agents, ${dialect.approxTopK("method", 2)} AS most
          FROM ${requests}`);
        return row;
      };
      for (const row of await both(ask)) {
        const lists = Object.values(row as object).map((list: unknown) =>
          Array.isArray(list) ? list : (list as { items: unknown[] }).items,
        );
        expect((lists[0] as string[]).toSorted()).toEqual(["GET", "HEAD", "POST"]);
        expect(lists[1]?.length).toBeGreaterThan(1000);
        expect(lists[2]).toHaveLength(2);
        expect(lists[2]).toContain("GET");
      }
    });

    test("keeps texts, whatever they are", async () => {
      const { literal, ident, like, values, matches } = engine.dialect;
      const columns = TEXTS.flatMap((text, at) => [
        `${literal(text)} AS ${ident(`${text.replaceAll("\0", "")} ${at}`)}`,
        `CASE WHEN ${like(literal(text), [text, ""])} THEN 1 ELSE 0 END AS like${at}`,
        `CASE WHEN ${matches(literal(text), `^${quoted(text)}$`)} THEN 1 ELSE 0 END AS match${at}`,
      ]);
      const [row = {}] = await engine.rows(`SELECT ${columns.join(", ")}`);
      expect(Object.entries(row)).toEqual(
        TEXTS.flatMap((text, at) => [
          [`${text.replaceAll("\0", "")} ${at}`, text],
          [`like${at}`, 1],
          [`match${at}`, 1],
        ]),
      );
      const relation = values("given", {
        columns: [
          ["at", "int"],
          ["word", "text"],
        ],
        rows: TEXTS.map((text, at) => [at, text]),
      });
      const found = await engine.rows(`SELECT word FROM ${relation} ORDER BY given.at`);
      expect(found.map(({ word }) => word)).toEqual(TEXTS);
    });

    test("keeps numbers and times", async () => {
      const { literal } = engine.dialect;
      const values = [0, -5, 0.1, -1e-7, 1e300, 9007199254740993n, -(2n ** 63n), 2n ** 63n - 1n];
      const times = [new Date("2026-11-05T01:02:03.456Z"), new Date("1971-01-01T00:00:00Z")];
      const all = [...values, ...times, true, false, null];
      const columns = all.map((value, at) => `${literal(value)} AS c${at}`);
      const [row = {}] = await engine.rows(`SELECT ${columns.join(", ")}`);
      const found = Object.values(row);
      expect(found).toEqual(all);
    });

    test("has relations without rows and with missing values", async () => {
      const { values } = engine.dialect;
      const columns = [
        ["a", "text"],
        ["b", "int"],
        ["c", "float"],
        ["d", "time"],
        ["e", "bool"],
      ] as const;
      expect(await engine.rows(`SELECT * FROM ${values("none", { columns, rows: [] })}`)).toEqual(
        [],
      );
      const time = new Date("2026-11-05T01:02:03.456Z");
      const written = [
        [null, null, null, null, null],
        ["x", 7, 0.5, time, true],
      ];
      const sql = `SELECT * FROM ${values("some", { columns, rows: written })} ORDER BY a NULLS FIRST`;
      expect((await engine.rows(sql)).map((row) => Object.values(row))).toEqual(written);
    });

    test.each([
      "SELECT count(*) AS n FROM requests WHERE status = 503",
      "WITH few AS (SELECT * FROM requests WHERE status = 503) SELECT count(*) AS n FROM few;",
      "-- a comment\nwith few AS (SELECT * FROM requests WHERE status = 503)\nSELECT count(*) AS n FROM few -- the end",
    ])("runs a person's SQL: %s", async (sql) => {
      const scope = await scopeOn(engine, engine.table, "UTC", "");
      const { columns, rows: found } = await remoteQuery(engine, sql, scope.requests);
      const answers: unknown[][] = [];
      for await (const some of found) answers.push(...some);
      expect({ columns, answers }).toEqual({
        columns: [{ name: "n", type: "int" }],
        answers: [[expect.any(Number)]],
      });
      expect(answers[0]?.[0]).toBeGreaterThan(100);
    });

    test.each(["SELECT nothing FROM requests", "SELECT count(*", "DROP TABLE requests", ""])(
      "refuses %j with the engine's reason",
      async (sql) => {
        const ask = async (): Promise<unknown> => {
          const { rows: found } = await remoteQuery(engine, sql, `(SELECT * FROM ${engine.table})`);
          const answers: unknown[] = [];
          for await (const some of found) answers.push(...some);
          return answers;
        };
        await expect(ask()).rejects.toMatchObject({ code: "bad-sql" });
        expect(await engine.columns()).not.toEqual([]);
      },
    );

    function scopeOn(
      on: DuckDb | RemoteEngine,
      relation: string,
      zone: string,
      filter: string,
    ): Promise<Scope> {
      const filters = filter === "" ? [] : [parseWhere(filter)];
      const { dialect } = on;
      const types = columnTypes(["shop_item"]);
      return scopeOf(
        on,
        relation,
        () => ({}),
        zone,
        () => whereSql(filters, types, { dialect }),
        { byDay: true },
      );
    }
  });
}

/** A pattern that finds exactly this text. */
const quoted = (text: string): string =>
  text.replaceAll(/[\\^$.|?*+()[\]{}]/g, "\\$&").replaceAll("\0", "\\x00");
