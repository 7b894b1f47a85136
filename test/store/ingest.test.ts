import { appendFileSync, readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { culprit } from "../cli/culprit.js";
import { kinds, type StoreKind, type TestStore } from "./kinds.js";
import { combinedLines, faultsOf, openEngine, s3Lines, temporaryFolder, write } from "./stores.js";

interface Scene {
  readonly folder: string;
  readonly store: TestStore;
  readonly ingest: (args: readonly string[], stdin?: string) => Promise<Record<string, unknown>>;
  readonly ask: (sql: string) => Promise<Record<string, unknown>[]>;
}

/** A folder with logs, and a store. */
async function scene({ make }: StoreKind): Promise<Scene> {
  const folder = temporaryFolder();
  const store = await make(folder);
  return {
    folder,
    store,
    async ingest(args, stdin = "") {
      const { out, err } = await culprit(["ingest", ...args, "--json", ...store.args], {
        cwd: folder,
        stdin,
      });
      expect(err).not.toContain("bug in culprit");
      return JSON.parse(out) as Record<string, unknown>;
    },
    async ask(sql) {
      const { out, err } = await culprit(["sql", sql, "--json", ...store.args], { cwd: folder });
      return (JSON.parse(out || `{"rows":"${err}"}`) as { rows: Record<string, unknown>[] }).rows;
    },
  };
}

const NINE = combinedLines({ count: 9 });
const lineEnd = (text: string, lines: number): number => {
  let at = 0;
  for (let n = 0; n < lines; n++) at = text.indexOf("\n", at) + 1;
  return at;
};

/** What is ingested, step by step, and how many objects and lines each step brings. */
const cases: {
  what: string;
  steps: {
    before?: (folder: string) => void;
    args: string[];
    stdin?: string;
    brings: { objects: number; lines: number; held_back?: number; failed?: number };
  }[];
  rows: number;
}[] = [
  {
    what: "the same bytes under two names in one batch enter once",
    steps: [
      {
        before: (folder) =>
          ["a.log", "b.log", "a.log.1.gz"].map((name) => write(folder, name, NINE)),
        args: ["a.log", "b.log", "a.log.1.gz"],
        brings: { objects: 1, lines: 9 },
      },
      { args: ["b.log", "a.log"], brings: { objects: 0, lines: 0 } },
    ],
    rows: 9,
  },
  {
    what: "a longer copy in the same batch brings only what it has more",
    steps: [
      {
        before: (folder) => {
          write(folder, "a.log", NINE.slice(0, lineEnd(NINE, 4)));
          write(folder, "b.log", NINE);
        },
        args: ["a.log", "b.log"],
        brings: { objects: 2, lines: 9 },
      },
    ],
    rows: 9,
  },
  {
    what: "a grown log, then rotated, then compressed",
    steps: [
      {
        before: (folder) => write(folder, "a.log", NINE.slice(0, lineEnd(NINE, 4))),
        args: ["a.log"],
        brings: { objects: 1, lines: 4 },
      },
      {
        before: (folder) => write(folder, "a.log", NINE),
        args: ["a.log"],
        brings: { objects: 1, lines: 5 },
      },
      {
        before: (folder) => {
          renameSync(path.join(folder, "a.log"), path.join(folder, "a.log.1"));
          write(folder, "a.log", combinedLines({ count: 3, from: 9 }));
        },
        args: ["a.log", "a.log.1"],
        brings: { objects: 1, lines: 3 },
      },
      {
        before: (folder) => write(folder, "a.log.2.gz", NINE),
        args: ["a.log.2.gz", "a.log"],
        brings: { objects: 0, lines: 0 },
      },
    ],
    rows: 12,
  },
  {
    what: "a log that is copied and cut (copytruncate)",
    steps: [
      {
        before: (folder) => write(folder, "a.log", NINE.slice(0, lineEnd(NINE, 6))),
        args: ["a.log"],
        brings: { objects: 1, lines: 6 },
      },
      {
        before: (folder) => {
          write(folder, "a.log.1", NINE);
          writeFileSync(path.join(folder, "a.log"), "");
        },
        args: ["a.log", "a.log.1"],
        brings: { objects: 1, lines: 3 },
      },
    ],
    rows: 9,
  },
  {
    what: "half a line of a live log waits for its other half",
    steps: [
      {
        before: (folder) => write(folder, "a.log", NINE.slice(0, lineEnd(NINE, 5) + 20), true),
        args: ["a.log"],
        brings: { objects: 1, lines: 5, held_back: 1 },
      },
      { args: ["a.log"], brings: { objects: 0, lines: 0, held_back: 1 } },
      {
        before: (folder) => write(folder, "a.log", NINE, true),
        args: ["a.log"],
        brings: { objects: 1, lines: 4 },
      },
    ],
    rows: 9,
  },
  {
    what: "a log at rest may end without a line end",
    steps: [
      {
        before: (folder) => write(folder, "a.log", NINE.slice(0, -1)),
        args: ["a.log"],
        brings: { objects: 1, lines: 9 },
      },
      { args: ["a.log"], brings: { objects: 0, lines: 0 } },
    ],
    rows: 9,
  },
  {
    what: "what was held back enters when the log has come to rest",
    steps: [
      {
        before: (folder) => write(folder, "a.log", NINE.slice(0, -1), true),
        args: ["a.log"],
        brings: { objects: 1, lines: 8, held_back: 1 },
      },
      {
        before: (folder) => utimesSync(path.join(folder, "a.log"), 0, 0),
        args: ["a.log"],
        brings: { objects: 1, lines: 1 },
      },
    ],
    rows: 9,
  },
  {
    what: "standard input: the same again, and more of it",
    steps: [
      { args: ["-"], stdin: NINE.slice(0, lineEnd(NINE, 4)), brings: { objects: 1, lines: 4 } },
      { args: ["-"], stdin: NINE.slice(0, lineEnd(NINE, 4)), brings: { objects: 0, lines: 0 } },
      { args: ["-"], stdin: NINE, brings: { objects: 1, lines: 5 } },
      {
        before: (folder) => write(folder, "a.log", NINE),
        args: ["a.log"],
        brings: { objects: 0, lines: 0 },
      },
    ],
    rows: 9,
  },
  {
    what: "an empty log brings nothing until it has lines",
    steps: [
      {
        before: (folder) => write(folder, "a.log", ""),
        args: ["a.log"],
        brings: { objects: 0, lines: 0 },
      },
      {
        before: (folder) => write(folder, "a.log", NINE),
        args: ["a.log"],
        brings: { objects: 1, lines: 9 },
      },
    ],
    rows: 9,
  },
  {
    what: "nothing of a damaged log enters, and all of its neighbours; mended, it enters whole",
    steps: [
      {
        before: (folder) => {
          write(folder, "a.log", NINE);
          write(folder, "c.log", combinedLines({ count: 5, from: 20 }));
          const packed = gzipSync(combinedLines({ count: 5000, from: 100 }));
          writeFileSync(path.join(folder, "b.log.gz"), packed.subarray(0, packed.length / 2));
        },
        args: ["a.log", "b.log.gz", "c.log"],
        brings: { objects: 2, lines: 14, failed: 1 },
      },
      {
        before: (folder) => write(folder, "b.log.gz", combinedLines({ count: 5000, from: 100 })),
        args: ["a.log", "b.log.gz", "c.log"],
        brings: { objects: 1, lines: 5000 },
      },
    ],
    rows: 5014,
  },
  {
    what: "logs with the same header lines are told apart",
    steps: [
      {
        before: (folder) => {
          const header = "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n";
          const day = (n: number): string => `2026-11-0${n} 10:00:00 192.0.2.${n} GET /${n} 200\n`;
          for (const n of [1, 2, 3]) write(folder, `${n}.log`, header + day(n) + day(n));
        },
        args: ["1.log", "2.log", "3.log"],
        brings: { objects: 3, lines: 12 },
      },
    ],
    rows: 6,
  },
  {
    what: "names with quotes, spaces and letters of any script",
    steps: [
      {
        before: (folder) => write(folder, `it's "a" лог.log`, NINE),
        args: [`it's "a" лог.log`],
        brings: { objects: 1, lines: 9 },
      },
    ],
    rows: 9,
  },
];

describe.each(kinds)("into $name", (kind) => {
  test.each(cases)("$what", async ({ steps, rows }) => {
    const { folder, store, ingest, ask } = await scene(kind);
    for (const { before, args, stdin, brings } of steps) {
      before?.(folder);
      const { objects, lines, held_back, failed } = await ingest(args, stdin);
      expect({ objects, lines, held_back, failed: (failed as unknown[]).length }).toEqual({
        held_back: 0,
        failed: 0,
        ...brings,
      });
    }
    expect(await ask("SELECT count(*) AS n FROM requests")).toEqual([{ n: rows }]);
    expect(await faultsOf(await openEngine(), store.place)).toEqual([]);
  });

  test("lines keep their numbers when a log grows", async () => {
    const { folder, ingest, ask } = await scene(kind);
    write(folder, "a.log", NINE.slice(0, lineEnd(NINE, 4)));
    await ingest(["a.log"]);
    appendFileSync(path.join(folder, "a.log"), NINE.slice(lineEnd(NINE, 4)));
    await ingest(["a.log"]);
    expect(
      await ask(
        "SELECT list(line ORDER BY line) AS lines, list(path ORDER BY line) AS paths FROM requests",
      ),
    ).toEqual([
      {
        lines: [1, 2, 3, 4, 5, 6, 7, 8, 9],
        paths: Array.from({ length: 9 }, (_, n) => `/page/${n}`),
      },
    ]);
  });

  test("requests that S3 delivers twice are stored once and counted", async () => {
    const { folder, ingest, ask } = await scene(kind);
    const lines = s3Lines({ count: 20 });
    write(folder, "a.log", lines + lines.slice(0, lineEnd(lines, 5)));
    expect(await ingest(["a.log"])).toMatchObject({ parsed: 25, duplicates: 5 });
    write(folder, "b.log", s3Lines({ count: 20, from: 10 }));
    expect(await ingest(["b.log"])).toMatchObject({ parsed: 20, duplicates: 10 });
    expect(
      await ask("SELECT count(*) AS n, count(DISTINCT request_id) AS ids FROM requests"),
    ).toEqual([{ n: 30, ids: 30 }]);
  });

  test("rows without a time lie in day=undated and are found when no time is asked for", async () => {
    const { folder, ingest, ask } = await scene(kind);
    write(folder, "a.jsonl", `{"ip":"192.0.2.1","st":200}\n{"ip":"192.0.2.2","st":404}\n`);
    const map = ["--format", "jsonl", "--map", "client_ip=ip", "--map", "status=st"];
    expect(await ingest(["a.jsonl", ...map])).toMatchObject({ parsed: 2 });
    expect(await ask("SELECT day, client_ip, time FROM requests ORDER BY 2")).toEqual([
      { day: "undated", client_ip: "192.0.2.1", time: null },
      { day: "undated", client_ip: "192.0.2.2", time: null },
    ]);
  });

  test("columns of one's own in some ingests only", async () => {
    const { folder, store, ingest, ask } = await scene(kind);
    write(folder, "a.log", NINE);
    write(folder, "b.log", combinedLines({ count: 3, from: 9 }));
    await ingest(["a.log"]);
    await ingest(["b.log", "--derive", "page=path~^/page/(.*)$"]);
    expect(await ask("SELECT count(*) AS n, count(page) AS pages FROM requests")).toEqual([
      { n: 12, pages: 3 },
    ]);
    const top = await culprit(["top", "page", "--where", "page=10", "--json", ...store.args]);
    expect(JSON.parse(top.out)).toMatchObject({ rows: [{ page: "10", requests: 1 }] });
    const other = await culprit(["top", "path", "--derive", "x=path~(.)", ...store.args]);
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining("no such column") });
  });

  test("times count from the last row of the store, whatever the filter leaves", async () => {
    const { folder, store, ingest } = await scene(kind);
    write(folder, "a.log", combinedLines({ count: 48, days: 2 }));
    await ingest(["a.log"]);
    const { out } = await culprit(["top", "log_type", "--until", "-1d", "--json", ...store.args]);
    expect(JSON.parse(out)).toMatchObject({ rows: [{ requests: 23 }] });
  });
});

test("a folder that holds the store is read without it", async () => {
  const { folder, ingest } = await scene(kinds[0] as StoreKind);
  write(folder, "a.log", NINE);
  expect(await ingest(["."])).toMatchObject({ objects: 1, failed: [] });
  expect(await ingest(["."])).toMatchObject({ objects: 0, known: 1, failed: [] });
  expect(readFileSync(path.join(folder, "a.log"), "utf8")).toBe(NINE);
});
