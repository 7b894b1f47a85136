import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { literal } from "../../src/engines/sql.js";
import { groupsOf } from "../../src/store/compact.js";
import { Change } from "../../src/store/change.js";
import { noTotals, readLedger, type Commit, type DataFile } from "../../src/store/ledger.js";
import { culprit } from "../cli/culprit.js";
import {
  combinedLines,
  contentOf,
  faultsOf,
  openEngine,
  s3Lines,
  squidLines,
  temporaryFolder,
  write,
} from "./stores.js";

/** A store of three formats over four days, in as many commits as there are logs. */
async function fill(): Promise<{ folder: string; store: string; run: typeof run }> {
  const folder = temporaryFolder();
  const store = path.join(folder, "store");
  write(folder, "1.log", `${combinedLines({ count: 40, days: 4 })}not a line\n`);
  write(folder, "2.log", combinedLines({ count: 40, days: 4, from: 40 }));
  write(folder, "3.log", squidLines({ count: 40, days: 4 }));
  write(folder, "4.log", s3Lines({ count: 40, days: 4 }));
  const run = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { out, err } = await culprit([...args, "--json", "--store", store], { cwd: folder });
    expect(err).not.toContain("culprit: this is a bug");
    return JSON.parse(out) as Record<string, unknown>;
  };
  for (const n of [1, 2, 3, 4]) await run("ingest", `${n}.log`);
  return { folder, store, run };
}

const dataFiles = (store: string): string[] =>
  readdirSync(path.join(store, "requests"), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".parquet"))
    .map((name) => path.join(store, "requests", name));

test("status tells what the store holds", async () => {
  const { run } = await fill();
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
  const store = ["--store", path.join(folder, "store")];
  // An object every twenty minutes for five days; two of the third day's at ten are missing.
  const lines = s3Lines({ count: 5 * 72, days: 5 }).split(/(?<=\n)/);
  const missing = new Set([2 * 72 + 30, 2 * 72 + 31]);
  lines.forEach((line, n) => missing.has(n) || write(folder, `${n}.log`, line));
  await culprit(["ingest", folder, ...store]);
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
  const { store, run } = await fill();
  const engine = await openEngine();
  const before = await contentOf(engine.db, store);
  expect(await run("store", "compact")).toMatchObject({ before: 16, after: 12 });
  expect(await contentOf(engine.db, store)).toEqual(before);
  expect(await faultsOf(engine, store)).toEqual([]);
  expect(dataFiles(store)).toHaveLength(12);
  for (const file of dataFiles(store)) {
    const [row] = await engine.db.rows(`SELECT count(*) AS wrong FROM (
      SELECT time < lag(time) OVER (ORDER BY file_row_number) AS back
      FROM read_parquet(${literal(file)}, file_row_number = true)) WHERE back`);
    expect(row).toEqual({ wrong: 0 });
  }
  expect(await run("store", "compact")).toMatchObject({ before: 12, after: 12 });
});

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

test.each([
  { what: "nothing to do for one file", files: [file("a", 1, 0)], groups: [] },
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
])("compaction plans: $what", ({ files, groups }) => {
  const names = groupsOf(files, 100).map((group) => group.map((one) => one.path));
  expect(names).toEqual(groups);
});

test("what is forgotten stays forgotten, and the sums still add up", async () => {
  const { folder, store, run } = await fill();
  const engine = await openEngine();
  expect(await run("store", "forget", "--before", "2026-11-03")).toMatchObject({
    files: 8,
    rows: 80,
    rejects: 0,
  });
  expect(await contentOf(engine.db, store)).toMatchObject({ rows: 80 });
  expect(await faultsOf(engine, store)).toEqual([]);
  expect(readdirSync(path.join(store, "requests", "log_type=s3"))).toEqual([
    "day=2026-11-03",
    "day=2026-11-04",
  ]);
  // Touched, so that it is compared by what it holds.
  writeFileSync(path.join(folder, "3.log"), readFileSync(path.join(folder, "3.log")));
  expect(await run("ingest", "3.log")).toMatchObject({ objects: 0, known: 1 });
  appendFileSync(path.join(folder, "3.log"), squidLines({ count: 4, from: 400 }));
  expect(await run("ingest", "3.log")).toMatchObject({ objects: 1, lines: 4 });
  expect(await run("report")).toMatchObject({
    accounting: { lines: 85, parsed: 84, rejected: 1, blank: 0 },
  });
  expect(await run("store", "forget", "--before", "2027-01-01")).toMatchObject({ rejects: 1 });
  expect(await faultsOf(engine, store)).toEqual([]);
  expect(await run("report")).toMatchObject({ accounting: { lines: 0 } });
});

