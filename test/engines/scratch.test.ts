import { describe, expect, test } from "vitest";
import { engineAddress, scratchOf } from "../../src/engines/address.js";
import { trino } from "../../src/engines/trino/dialect.js";
import { openEngine } from "../../src/engines/open.js";
import { KEPT, Scratch } from "../../src/engines/scratch.js";
import { Problem } from "../../src/problems/problem.js";

/** A place that remembers what was done there; `fails` says what cannot be done. */
function place(fails: { create?: Error; drop?: (times: number) => boolean } = {}) {
  const done: string[] = [];
  const notes: string[] = [];
  let drops = 0;
  const scratch = new Scratch({
    schema: '"s"',
    create: (table, sql) => {
      done.push(`create ${table} ${sql}`);
      return fails.create === undefined ? Promise.resolve() : Promise.reject(fails.create);
    },
    insert: (table, sql) => {
      done.push(`insert ${table} ${sql}`);
      return Promise.resolve();
    },
    drop: (table) => {
      done.push(`drop ${table}`);
      const isLost = fails.drop?.(++drops) === true;
      return isLost ? Promise.reject(new Error("the network is gone")) : Promise.resolve();
    },
    onNote: (note) => notes.push(note),
  });
  return { scratch, done, notes };
}

describe("tables of a run", () => {
  test("take more rows, some thousand values at a time", async () => {
    const { scratch, done } = place();
    const kept = await scratch.keep("SELECT 1");
    const columns = [
      Float64Array.from({ length: 5001 }, (_, at) => at - 1),
      new Float64Array(5001),
    ];
    (columns[0] as Float64Array)[1] = NaN;
    (columns[1] as Float64Array)[5000] = 1;
    const types = [
      ["a", "float"],
      ["b", "bool"],
    ] as const;
    await scratch.append(kept, trino, types, { count: 5001, columns });
    const inserted = done.slice(1);
    expect(inserted).toHaveLength(2);
    expect(inserted[0]).toContain("VALUES ((-1), FALSE), (NULL, FALSE), (1, FALSE)");
    expect(inserted[1]).toContain("(VALUES (3999, FALSE)");
    expect(inserted[1]).toContain("(4999, TRUE)) AS given");
    for (const sql of inserted) expect(Buffer.byteLength(sql)).toBeLessThan(256 * 1024);
  });

  test("each has a name of its own and is dropped once", async () => {
    const { scratch, done, notes } = place();
    const [one, two] = [await scratch.keep("SELECT 1"), await scratch.keep("SELECT 1")];
    expect(one).toMatch(new RegExp(`^"s"[.]${KEPT}[0-9a-f]{32}$`));
    expect(two).not.toBe(one);
    await scratch.release(one);
    await scratch.release(one);
    await scratch.release("requests");
    await scratch.close();
    await scratch.close();
    expect(done.slice(2)).toEqual([`drop ${one}`, `drop ${two}`]);
    expect(notes).toEqual([]);
  });

  test("one whose making was cut off is dropped at the end", async () => {
    const { scratch, done } = place({ create: new Error("interrupted") });
    await expect(scratch.keep("SELECT 1")).rejects.toThrow("interrupted");
    await scratch.close();
    expect(done.map((each) => each.split(" ")[0])).toEqual(["create", "drop"]);
  });

  test("one that cannot be made is a problem that names the schema", async () => {
    const why = new Problem({ code: "bad-sql", what: "Access Denied", exit: 2 });
    const { scratch } = place({ create: why });
    await expect(scratch.keep("SELECT 1")).rejects.toMatchObject({
      code: "bad-scratch",
      where: '"s"',
    });
  });

  test("one that cannot be dropped is tried again, and then named", async () => {
    const again = place({ drop: (times) => times === 1 });
    await again.scratch.release(await again.scratch.keep("SELECT 1"));
    await again.scratch.close();
    expect(again.done).toHaveLength(3);
    expect(again.notes).toEqual([]);
    const never = place({ drop: () => true });
    const table = await never.scratch.keep("SELECT 1");
    await never.scratch.release(table);
    await never.scratch.close();
    expect(never.notes).toEqual([
      `${table} could not be dropped, and is yours to drop: the network is gone`,
    ]);
  });
});

test("the address names the schema", async () => {
  const of = (text: string): readonly string[] | undefined =>
    scratchOf(text, engineAddress(text), 2);
  expect(of("trino://me@h/c/s")).toBeUndefined();
  expect(of("trino://me@h/c/s?scratch=tmp")).toEqual(["tmp"]);
  expect(of("trino://me@h/c/s?scratch=memory.default")).toEqual(["memory", "default"]);
  for (const bad of ["", ".", "a.", "a.b.c"]) {
    expect(() => of(`trino://me@h/c/s?scratch=${bad}`), bad).toThrow(
      expect.objectContaining({ code: "bad-engine" }),
    );
  }
  const open = (text: string): Promise<unknown> =>
    openEngine(text, { env: {}, signal: new AbortController().signal });
  await expect(open("athena://shop?region=us-east-1&scratch=tmp")).rejects.toMatchObject({
    code: "bad-engine",
  });
});
