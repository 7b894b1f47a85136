import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Lanes } from "../../src/store/lanes.js";
import { openEngine } from "./stores.js";

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
