import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";

/**
 * A folder a case: what makes the log, further arguments, what `compare --json` must hold, and in
 * `expected.txt` what a person reads (`npx vitest run test/analyses/compare.cases.test.ts -u` writes it
 * anew). Whatever the log: the causes do not overlap, and with what is unexplained they add up.
 */
const root = path.resolve("test/cases/compare");

interface Told {
  total: { baseline: number; incident: number; expected: number };
  causes: { sql: string; share_of_change: number; baseline: number; incident: number }[];
  unexplained: number;
  paragraph: string;
}

describe("compare", () => {
  test.each(readdirSync(root))("%s", async (name) => {
    const own = path.join(root, name);
    const read = (file: string): string => readFileSync(path.join(own, file), "utf8");
    const cwd = path.join(folder, name);
    mkdirSync(cwd);
    const made = (await import(pathToFileURL(path.join(own, "make.mjs")).href)) as { log: string };
    writeFileSync(path.join(cwd, "log"), made.log);
    const args = read("args")
      .split(/\s+/)
      .filter((word) => word !== "");
    const json = await culprit(["compare", "log", "--json", ...args], { cwd });
    expect(json).toMatchObject({ code: 0 });
    const told = JSON.parse(json.out) as Told;
    expect(told).toMatchObject(JSON.parse(read("expected.json")) as object);
    const shares = told.causes.reduce((sum, cause) => sum + cause.share_of_change, 0);
    if (told.causes.length > 0) expect(shares + told.unexplained).toBeCloseTo(1, 6);
    for (const cause of told.causes) {
      const answer = await culprit(["sql", cause.sql, "log", "--json"], { cwd });
      const [row] = (JSON.parse(answer.out) as { rows: Record<string, number>[] }).rows;
      expect(row?.["incident"] ?? 0).toBeCloseTo(cause.incident, 6);
      expect(row?.["baseline"] ?? 0).toBeCloseTo(cause.baseline, 6);
    }
    const text = await culprit(["compare", "log", ...args], { cwd });
    await expect(text.out).toMatchFileSnapshot(path.join(own, "expected.txt"));
  });
});
