import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { culprit } from "../cli/culprit.js";

/**
 * A folder a case: the log, further arguments, what `report --json` must hold, and in `expected.txt`
 * what a person reads (`npx vitest run test/analyses/report.cases.test.ts -u` writes it anew).
 */
const root = path.resolve("test/cases/report");

interface Expected {
  code: number;
  /** Absent where there is nothing to report on. */
  report?: Record<string, unknown>;
}

describe("report", () => {
  test.each(readdirSync(root))("%s", async (name) => {
    const cwd = path.join(root, name);
    const read = (file: string): string => readFileSync(path.join(cwd, file), "utf8");
    const args = read("args")
      .split(/\s+/)
      .filter((word) => word !== "");
    const { code, report } = JSON.parse(read("expected.json")) as Expected;
    const found = await culprit(["report", "log", "--json", ...args], { cwd });
    expect(found.code).toBe(code);
    if (report === undefined) expect(found.out).toBe("");
    else expect(JSON.parse(found.out)).toMatchObject(report);
    const text = await culprit(["report", "log", ...args], { cwd });
    expect(text.code).toBe(code);
    const shown = report === undefined ? text.err : text.out;
    await expect(shown).toMatchFileSnapshot(path.join(cwd, "expected.txt"));
  });
});
