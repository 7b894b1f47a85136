import { describe, expect, test } from "vitest";
import { withoutPassword } from "../../../src/engines/address.js";
import { openEngine } from "../../../src/engines/open.js";
import { statement, type Part, type TrinoSettings } from "../../../src/engines/trino/client.js";
import { drop, page, replies, silence, status, text, type Reply } from "./fake.js";

const COLUMNS = [{ name: "n", type: "bigint" }];

async function collect(settings: TrinoSettings, sql = "SELECT 1"): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of statement(settings, sql)) parts.push(part);
  return parts;
}

const ask = async (list: readonly Reply[]) => {
  const { origin, asked } = await replies(list);
  const seen = collect({ origin, headers: { "X-Trino-User": "me" }, patience: 5000 });
  return { origin, asked, seen };
};

const ROWS = [{ columns: COLUMNS }, { rows: [[1], [2]] }, { rows: [[3]] }];
const good = [
  page({ stats: { state: "QUEUED" } }, "/v1/statement/queued/q/1"),
  page({ columns: COLUMNS }, "/v1/statement/executing/q/1"),
  page({ columns: COLUMNS, data: [[1], [2]] }, "/v1/statement/executing/q/2"),
  page({ columns: COLUMNS, data: [[3]] }),
];

describe("the protocol", () => {
  test("follows the pages to the last one", async () => {
    const { seen, asked } = await ask(good);
    expect(await seen).toEqual(ROWS);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /v1/statement",
      "GET /v1/statement/queued/q/1",
      "GET /v1/statement/executing/q/1",
      "GET /v1/statement/executing/q/2",
    ]);
    expect(asked[0]?.body).toBe("SELECT 1");
  });

  test.each([429, 502, 503, 504])("asks again after HTTP %i", async (code) => {
    const [first, second, ...rest] = good as [Reply, Reply, Reply, Reply];
    const busy = status(code, { "retry-after": "0" });
    const { seen } = await ask([busy, first, busy, status(code), second, ...rest]);
    expect(await seen).toEqual(ROWS);
  });

  test("asks again when the connection is dropped, but not for the first answer", async () => {
    const [first, ...rest] = good as [Reply, Reply, Reply, Reply];
    expect(await (await ask([first, drop, ...rest])).seen).toEqual(ROWS);
    await expect((await ask([drop])).seen).rejects.toMatchObject({ code: "engine-unreachable" });
  });

  test("repeats a query that lost a worker before its first row", async () => {
    const lost = page({
      error: { errorName: "REMOTE_HOST_GONE", message: "gone", errorType: "INTERNAL_ERROR" },
    });
    const { seen, asked } = await ask([lost, ...good]);
    expect(await seen).toEqual(ROWS);
    expect(asked.filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  test("never gives half an answer as a whole one", async () => {
    const lost = page({ error: { errorName: "PAGE_TRANSPORT_TIMEOUT", message: "gone" } });
    const { seen, asked } = await ask([...good.slice(0, 3), lost]);
    await expect(seen).rejects.toMatchObject({ code: "engine-lost-worker" });
    expect(asked.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test.each<[error: object, code: string]>([
    [{ errorName: "SYNTAX_ERROR", errorType: "USER_ERROR", message: "line 1:1" }, "bad-sql"],
    [
      { errorName: "EXCEEDED_LOCAL_MEMORY_LIMIT", errorType: "INSUFFICIENT_RESOURCES" },
      "engine-failed",
    ],
    [{ errorName: "GENERIC_INTERNAL_ERROR", errorType: "INTERNAL_ERROR" }, "engine-failed"],
    [{}, "engine-failed"],
  ])("tells of %j", async (error, code) => {
    const { seen } = await ask([page({ error })]);
    await expect(seen).rejects.toMatchObject({ name: "Problem", code });
  });

  test.each<[code: number, problem: string]>([
    [401, "engine-refused"],
    [403, "engine-refused"],
    [404, "engine-failed"],
    [500, "engine-failed"],
  ])("tells of HTTP %i", async (code, problem) => {
    const { seen } = await ask([status(code)]);
    await expect(seen).rejects.toMatchObject({ name: "Problem", code: problem });
  });

  test("sends nothing to another host that a page names", async () => {
    const away = page({ nextUri: "http://203.0.113.1:1/v1/statement/executing/q/9?slug=x" });
    const { seen, asked } = await ask([away, page({ columns: COLUMNS, data: [[1]] })]);
    await seen;
    expect(asked[1]?.path).toBe("/v1/statement/executing/q/9?slug=x");
  });

  test("an abort cancels the query", async () => {
    const { origin, asked } = await replies([good[0] as Reply, silence]);
    const controller = new AbortController();
    const seen = collect({ origin, headers: {}, signal: controller.signal });
    await expect.poll(() => asked.length).toBe(2);
    controller.abort(new Error("interrupted"));
    await expect(seen).rejects.toThrow("interrupted");
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: "/v1/statement/queued/q/1" });
  });

  test("who reads no further cancels the query", async () => {
    const { origin, asked } = await replies(good);
    for await (const part of statement({ origin, headers: {} }, "SELECT 1")) {
      if ("rows" in part) break;
    }
    expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: "/v1/statement/executing/q/2" });
  });
});

