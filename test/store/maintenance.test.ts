import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { DuckDb } from "../../src/engines/duckdb/engine.js";
import { literal } from "../../src/engines/sql.js";
import { groupsOf, type Target } from "../../src/store/compact.js";
import { Change } from "../../src/store/change.js";
import { Folder } from "../../src/store/folder.js";
import { noTotals, readLedger, type Commit, type DataFile } from "../../src/store/ledger.js";
import { culprit } from "../cli/culprit.js";
import { kinds, type StoreKind, type TestStore } from "./kinds.js";
import {
  combinedLines,
  contentOf,
  faultsOf,
  openEngine,
  s3Lines,
  squidLines,
  temporaryFolder,
  write,
  type Content,
} from "./stores.js";

interface Filled {
  readonly folder: string;
  readonly store: TestStore;
  readonly run: (...args: string[]) => Promise<Record<string, unknown>>;
}

/** A store of three formats over four days, in as many commits as there are logs. */
async function fill({ make }: StoreKind): Promise<Filled> {
  const folder = temporaryFolder();
  const store = await make(folder);
  write(folder, "1.log", `${combinedLines({ count: 40, days: 4 })}not a line\n`);
  write(folder, "2.log", combinedLines({ count: 40, days: 4, from: 40 }));
  write(folder, "3.log", squidLines({ count: 40, days: 4 }));
  write(folder, "4.log", s3Lines({ count: 40, days: 4 }));
  const run = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { out, err } = await culprit([...args, "--json", ...store.args], { cwd: folder });
    expect(err).not.toContain("culprit: this is a bug");
    return JSON.parse(out) as Record<string, unknown>;
  };
  for (const n of [1, 2, 3, 4]) await run("ingest", `${n}.log`);
  return { folder, store, run };
}

const namesOf = async (store: TestStore, folder: string): Promise<string[]> =>
  (await store.place.list(folder)).map(({ name }) => name);

const contentIn = async (db: DuckDb, store: TestStore): Promise<Content> =>
  contentOf(db, await store.copy());

const file = (
  name: string,
  bytes: number,
  hour: number,
  more: Partial<DataFile> = {},
): DataFile => ({
  path: name,
  rows: 1,
  bytes,
  sha256: "",
  log_type: "s3",
  day: "2026-11-01",
  from: `2026-11-01T${String(hour).padStart(2, "0")}:00:00.000000Z`,
  until: null,
  entered: "2026-11-02T00:00:00.000Z",
  derived: [],
  ...more,
});

test.each<{ what: string; files: DataFile[]; groups: string[][]; more?: Partial<Target> }>([
  { what: "nothing to do for one file", files: [file("a", 1, 0)], groups: [] },
  {
    what: "few files wait for more",
    files: [file("a", 1, 1), file("b", 1, 2)],
    groups: [],
    more: { leastFiles: 3 },
  },
  {
    what: "few that fill half a file do not wait",
    files: [file("a", 30, 1), file("b", 30, 2)],
    groups: [["a", "b"]],
    more: { leastFiles: 3 },
  },
  {
    what: "a file of many rows is large",
    files: [
      file("a", 1, 1, { rows: 6 }),
      file("b", 1, 2, { rows: 4 }),
      file("c", 1, 3, { rows: 4 }),
      file("d", 1, 4, { rows: 4 }),
    ],
    groups: [["b", "c"]],
    more: { rows: 10 },
  },
  {
    what: "neighbours in time, up to the target",
    files: [
      file("c", 40, 3),
      file("a", 40, 1),
      file("b", 40, 2),
      file("d", 40, 4),
      file("e", 40, 5),
    ],
    groups: [
      ["a", "b"],
      ["c", "d"],
    ],
  },
  {
    what: "large files stay",
    files: [file("a", 50, 1), file("b", 10, 2), file("c", 10, 3)],
    groups: [["b", "c"]],
  },
  {
    what: "days and types stay apart",
    files: [
      file("a", 1, 1),
      file("b", 1, 2, { day: "2026-11-02" }),
      file("c", 1, 3, { log_type: "alb" }),
      file("d", 1, 4),
    ],
    groups: [["a", "d"]],
  },
])("compaction plans: $what", ({ files, groups, more }) => {
  const names = groupsOf(files, { bytes: 100, ...more }).map((group) =>
    group.map((one) => one.path),
  );
  expect(names).toEqual(groups);
});

