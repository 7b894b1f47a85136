import { linkSync, mkdirSync, utimesSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { culprit, folder, jsonLines } from "./culprit.js";
import { combined, log } from "./logs.js";

const C = ["--format", "combined"];
const at = (minute: number): string => `2026-11-05T10:${String(minute).padStart(2, "0")}:00Z`;
const text = (minutes: readonly number[]): string =>
  minutes.map((minute) => `${combined({ time: at(minute), target: `/${minute}` })}\n`).join("");

describe("a rotated set", () => {
  mkdirSync(path.join(folder, "set"));
  log("set/access.log", Buffer.from(text([6, 7])));
  log("set/access.log.1", Buffer.from(text([4, 5])));
  log("set/access.log.2.gz", gzipSync(text([2, 3])));
  log("set/access.log.10.gz", gzipSync(text([0, 1])));
  // The order is told by the names, whenever the files were copied.
  for (const name of ["access.log", "access.log.1", "access.log.2.gz", "access.log.10.gz"]) {
    utimesSync(path.join(folder, "set", name), 1, 1);
  }

  test.each([
    ["a glob", "set/access.log*"],
    ["a folder", "set"],
  ])("%s is read in time order", async (_name, source) => {
    const { out, err } = await culprit(["parse", source, ...C]);
    const rows = jsonLines(out);
    expect(rows.map(({ path: target }) => target)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => `/${n}`),
    );
    expect(rows.map(({ source: from, line }) => `${String(from)}:${String(line)}`)).toEqual(
      ["10.gz", "2.gz", "1", ""].flatMap((end) =>
        [1, 2].map((line) => `set/access.log${end && `.${end}`}:${line}`),
      ),
    );
    expect(err).toContain("set/access.log.10.gz and 3 more (combined): 8 lines = 8 parsed");
  });

  test("says where rows come from", async () => {
    const { out } = await culprit(["top", "source,line", "set", ...C, "--jsonl", "-n", "100"]);
    const rows = jsonLines(out);
    expect(rows).toHaveLength(8);
    expect(rows[0]).toMatchObject({ source: "set/access.log", line: 1, requests: 1 });
  });

  test("a filter on the place", async () => {
    const { out } = await culprit(["parse", "set", ...C, "-w", "source=*.1 and line=2"]);
    expect(jsonLines(out)).toMatchObject([{ source: "set/access.log.1", line: 2, path: "/5" }]);
  });

  test("CSV and Parquet have the place too", async () => {
    const columns = ["--columns", "source,line,path"];
    const { out } = await culprit(["parse", "set", ...C, ...columns, "--csv"]);
    expect(out.split("\n").slice(0, 2)).toEqual(["source,line,path", "set/access.log.10.gz,1,/0"]);
  });
});

describe("several inputs", () => {
  test("two formats in one run are told apart", async () => {
    log("one.log", [{ target: "/combined" }]);
    log("two.log", [
      "1066036250.603    310 192.0.2.7 TCP_MISS/200 874 GET http://www.example.com/squid - DIRECT/198.51.100.7 text/html",
    ]);
    const { out, err } = await culprit(["parse", "one.log", "two.log"]);
    expect(jsonLines(out)).toMatchObject([
      { source: "one.log", line: 1, log_type: "combined", path: "/combined" },
      { source: "two.log", line: 1, log_type: "squid", path: "/squid" },
    ]);
    expect(err).toContain("one.log and 1 more (combined, squid): 2 lines = 2 parsed");
  });

  test("the same file under three names is read once, and this is said", async () => {
    const file = log("same.log", [{}, {}]);
    linkSync(file, `${file}.hard`);
    const { out, err } = await culprit([
      "top",
      "path",
      "same.log",
      file,
      "same.log.hard",
      ...C,
      "--json",
    ]);
    expect(JSON.parse(out)).toMatchObject({ accounting: { lines: 2 } });
    expect(err.match(/^culprit: .*read once$/gm)).toHaveLength(2);
  });

  test("an empty file and a blank one change nothing", async () => {
    log("empty.log", []);
    log("blank.log", ["", ""]);
    log("full.log", [{}]);
    const { out, code } = await culprit([
      "top",
      "path",
      "empty.log",
      "blank.log",
      "full.log",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      accounting: { lines: 3, parsed: 1, rejected: 0, blank: 2 },
    });
  });

  test.each(["report", "top path", "activity", "parse", "sql 'SELECT 1'"])(
    "%s of an empty log",
    async (command) => {
      log("empty.log", []);
      const [name = "", argument] = command.replaceAll("'", "").split(/ (.*)/s);
      const argv = [name, ...(argument === undefined ? [] : [argument]), "empty.log"];
      const { code, err, left } = await culprit(argv);
      expect(err).not.toMatch(/bug in culprit|^\s+at /m);
      // Without a time there is no hour to show.
      expect({ code, left }).toEqual({ code: name === "activity" ? 3 : 0, left: [] });
    },
  );
});