describe("an engine", () => {
  const open = (address: string, env: Record<string, string> = {}) =>
    openEngine(address, { env, signal: new AbortController().signal });

  test("keeps 64 bits, times and other types", async () => {
    const types = [
      "bigint",
      "bigint",
      "double",
      "timestamp(6)",
      "timestamp(6)",
      "varchar",
      "boolean",
    ];
    types.push("array(bigint)", "decimal(38,2)", "date");
    const columns = types.map((type, at) => ({ name: `c${at}`, type }));
    const data = `[9007199254740993, 7, 0.12345678901234568, "2026-11-05 01:02:03.456789", null, "9007199254740993 \\" 1", true, [1], "12.50", "2026-11-05"]`;
    const { port } = await replies([
      text(`{"id":"q","columns":${JSON.stringify(columns)},"data":[${data}]}`),
    ]);
    const engine = await open(`trino://me@127.0.0.1:${port}/lake/logs`);
    const [row = {}] = await engine.rows("SELECT 1");
    expect(Object.values(row)).toEqual([
      9007199254740993n,
      7,
      0.12345678901234568,
      new Date("2026-11-05T01:02:03.456Z"),
      null,
      '9007199254740993 " 1',
      true,
      [1],
      12.5,
      new Date("2026-11-05"),
    ]);
  });

  test("says who asks, from where", async () => {
    const { port, asked } = await replies([page({ columns: COLUMNS, data: [[1]] })]);
    const engine = await open(`trino://me@127.0.0.1:${port}/lake/my%20logs`, {
      TRINO_PASSWORD: "s3cret",
    });
    await engine.rows("SELECT 1");
    expect(asked[0]?.headers).toMatchObject({
      "x-trino-user": "me",
      "x-trino-source": "culprit",
      "x-trino-catalog": "lake",
      "x-trino-schema": "my%20logs",
      authorization: `Basic ${Buffer.from("me:s3cret").toString("base64")}`,
    });
    expect(engine.name).not.toContain("s3cret");
  });

  test("a token is sent as such", async () => {
    const { port, asked } = await replies([page({ columns: COLUMNS, data: [[1]] })]);
    await (await open(`trino://me@127.0.0.1:${port}/a/b`, { TRINO_TOKEN: "jwt" })).rows("SELECT 1");
    expect(asked[0]?.headers.authorization).toBe("Bearer jwt");
  });

  test.each([
    "trino://me:s3cret@db.example:8080/lake/logs",
    "trino://me:s3cret@db.example/lake",
    "trino://me:s3cret@db.example/a/b/c",
    "trino://me:s3cret@db.example/a/b?x=1",
    "trino:///a/b",
    "clickhouse://me:s3cret@db.example/a/b",
    "clickhouse://",
    "athena://",
    "athena://db/x",
    "athena://db?outptu=s3://b",
    "oracle://me:s3cret@db.example/x",
    "me:s3cret@db.example",
    "trino://me%zz@db.example/a/b",
  ])("refuses %s and shows no password", async (address) => {
    const problem = await open(address).then(
      () => undefined,
      (error: unknown) => error as Error & { code: string; where?: string },
    );
    expect(problem).toMatchObject({ name: "Problem", code: "bad-engine" });
    expect(JSON.stringify([problem?.message, problem?.where])).not.toContain("s3cret");
  });

  test.each([
    ["trino://me:s3cret@h:8080/a/b", "trino://me@h:8080/a/b"],
    ["trino://me:s:3/c@r@h:8080/a/b", "trino://me@h:8080/a/b"],
    ["trino://me@h:8080/a/b", "trino://me@h:8080/a/b"],
    ["trino://h:8080/a/b", "trino://h:8080/a/b"],
    ["athena://db?output=s3://b@c", "athena://db?output=s3://b@c"],
    ["me:s3cret@h", "me@h"],
  ])("%s is shown as %s", (address, shown) => {
    expect(withoutPassword(address)).toBe(shown);
  });

  test("nobody there is a problem", async () => {
    const engine = await open("trino://me@127.0.0.1:1/a/b");
    await expect(engine.rows("SELECT 1")).rejects.toMatchObject({ code: "engine-unreachable" });
    const other = await open("clickhouse://me@127.0.0.1:1/a");
    await expect(other.rows("SELECT 1")).rejects.toMatchObject({ code: "engine-unreachable" });
    await other.close();
  });
});