describe("verify tells", () => {
  test.each<{ what: string; harm: (store: string, files: string[]) => void; fault: RegExp }>([
    {
      what: "a missing file",
      harm: (_store, [first = ""]) => rmSync(first),
      fault: /\.parquet: missing$/,
    },
    {
      what: "a file that was cut",
      harm: (_store, [first = ""]) => truncateSync(first, 100),
      fault: /: 100 bytes, the ledger says \d+$/,
    },
    {
      what: "one changed byte",
      harm(_store, [first = ""]) {
        const bytes = readFileSync(first);
        bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200);
        writeFileSync(first, bytes);
      },
      fault: /: its bytes have changed$/,
    },
    {
      what: "a file in no commit",
      harm: (_store, [first = ""]) => writeFileSync(first.replace(/[^/]+$/, "x.parquet"), "x"),
      fault: /x\.parquet: in no commit/,
    },
    {
      what: "a missing list of objects",
      harm: (store) => rmSync(path.join(store, "objects"), { recursive: true }),
      fault: /^objects\/.*: IO Error/,
    },
  ])("$what", async ({ harm, fault }) => {
    const { store } = await fill();
    harm(store, dataFiles(store));
    const { code, out } = await culprit(["store", "verify", "--store", store]);
    expect(code).toBe(3);
    expect(out.split("\n")[0]).toMatch(fault);
  });
});

test("a missing commit is a problem, not a smaller store", async () => {
  const { store, folder } = await fill();
  rmSync(path.join(store, "ledger", "000000000002.json"));
  const { code, err } = await culprit(["ingest", "1.log", "--store", store], { cwd: folder });
  expect([code, err]).toEqual([3, expect.stringContaining("A commit is missing")]);
  expect(dataFiles(store)).toHaveLength(16);
});

test("a writer that lost its ledger removes no data", async () => {
  const { store, folder } = await fill();
  rmSync(path.join(store, "ledger"), { recursive: true });
  await culprit(["ingest", "1.log", "--store", store], { cwd: folder });
  expect(dataFiles(store).length).toBeGreaterThanOrEqual(16);
});

test("commits are summed up, and the old ones go", async () => {
  const store = path.join(temporaryFolder(), "store");
  mkdirSync(store);
  let state = await readLedger(store);
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
    state = await Change.run(store, (change) => change.commit(before, commit, []));
  }
  expect(state).toMatchObject({ commit: 205, formats: { s3: 205 }, totals: { lines: 205 } });
  expect(state.files.map((one) => one.path)).toEqual(["requests/204.parquet"]);
  expect(await readLedger(store)).toEqual(state);
  expect(readdirSync(path.join(store, "ledger"))).toHaveLength(107);
});

test("lists of objects grow with the logarithm of the commits", async () => {
  const folder = temporaryFolder();
  const store = path.join(folder, "store");
  for (let n = 0; n < 15; n++) {
    write(folder, `${n}.log`, combinedLines({ count: 1, from: n }));
    await culprit(["ingest", `${n}.log`, "--store", store], { cwd: folder });
  }
  expect(readdirSync(path.join(store, "objects"))).toHaveLength(4);
  expect(await faultsOf(await openEngine(), store)).toEqual([]);
});

/** Rules that other engines need: Trino, Athena, ClickHouse and Spark. */
test("data files hold only types that every engine reads", async () => {
  const { store, run } = await fill();
  await run("store", "compact");
  const { db } = await openEngine();
  for (const name of dataFiles(store)) {
    const columns =
      await db.rows(`SELECT name, type, converted_type AS converted, logical_type AS logical
      FROM parquet_schema(${literal(name)}) WHERE type IS NOT NULL`);
    const kinds = columns.map(({ type, converted }) => `${String(type)} ${String(converted)}`);
    expect(new Set(kinds)).toEqual(
      new Set(["INT64 TIMESTAMP_MICROS", "INT64 INT_64", "BYTE_ARRAY UTF8", "DOUBLE null"]),
    );
    const time = columns.find((column) => column["name"] === "time");
    expect(time?.["logical"]).toContain("isAdjustedToUTC=0");
    expect(columns.map((column) => column["name"])).not.toContain("log_type");
    expect(path.relative(store, name)).toMatch(
      /^requests\/log_type=[A-Za-z0-9_.-]+\/day=(\d{4}-\d\d-\d\d|undated)\/[0-9a-f-]+\.parquet$/,
    );
    const [codec] = await db.rows(
      `SELECT DISTINCT compression FROM parquet_metadata(${literal(name)})`,
    );
    expect(codec).toEqual({ compression: "ZSTD" });
  }
});