describe.each(kinds)("in $name", (kind) => {
  test("status tells what the store holds", async () => {
    const { run } = await fill(kind);
    const type = { files: 4, days: 4, from: "2026-11-01T00:00:00.000000Z" };
    expect(await run("store", "status")).toMatchObject({
      commits: 4,
      objects: 4,
      lines: 161,
      parsed: 160,
      rejected: 1,
      blank: 0,
      duplicates: 0,
      rows: 160,
      types: [
        { ...type, log_type: "combined", objects: 2, rows: 80, files: 8 },
        { ...type, log_type: "s3", objects: 1, rows: 40 },
        { log_type: "squid", objects: 1, rows: 40, files: 4 },
      ],
      thin_hours: [],
    });
  });

  test("status names the hours in which objects are missing", async () => {
    const folder = temporaryFolder();
    const { args: store } = await kind.make(folder);
    // An object every twenty minutes for five days; two of the third day's at ten are missing.
    const lines = s3Lines({ count: 5 * 72, days: 5 }).split(/(?<=\n)/);
    const missing = new Set([2 * 72 + 30, 2 * 72 + 31]);
    lines.forEach((line, n) => missing.has(n) || write(folder, `${n}.log`, line));
    await culprit(["ingest", `${folder}/*.log`, ...store]);
    const { out } = await culprit(["store", "status", "--json", ...store]);
    expect(JSON.parse(out)).toMatchObject({
      types: [{ log_type: "s3", hours: 118, known: 118, thin: 1 }],
      thin_hours: [{ log_type: "s3", hour: "2026-11-03T10:00:00Z", objects: 1, usual: 3 }],
    });
    const text = await culprit(["store", "status", ...store]);
    expect(text.out).toContain("2026-11-03T10:00:00Z  s3  1 instead of 3");
    expect(text.out).toMatch(/complete hours\n.* 117 of 118$/m);
  });

  test("compaction leaves every row, in fewer files, sorted by time", async () => {
    const { store, run } = await fill(kind);
    const engine = await openEngine();
    const before = await contentIn(engine.db, store);
    expect(await run("store", "compact")).toMatchObject({ before: 16, after: 12 });
    expect(await contentIn(engine.db, store)).toEqual(before);
    expect(await faultsOf(engine, store.place)).toEqual([]);
    const copy = await store.copy();
    const files = await namesOf(store, "requests");
    expect(files).toHaveLength(12);
    for (const name of files) {
      const [row] = await engine.db.rows(`SELECT count(*) AS wrong FROM (
      SELECT time < lag(time) OVER (ORDER BY file_row_number) AS back
      FROM read_parquet(${literal(path.join(copy, name))}, file_row_number = true)) WHERE back`);
      expect(row).toEqual({ wrong: 0 });
    }
    expect(await run("store", "compact")).toMatchObject({ before: 12, after: 12 });
  });

  test("what is forgotten stays forgotten, and the sums still add up", async () => {
    const { folder, store, run } = await fill(kind);
    const engine = await openEngine();
    expect(await run("store", "forget", "--before", "2026-11-03")).toMatchObject({
      files: 8,
      rows: 80,
      rejects: 0,
    });
    expect(await contentIn(engine.db, store)).toMatchObject({ rows: 80 });
    expect(await faultsOf(engine, store.place)).toEqual([]);
    const days = (await namesOf(store, "requests/log_type=s3")).map((name) => name.split("/")[2]);
    expect(days).toEqual(["day=2026-11-03", "day=2026-11-04"]);
    // Touched, so that it is compared by what it holds.
    writeFileSync(path.join(folder, "3.log"), readFileSync(path.join(folder, "3.log")));
    expect(await run("ingest", "3.log")).toMatchObject({ objects: 0, known: 1 });
    appendFileSync(path.join(folder, "3.log"), squidLines({ count: 4, from: 400 }));
    expect(await run("ingest", "3.log")).toMatchObject({ objects: 1, lines: 4 });
    expect(await run("report")).toMatchObject({
      accounting: { lines: 85, parsed: 84, rejected: 1, blank: 0 },
    });
    expect(await run("store", "forget", "--before", "2027-01-01")).toMatchObject({ rejects: 1 });
    expect(await faultsOf(engine, store.place)).toEqual([]);
    expect(await run("report")).toMatchObject({ accounting: { lines: 0 } });
  });

  describe("verify tells", () => {
    test.each<{
      what: string;
      harm: (store: TestStore, first: string, bytes: Buffer) => Promise<void>;
      fault: RegExp;
    }>([
      {
        what: "a missing file",
        harm: (store, first) => store.remove(first),
        fault: /\.parquet: missing$/,
      },
      {
        what: "a file that was cut",
        harm: (store, first, bytes) => store.write(first, bytes.subarray(0, 100)),
        fault: /: 100 bytes, the ledger says \d+$/,
      },
      {
        what: "one changed byte",
        harm(store, first, bytes) {
          bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200);
          return store.write(first, bytes);
        },
        fault: /: its bytes have changed$/,
      },
      {
        what: "a file in no commit",
        harm: (store, first) => store.write(first.replace(/[^/]+$/, "x.parquet"), Buffer.from("x")),
        fault: /x\.parquet: in no commit/,
      },
      {
        what: "a missing list of objects",
        harm: async (store) => {
          for (const name of await namesOf(store, "objects")) await store.remove(name);
        },
        fault: /^objects\/.*: missing$/,
      },
    ])("$what", async ({ harm, fault }) => {
      const { store } = await fill(kind);
      const [first = ""] = await namesOf(store, "requests");
      await harm(store, first, readFileSync(path.join(await store.copy(), first)));
      const { code, out } = await culprit(["store", "verify", ...store.args]);
      expect(code).toBe(3);
      expect(out.split("\n")[0]).toMatch(fault);
    });
  });

  test("a missing commit is a problem, not a smaller store", async () => {
    const { store, folder } = await fill(kind);
    await store.remove("ledger/000000000002.json");
    const { code, err } = await culprit(["ingest", "1.log", ...store.args], { cwd: folder });
    expect([code, err]).toEqual([3, expect.stringContaining("A commit is missing")]);
    expect(await namesOf(store, "requests")).toHaveLength(16);
  });

  test("a writer that lost its ledger removes no data", async () => {
    const { store, folder } = await fill(kind);
    for (const name of await namesOf(store, "ledger")) await store.remove(name);
    await culprit(["ingest", "1.log", ...store.args], { cwd: folder });
    expect((await namesOf(store, "requests")).length).toBeGreaterThanOrEqual(16);
  });

  test("commits are summed up, and the old ones go", async () => {
    const { place, copy } = await kind.make(temporaryFolder());
    let state = await readLedger(place);
    for (let n = 0; n < 205; n++) {
      const commit: Commit = {
        version: 1,
        at: new Date(n).toISOString(),
        action: "ingest",
        added: [file(`requests/${n}.parquet`, 1, 0)],
        objects: [],
        rejects: [],
        removed: n === 0 ? [] : [`requests/${n - 1}.parquet`],
        totals: { ...noTotals, lines: 1, parsed: 1 },
        formats: { s3: 1 },
      };
      const before = state;
      state = await Change.run(place, (change) => change.commit(before, commit, []));
    }
    expect(state).toMatchObject({ commit: 205, formats: { s3: 205 }, totals: { lines: 205 } });
    expect(state.files.map((one) => one.path)).toEqual(["requests/204.parquet"]);
    expect(await readLedger(place)).toEqual(state);
    expect(await place.list("ledger")).toHaveLength(107);
    expect(await readLedger(new Folder(await copy()))).toEqual(state);
  });

  test("lists of objects grow with the logarithm of the commits", async () => {
    const folder = temporaryFolder();
    const store = await kind.make(folder);
    for (let n = 0; n < 15; n++) {
      write(folder, `${n}.log`, combinedLines({ count: 1, from: n }));
      await culprit(["ingest", `${n}.log`, ...store.args], { cwd: folder });
    }
    expect(await namesOf(store, "objects")).toHaveLength(4);
    expect(await faultsOf(await openEngine(), store.place)).toEqual([]);
  });
});

