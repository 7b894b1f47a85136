import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { openEngine } from "../../src/engines/open.js";
import type { TrinoEngine } from "../../src/engines/trino/engine.js";
import type { OnProgress, RemoteEngine } from "../../src/engines/remote.js";
import { registerSql } from "../../src/engines/trino/register.js";
import { Problem } from "../../src/problems/problem.js";
import { answeredBy } from "./athena/fake.js";
import { openAthena, openKeepingAthena } from "./athena/open.js";
import { culprit, folder, type Result } from "../cli/culprit.js";
import { engineSuite, type Member } from "./engine.case.js";
import { formatsSuite } from "./formats.case.js";
import { makeLake } from "./lake.js";
import { stitchSuite } from "./stitch.case.js";
import { rawIngestSuite, rawSuite, type RawEngine } from "./raw.case.js";

const cluster = inject("trino");

/** A JSON object with its keys in order: maps have none of their own. */
const sorted = (line: string): string =>
  JSON.stringify(JSON.parse(line), (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

if (cluster === undefined) {
  describe.skip("Trino", () => {
    test("no cluster: npm run test:engines starts one", () => {});
  });
} else {
  const { host, lake, workers } = cluster;
  const open = (
    signal = new AbortController().signal,
    onProgress: OnProgress = () => {},
    schema = "shop",
  ): Promise<RemoteEngine> =>
    openEngine(`trino://test@${host}/lake/${schema}`, { env: {}, signal, onProgress });

  engineSuite("Trino", async () => ({
    engine: await open(),
    keeper: await open(undefined, undefined, "shop?scratch=shop"),
    folder: path.join(lake, "suite"),
    placeOf: (file) => `local:///${path.relative(lake, file)}`,
  }));

  formatsSuite(
    "Trino",
    async () => ({
      engine: await open(undefined, undefined, "formats"),
      folder: path.join(lake, "formats"),
      placeOf: (file) => `local:///${path.relative(lake, file)}`,
    }),
    ["report"],
  );

  stitchSuite("Trino", async () => ({
    engine: await open(undefined, undefined, "shop?table=stitch"),
    keeper: await open(undefined, undefined, "shop?table=stitch&scratch=shop"),
    folder: path.join(lake, "stitch"),
    placeOf: (file) => `local:///${path.relative(lake, file)}`,
  }));

  /** A session in which tables hold no more than Athena's. */
  const inMilliseconds = async (schema?: string): Promise<RemoteEngine> => {
    const trino = await open(undefined, undefined, schema);
    const { headers } = (trino as TrinoEngine).settings;
    Object.assign(headers, { "X-Trino-Session": "lake.timestamp_precision=MILLISECONDS" });
    return trino;
  };

  // Athena's SQL on the trino, through Athena's protocol; only its DDL, which is Hive's, is Trino's here.
  const openAsAthena = async (table: string): Promise<Required<Member>> => {
    const query = `&table=${table}`;
    const { engine } = await openAthena(answeredBy(await open()), { query, busy: 0 });
    const coarse = await inMilliseconds();
    const { engine: keeper } = await openKeepingAthena(answeredBy(coarse), { query, busy: 0 });
    const place = { catalog: "lake", schema: "shop", table };
    engine.registration = (about) => registerSql(place, about);
    return {
      engine,
      keeper,
      folder: path.join(lake, table),
      placeOf: (file) => `local:///${path.relative(lake, file)}`,
    };
  };
  stitchSuite("Athena", () => openAsAthena("stitch_athena"));
  engineSuite("Athena", () => openAsAthena("athena"), [
    ...["scrapers", "block", "block-by-bytes", "report", "floods"],
    ...["compare-by-requests", "compare-by-bytes", "compare-by-error_rate"],
  ]);

  const rawOn = async (name: string): Promise<RawEngine> => ({
    engine: await open(undefined, undefined, name),
    folder: path.join(lake, name),
    placeOf: (file) => `local:///${path.relative(lake, file)}`,
    years: [1000, 9999],
  });
  rawSuite("Trino", () => rawOn("raw"));
  rawIngestSuite("Trino", () => rawOn("raw_ingest"));

  // Only Athena's DDL is Trino's here.
  const rawOnAthena = async (): Promise<RawEngine> => {
    const on = await rawOn("raw_athena");
    const coarse = await inMilliseconds("raw_athena");
    const { engine } = await openAthena(
      (sql) => answeredBy(sql.startsWith("CREATE") ? on.engine : coarse)(sql),
      { busy: 0 },
    );
    engine.raw = (place) => on.engine.raw(place);
    engine.rawTables = (at, derived) => on.engine.rawTables(at, derived);
    engine.columns = () => on.engine.columns();
    return { ...on, engine };
  };
  rawIngestSuite("Athena", rawOnAthena, false);

  describe("ingest --engine", () => {
    const folderOf = path.join(lake, "cli");
    const address = `trino://test@${host}/lake/cli`;
    const ingest = (...argv: string[]): ReturnType<typeof culprit> =>
      culprit([
        "ingest",
        "--engine",
        address,
        "local:///cli/logs",
        "--format",
        "combined",
        ...argv,
      ]);

    beforeAll(() => {
      mkdirSync(path.join(folderOf, "logs"), { recursive: true });
      const line = (at: number): string =>
        `203.0.113.${at % 9} - - [0${(at % 5) + 1}/Nov/2026:10:31:02 +0000] "GET /shop/${at}.html HTTP/1.1" 200 ${at} "-" "a \\"b\\""`;
      const lines = Array.from({ length: 90 }, (_, at) => line(at));
      writeFileSync(path.join(folderOf, "logs/access.log"), `${lines.join("\n")}\nnonsense\n\n`);
    });

    test("prints its statements, counts, reads, and reads again nothing", async () => {
      const printed = await ingest("--print");
      expect(printed).toMatchObject({ code: 0, err: "" });
      expect(printed.out).toContain(`CREATE TABLE IF NOT EXISTS "lake"."cli"."requests_rejects"`);
      const derive = ["--derive", "shop_item=path~/shop/([0-9]+)"];
      const sums = "92 lines = 90 parsed + 1 rejected + 1 blank";
      const dry = await ingest(...derive, "--dry-run");
      expect(dry.out).toContain(sums);
      const first = await ingest(...derive, "--json");
      expect(JSON.parse(first.out)).toMatchObject({
        ...{ objects: 1, known: 0, lines: 92, parsed: 90, rejected: 1, blank: 1, failed: [] },
      });
      const again = await ingest(...derive);
      expect(again.out).toMatch(/0 new objects, 1 known before.*\n0 lines = /s);
      const top = await culprit([
        "top",
        "client_ip",
        "--engine",
        address,
        "-w",
        "shop_item=88",
        "--jsonl",
      ]);
      expect(JSON.parse(top.out)).toMatchObject({ client_ip: "203.0.113.7", bytes_sent: 88 });
      const agents = await culprit([
        ...[
          "sql",
          "SELECT DISTINCT user_agent, source FROM requests",
          "--engine",
          address,
          "--jsonl",
        ],
      ]);
      expect(JSON.parse(agents.out)).toEqual({
        ...{ user_agent: 'a "b"', source: "local:///cli/logs/access.log" },
      });
    });

    test("JSON, and what asks for it", async () => {
      mkdirSync(path.join(folderOf, "json"));
      const lines = ["1.5e0", "4.50", '"5"'].map(
        (took, at) =>
          `{"time":"2026-11-05T10:31:0${at}Z","status":20${at},"uri":"/a?b=${at}","took":${took},"seconds":0.00${at}}`,
      );
      writeFileSync(path.join(folderOf, "json/access.log"), `${lines.join("\n")}\n{}\n`);
      const own = `${address}?table=json`;
      const read = await culprit([
        ...["ingest", "--engine", own, "local:///cli/json", "--map", "duration_ms=seconds:s"],
      ]);
      expect(read.err).toBe("");
      expect(read.out).toContain("4 lines = 2 parsed + 2 rejected + 0 blank");
      const query = "SELECT status, query, duration_ms, extra FROM requests ORDER BY status";
      const { out } = await culprit(["sql", query, "--engine", own, "--jsonl"]);
      const rows = out.trim().split("\n");
      expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual([
        { status: 201, query: "b=1", duration_ms: 1, extra: { took: "4.5" } },
        { status: 202, query: "b=2", duration_ms: 2, extra: { took: "5" } },
      ]);
    });

    test("what it must not do, it refuses", async () => {
      expect(await ingest("--log-tz", "Europe/Berlin")).toMatchObject({ code: 2 });
      expect(await ingest("--store", folderOf)).toMatchObject({ code: 2 });
      expect(await culprit(["ingest", "x.log", "--print"])).toMatchObject({ code: 2 });
    });

    test("the table of a registered store is left alone", async () => {
      const store = await makeLake(path.join(lake, "foreign"));
      const other = `trino://test@${host}/lake/foreign`;
      const at = `local:///${path.relative(lake, path.join(store, "requests"))}`;
      await culprit(["store", "register", "--engine", other, "--store", store, "--at", at]);
      const { code, err } = await culprit([
        ...["ingest", "--engine", other, "local:///cli/logs", "--format", "combined"],
      ]);
      expect(code).toBe(2);
      expect(err).toContain("was not made by ingest");
    });
  });

  describe("commands", () => {
    const address = `trino://test@${host}/lake/commands`;
    let store = "";

    beforeAll(async () => {
      store = await makeLake(path.join(lake, "commands"));
      const at = `local:///${path.relative(lake, path.join(store, "requests"))}`;
      const { code, out, err } = await culprit([
        ...["store", "register", "--engine", address, "--store", store, "--at", at],
      ]);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/^"lake"\."commands"\."requests" on trino:.* has 2,9\d\d rows\n$/);
    });

    test.each([
      ["top", "client_ip,status", "--by", "bytes_sent", "--jsonl"],
      ["top", "hour,shop_item", "--tz", "Asia/Kolkata", "--csv", "-w", "shop_item!="],
      ["top", "path", "-n", "40", "-w", "client_ip=192.0.2.9", "--jsonl"],
      ["activity", "-w", "status=5xx", "--range", "2026-10-25..2026-10-26T06:00", "--jsonl"],
      ["activity", "--since", "-1d", "--tz", "Europe/Berlin", "--csv"],
      ["parse", "-w", "client_ip=192.0.2.0/24 and time<2026-10-25T02:00", "--jsonl"],
      ["sql", "SELECT status, count(*) AS n FROM requests GROUP BY 1 ORDER BY 1", "--jsonl"],
      [
        "sql",
        "SELECT min(time) AS first, NULL AS nothing, sum(bytes_sent) > 0 AS some FROM requests",
        "--csv",
      ],
      ["report", "--quick", "--since", "-6h", "--tz", "America/New_York"],
    ])("%s %s answers as without an engine", async (...argv) => {
      const there = await culprit([...argv, "--store", store]);
      const here = await culprit([...argv, "--store", store, "--engine", address]);
      expect(here.code).toBe(0);
      expect(words(here.out)).toEqual(words(there.out));
      expect(here.out.length).toBeGreaterThan(20);

      /** Lines without what names the place that was read, nor the order of rows of one time. */
      function words(text: string): unknown {
        if (argv.includes("--jsonl"))
          return text.split("\n").filter(Boolean).map(sorted).toSorted();
        return text
          .replaceAll(/ --(?:store|engine) \S+/g, "")
          .replaceAll(address.replace("test@", ""), "PLACE")
          .replaceAll(store, "PLACE")
          .split(argv[0] === "report" ? /\s+/ : "\n")
          .toSorted();
      }
    });

    test("rules are checked there as here", async () => {
      const cwd = path.join(folder, "rules");
      mkdirSync(cwd);
      const rules = [
        "{ name: much, measure: bytes_sent, above: 1KB }",
        "{ name: many, measure: requests, above: 1M, by: client_ip }",
        "{ name: broken, measure: error_rate, above: 99%, where: path=/* }",
        "{ name: flood, measure: floods }",
        "{ name: quiet, measure: silence, above: 3600 }",
      ];
      const lines = rules.map((rule) => `  - ${rule}\n`);
      writeFileSync(path.join(cwd, "culprit.yaml"), `rules:\n${lines.join("")}`);
      const check = (...argv: string[]): Promise<Result> =>
        culprit(["check", "--dry-run", "--at", "last", "--json", "--store", store, ...argv], {
          cwd,
        });
      const there = await check();
      const here = await check("--engine", address);
      expect(here).toMatchObject({ code: 1, err: "" });
      const told = (out: string): unknown =>
        JSON.parse(out.replaceAll(/ --(?:store|engine) [^\s"]+/g, ""));
      expect(told(here.out)).toEqual(told(there.out));
    });

    test("files are written here", async () => {
      const file = path.join(folder, "engine.parquet");
      const query = "SELECT client_ip, count(*) AS n FROM requests GROUP BY 1";
      const { code } = await culprit(["sql", query, "--engine", address, "-o", file]);
      expect(code).toBe(0);
      expect(statSync(file).size).toBeGreaterThan(300);
    });

    test.each<[argv: string[], code: number, says: RegExp]>([
      [["top", "path", "x.log", "--engine", address], 2, /reads no sources/],
      [["top", "path", "--engine", `${address}?table=none`], 3, /no table.*\n.*\n.*store register/],
      [["top", "nothing", "--engine", address], 2, /no field nothing/],
      [["sql", "DROP TABLE requests", "--engine", address], 2, /SQL cannot be run/],
      [["store", "register", "--store", "/"], 3, /no store at this place/],
      [["report", "--engine", "trino://127.0.0.1:1/a/b"], 3, /cannot be reached/],
    ])("%j is refused", async (argv, code, says) => {
      const result = await culprit(argv);
      expect(result.code).toBe(code);
      expect(result.err).toMatch(says);
    });

    test("--print prints and makes nothing", async () => {
      const { out } = await culprit([
        ...["store", "register", "--print", "--store", store, "--at", "s3://b/requests"],
        ...["--engine", `trino://test@${host}/lake/nowhere`],
      ]);
      expect(out).toMatch(/^CREATE SCHEMA IF NOT EXISTS "lake"."nowhere";\n/);
      const engine = await openEngine(`trino://test@${host}/lake/nowhere`, {
        env: {},
        signal: new AbortController().signal,
      });
      expect(await engine.columns()).toEqual([]);
    });
  });

  /** Some seconds of work for both workers, with an answer that is known. */
  const LONG = `SELECT count(*) AS n, count_if(a.line + b.line + c.x < 0) AS none
    FROM requests a CROSS JOIN requests b CROSS JOIN UNNEST(sequence(1, 25)) AS c(x)
    WHERE a.log_type = 'combined' AND b.log_type = 'combined'`;

  describe("a query that takes long", () => {
    test("is cancelled on the cluster when it is interrupted", async () => {
      const controller = new AbortController();
      const busy = await open(controller.signal, (at) => {
        if ((at?.rows ?? 0) > 0) controller.abort(new Error("interrupted"));
      });
      await expect(busy.rows(`${LONG} AND a.status > -1`)).rejects.toThrow("interrupted");
      const engine = await open();
      const running = async (): Promise<unknown> => {
        const [row] = await engine.rows(
          `SELECT count(*) AS n FROM system.runtime.queries
           WHERE state NOT IN ('FINISHED', 'FAILED') AND query LIKE '%status > -1%'
             AND query NOT LIKE '%system.runtime%'`,
        );
        return row?.["n"];
      };
      await expect.poll(running, { timeout: 30_000 }).toBe(0);
    });

    test("leaves no kept table behind when it is interrupted", async () => {
      const controller = new AbortController();
      let isLong = false;
      const busy = await open(
        controller.signal,
        (at) => {
          if (isLong && (at?.rows ?? 0) > 0) controller.abort(new Error("interrupted"));
        },
        "shop?scratch=lake.shop",
      );
      const kept = await busy.keep("SELECT 1 AS one");
      isLong = true;
      await expect(busy.keep(`${LONG} AND a.status > -1`)).rejects.toThrow("interrupted");
      await busy.release(kept);
      await busy.close();
      const engine = await open();
      const left = `SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'culprit_kept_%'`;
      expect(await engine.rows(left)).toEqual([]);
    });

    // The last test: the cluster has one worker from here on.
    test("that loses a worker is answered whole or not at all", { timeout: 400_000 }, async () => {
      let [long, killed] = [false, false];
      const engine = await open(undefined, (at) => {
        if (!long || killed || (at?.rows ?? 0) === 0) return;
        killed = true;
        process.kill(workers[1] as number, "SIGKILL");
      });
      const [{ n: each } = {}] = await engine.rows(
        "SELECT count(*) AS n FROM requests WHERE log_type = 'combined'",
      );
      long = true;
      const answer = await engine.rows(LONG).catch((error: unknown) => error);
      expect(killed).toBe(true);
      if (answer instanceof Problem) expect(answer.code).toBe("engine-lost-worker");
      else expect(answer).toEqual([{ n: 25 * Number(each) ** 2, none: 0 }]);
      expect(
        await engine.rows("SELECT count(*) AS n FROM requests WHERE log_type = 'combined'"),
      ).toEqual([{ n: each }]);
    });
  });
}
