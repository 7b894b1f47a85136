import path from "node:path";
import { expect, test } from "vitest";
import { copyRows } from "../../src/cli/copy-rows.js";
import type { Io } from "../../src/cli/io.js";
import type { Value } from "../../src/outputs/values.js";
import { openEngine } from "../store/stores.js";
import { folder } from "./culprit.js";

/* Rows that another engine answered, written as Parquet. */

test("every kind of column, and what stands in maps as JSON", async () => {
  const { db } = await openEngine();
  const time = new Date("2026-11-05T01:02:03.456Z");
  const rows: Value[][] = [
    ["it's", 7, 0.5, time, "192.0.2.1", { "%mt": "text/html" }, true, { a: [1] }],
    [null, null, null, null, null, null, null, null],
  ];
  const types = ["text", "int", "float", "time", "ip", "map", "bool", "json"] as const;
  const file = path.join(folder, "rows.parquet");
  const set = {
    columns: types.map((type) => ({ name: `of ${type}`, type })),
    rows: (async function* () {
      for (const row of rows) yield await Promise.resolve(row);
    })(),
  };
  await copyRows(db, set, file, { cwd: folder } as Io);
  const found = await db.rows(`SELECT * FROM read_parquet('${file}')`);
  expect(found.map((row) => Object.values(row))).toEqual([
    ["it's", 7, 0.5, time, "192.0.2.1", '{"%mt":"text/html"}', true, '{"a":[1]}'],
    [null, null, null, null, null, null, null, null],
  ]);
});
