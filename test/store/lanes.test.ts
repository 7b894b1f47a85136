import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Lanes } from "../../src/store/lanes.js";
import { culprit } from "../cli/culprit.js";
import { openEngine, temporaryFolder } from "./stores.js";

const lanesOf = async (count: number): Promise<Lanes> => {
  const { db } = await openEngine();
  const lanes = await Lanes.open(db, count);
  onTestFinished(() => lanes.close());
  return lanes;
};

test("as many pieces of work as there are lanes go on at the same time", async () => {
  const lanes = await lanesOf(2);
  let [running, most] = [0, 0];
  const done = await lanes.each([1, 2, 3, 4, 5], async (_lane, item) => {
    most = Math.max(most, ++running);
    await sleep(5);
    running -= 1;
    return item * 10;
  });
  expect(most).toBe(2);
  expect(done).toEqual([10, 20, 30, 40, 50]);
});

test("memory is given back now and then, and the limit stays", async () => {
  const lanes = await lanesOf(2);
  const limit = async (): Promise<unknown> =>
    (await lanes.db.rows("SELECT current_setting('memory_limit') AS limit"))[0]?.["limit"];
  const before = await limit();
  const numbers = Array.from({ length: 40 }, (_, at) => at);
  const rows = await lanes.each(numbers, async (lane, item) => {
    const [row] = await lane.rows(`SELECT count(*) AS n FROM range(${item} * 1000)`);
    return row?.["n"];
  });
  expect(rows).toEqual(numbers.map((item) => item * 1000));
  expect(await limit()).toBe(before);
});

test("each lane asks the same tables, and has temporary ones of its own", async () => {
  const lanes = await lanesOf(2);
  const [db] = lanes.all;
  await db?.run("CREATE TABLE shared AS SELECT 7 AS n");
  const found = await lanes.each([1, 2], async (lane, item) => {
    await lane.run(`CREATE TEMP TABLE own AS SELECT n + ${item} AS n FROM shared`);
    await sleep(5);
    const [row] = await lane.rows("SELECT n FROM own");
    return row?.["n"];
  });
  expect(found).toEqual([8, 9]);
});

test("work that fails is told of when all other work has ended, and its lane goes on", async () => {
  const lanes = await lanesOf(1);
  const ended: number[] = [];
  const all = lanes.each([1, 2, 3], async (lane, item) => {
    await lane.run(item === 1 ? "SELECT * FROM nowhere" : "SELECT 1");
    ended.push(item);
  });
  await expect(all).rejects.toThrow(/nowhere/);
  expect(ended).toEqual([2, 3]);
});

test("logs that are each read otherwise, with lines for the exact reading, side by side", async () => {
  const folder = temporaryFolder();
  const fields = ["c-ip", "cs-method", "sc-status", "cs(User-Agent)"];
  const files = Array.from({ length: 24 }, (_, at) => {
    const order = fields.map((_field, index) => (index * (1 + 2 * (at % 2)) + at) % fields.length);
    const values = [`192.0.2.${at}`, "GET", "200", "a%20b"];
    const names = order.map((index) => fields[index]);
    const line = order.map((index) => values[index]).join(" ");
    const lines = Array.from({ length: 50 }, (_line, n) => `2026-11-05 10:00:${10 + n} ${line}`);
    const odd = `2026-11-05 11:00:00 ${line.replaceAll(" ", "\t")}`;
    const file = path.join(folder, `${at}.log`);
    writeFileSync(file, [`#Fields: date time ${names.join(" ")}`, ...lines, odd, ""].join("\n"));
    return file;
  });
  const { code, out } = await culprit(
    ["ingest", ...files, "--format", "w3c", "--store", "lake", "--memory", "400MB", "--json"],
    { cwd: folder },
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ objects: 24, lines: 24 * 52, blank: 24 });
});
