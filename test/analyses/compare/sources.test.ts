import { mkdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compare } from "../../../src/analyses/compare/compare.js";
import { metrics, type MetricName } from "../../../src/analyses/compare/metric.js";
import type { Scope, Window } from "../../../src/analyses/scope.js";
import { scopeOf } from "../../../src/cli/scope.js";
import type { Engine } from "../../../src/engines/engine.js";
import { DuckDb } from "../../../src/engines/duckdb/engine.js";
import { storedRows } from "../../../src/store/stored.js";
import { folder } from "../../cli/culprit.js";
import { normal } from "../../engines/questions.js";

/** So many that they are counted once for each column. */
const ROWS = 600_000;
/** Names that the queries themselves use. */
const DERIVED = ["n0", "w", "value"];

let db: DuckDb;
let scope: Scope;
let rescanning: Scope;

beforeAll(async () => {
  const temporary = path.join(folder, "sources");
  mkdirSync(temporary);
  db = await DuckDb.open({ memory: 2 ** 30, temporary, logZone: "UTC" });
  // Of the last three days, two in seven requests are a stranger's.
  await db.run(`CREATE TABLE generated AS
    SELECT TIMESTAMP '2026-11-02' + to_microseconds(CASE WHEN i < 250000 THEN i * 1036800
        ELSE 259200000000 + (i - 250000) * 740571 END) AS time,
      CASE WHEN odd THEN '203.0.113.9' ELSE '198.51.' || (i % 4) || '.' || (i % 1200) END AS client_ip,
      CASE WHEN odd THEN '/it''s/' || (i % 5000) WHEN kind = 0 THEN NULL
        WHEN kind < 4 THEN '/shop/item-' || (i % 4000) || '.html' ELSE '/img/' || kind || '.PNG' END AS path,
      CASE WHEN kind = 5 THEN 'id=' || (i % 9999) END AS query,
      CASE kind WHEN 0 THEN '' WHEN 1 THEN 'https://www.example.com/' || (i % 3000) END AS referrer,
      CASE WHEN odd THEN 'curl/8' WHEN kind = 2 THEN NULL ELSE 'Mozilla/5.0 (' || kind || ')' END AS user_agent,
      CASE WHEN kind = 3 THEN NULL WHEN odd THEN 503 ELSE 200 END AS status,
      CASE WHEN kind = 4 THEN NULL ELSE (i * 7919) % 90000 + 20000 END AS bytes_sent,
      CASE WHEN odd THEN 9000 ELSE 20 + i % 70 END AS duration_ms,
      CASE WHEN kind < 3 THEN 'GET' END AS method, 'combined' AS log_type,
      'n' || (kind % 3) AS n0, 'w' AS w, CASE WHEN kind = 1 THEN 'v' END AS value
    FROM (SELECT i, i % 6 AS kind, i >= 250000 AND i % 7 < 2 AS odd FROM range(${ROWS}) AS numbers(i))`);
  const rows = `(SELECT * FROM ${storedRows([], DERIVED)} UNION ALL BY NAME SELECT * FROM generated)`;
  scope = await scopeOf(
    db,
    rows,
    () => ({}),
    "UTC",
    () => "TRUE",
  );
  const plain = Object.create(db, { keepsTables: { value: false } }) as Engine;
  rescanning = { ...scope, db: plain };
});

afterAll(() => db.close());

const day = (from: number, until: number): Window => ({
  from: new Date(Date.UTC(2026, 10, 2 + from)),
  until: new Date(Date.UTC(2026, 10, 2 + until)),
});

describe("what is counted once", () => {
  test.each<[by: MetricName, baseline: Window[]]>([
    ["requests", [day(0, 3)]],
    ["bytes_sent", [day(0, 1), day(1, 2), day(2, 3)]],
    ["duration_ms", [day(0, 3)]],
  ])("by %s says the same as the rows do", async (by, windows) => {
    const question = {
      metric: metrics[by],
      incident: day(3, 6),
      baseline: { kind: "given" as const, windows, odd: [] },
    };
    const [once, anew] = [
      await compare({ ...question, scope }, DERIVED),
      await compare({ ...question, scope: rescanning }, DERIVED),
    ];
    expect(once.verdict).toBe("explained");
    expect(once.fields).toEqual(expect.arrayContaining(DERIVED));
    expect(normal(once)).toEqual(normal(anew));
  });

  test("nothing stays behind", async () => {
    const tables = await db.rows("SELECT table_name FROM duckdb_tables()");
    expect(tables).toEqual([{ table_name: "generated" }]);
  });
});