/** Rules that other engines need: Trino, Athena, ClickHouse and Spark. */
test("data files hold only types that every engine reads", async () => {
  const { store, run } = await fill(kinds[0] as StoreKind);
  await run("store", "compact");
  const { db } = await openEngine();
  for (const place of await namesOf(store, "requests")) {
    const name = path.join(store.place.name, place);
    const columns =
      await db.rows(`SELECT name, type, converted_type AS converted, logical_type AS logical
      FROM parquet_schema(${literal(name)}) WHERE type IS NOT NULL`);
    const found = columns.map(({ type, converted }) => `${String(type)} ${String(converted)}`);
    expect(new Set(found)).toEqual(
      new Set(["INT64 TIMESTAMP_MICROS", "INT64 INT_64", "BYTE_ARRAY UTF8", "DOUBLE null"]),
    );
    const time = columns.find((column) => column["name"] === "time");
    expect(time?.["logical"]).toContain("isAdjustedToUTC=0");
    expect(columns.map((column) => column["name"])).not.toContain("log_type");
    expect(place).toMatch(
      /^requests\/log_type=[A-Za-z0-9_.-]+\/day=(\d{4}-\d\d-\d\d|undated)\/[0-9a-f-]+\.parquet$/,
    );
    const [codec] = await db.rows(
      `SELECT DISTINCT compression FROM parquet_metadata(${literal(name)})`,
    );
    expect(codec).toEqual({ compression: "ZSTD" });
  }
});
