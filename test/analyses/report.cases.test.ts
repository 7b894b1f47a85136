import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { culprit } from "../cli/culprit.js";

/** A folder a case: the log, further arguments, and what `report --json` must hold. */
const root = path.resolve("test/cases/report");

interface Expected {
  code: number;
  report: Record<string, unknown>;
}

describe("report", () => {
  test.each(readdirSync(root))("%s", async (name) => {
    const read = (file: string): string => readFileSync(path.join(root, name, file), "utf8");
    const args = read("args")
      .split(/\s+/)
      .filter((word) => word !== "");
    const { code, report } = JSON.parse(read("expected.json")) as Expected;
    const cwd = path.join(root, name);
    const found = await culprit(["report", "log", "--json", ...args], { cwd });
    expect(found.code).toBe(code);
    expect(JSON.parse(found.out)).toMatchObject(report);
    const text = await culprit(["report", "log", ...args], { cwd });
    expect(text.code).toBe(code);
  });
});
