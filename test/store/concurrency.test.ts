import { describe, expect, test } from "vitest";
import { Change } from "../../src/store/change.js";
import { noTotals, readLedger } from "../../src/store/ledger.js";
import { kinds } from "./kinds.js";
import {
  combinedLines,
  contentOf,
  culprit,
  faultsOf,
  openEngine,
  squidLines,
  temporaryFolder,
  write,
} from "./stores.js";

/** Rows of each of the files that come one after the other. */
const STEP = 500;
const FILES = 6;

describe.each(kinds)("in $name", (kind) => {
  test("of two writers the second is told so, and nothing is harmed", async () => {
    const folder = temporaryFolder();
    const engine = await openEngine();
    const store = await kind.make(folder);
    write(folder, "a.log", combinedLines({ count: STEP }));
    const second = await store.place.locked(() =>
      culprit(folder, ["ingest", "a.log", ...store.args]),
    );
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(
      /^culprit: Another culprit is writing to the store \(process \d+(?: on \S+)?\)$/m,
    );
    expect(second.stderr).not.toMatch(/\bbug\b/);
    expect((await culprit(folder, ["ingest", "a.log", ...store.args])).code).toBe(0);
    expect((await contentOf(engine.db, await store.copy())).rows).toBe(STEP);
  });

  test("within a process too, one writer at a time", async () => {
    const { place } = await kind.make(temporaryFolder());
    await place.locked(async () => {
      await expect(place.locked(async () => {})).rejects.toMatchObject({ code: "store-busy" });
    });
    await place.locked(async () => {});
  });

  test("eight at once at a store that does not exist yet: each works alone or is told", async () => {
    const folder = temporaryFolder();
    const engine = await openEngine();
    const store = await kind.make(folder);
    const names = Array.from({ length: 8 }, (_, n) => {
      write(folder, `${n}.log`, combinedLines({ count: STEP, from: n * STEP }));
      return `${n}.log`;
    });
    const ended = await Promise.all(
      names.map((name) => culprit(folder, ["ingest", name, ...store.args])),
    );
    const done = ended.filter(({ code }) => code === 0).length;
    for (const { code, stderr } of ended.filter((one) => one.code !== 0)) {
      expect([code, stderr]).toEqual([3, expect.stringContaining("Another culprit is writing")]);
    }
    expect(done).toBeGreaterThan(0);
    expect((await contentOf(engine.db, await store.copy())).rows).toBe(done * STEP);
    expect(await faultsOf(engine, store.place)).toEqual([]);
  });

  test("a writer that lost its lock cannot commit over another", async () => {
    const { place } = await kind.make(temporaryFolder());
    const state = await readLedger(place);
    const commit = {
      version: 1,
      at: new Date(0).toISOString(),
      action: "forget",
      added: [],
      objects: [],
      rejects: [],
      removed: [],
      totals: noTotals,
      formats: {},
    } as const;
    await Change.run(place, (change) => change.commit(state, commit, []));
    await expect(
      Change.run(place, (change) => change.commit(state, commit, [])),
    ).rejects.toMatchObject({ code: "store-changed", exit: 3 });
    expect((await readLedger(place)).commit).toBe(1);
  });

  test("readers during ingest and compaction see a state at some commit, and none fails", async () => {
    const folder = temporaryFolder();
    const engine = await openEngine();
    const store = await kind.make(folder);
    for (let n = 0; n < FILES; n++) {
      const lines = n % 2 === 0 ? combinedLines : squidLines;
      write(folder, `${n}.log`, lines({ count: STEP, from: n * STEP, days: 1 }));
    }
    await must(["ingest", "0.log", ...store.args]);
    const valid = new Set(Array.from({ length: FILES }, (_, n) => (n + 1) * STEP));
    const at = { work: true };
    let answers = 0;

    async function must(args: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await culprit(folder, args);
      expect(code, stderr).toBe(0);
      return stdout;
    }

    const asks = [top, report, sql];

    async function read(reader: number): Promise<void> {
      let last = 0;
      for (let turn = reader; at.work; turn++) {
        const rows = await (asks[turn % asks.length] as () => Promise<number>)();
        expect(valid, `reader ${reader}`).toContain(rows);
        expect(rows, `reader ${reader}`).toBeGreaterThanOrEqual(last);
        last = rows;
        answers += 1;
      }
    }

    async function ask<T>(...args: string[]): Promise<T> {
      return JSON.parse(await must([...args, "--json", ...store.args])) as T;
    }

    async function top(): Promise<number> {
      const { rows } = await ask<{ rows: { requests: number }[] }>("top", "log_type");
      return rows.reduce((sum, { requests }) => sum + requests, 0);
    }

    async function report(): Promise<number> {
      const { totals } = await ask<{ totals: { requests: number } }>("report");
      return totals.requests;
    }

    async function sql(): Promise<number> {
      const query = "SELECT count(*) AS n, count(DISTINCT source) AS sources FROM requests";
      const { rows } = await ask<{ rows: { n: number; sources: number }[] }>("sql", query);
      const [{ n, sources }] = rows as [{ n: number; sources: number }];
      // Whole objects only.
      expect(n).toBe(sources * STEP);
      return n;
    }

    async function writeAll(): Promise<void> {
      for (let n = 1; n < FILES; n++) {
        await must(["ingest", `${n}.log`, ...store.args]);
        await must(["store", "compact", ...store.args]);
      }
    }

    const readers = Array.from({ length: kind.readers }, (_, reader) => read(reader));
    const writer = writeAll().finally(() => (at.work = false));
    await Promise.all([writer, ...readers]);
    expect(answers).toBeGreaterThanOrEqual(kind.readers);
    expect((await contentOf(engine.db, await store.copy())).rows).toBe(FILES * STEP);
    expect(await faultsOf(engine, store.place)).toEqual([]);
  }, 600_000);
});
