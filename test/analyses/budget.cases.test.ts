import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";

/**
 * A folder a case: what makes the log, further arguments, what `budget --json` must hold, and in
 * `expected.txt` what a person reads (`npx vitest run test/analyses/budget.cases.test.ts -u` writes it anew).
 */
const root = path.resolve("test/cases/budget");

describe("budget", () => {
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
    const json = await culprit(["budget", "log", "--json", ...args], { cwd });
    expect(json, json.err).toMatchObject({ code: 0 });
    const found = JSON.parse(json.out) as Record<string, unknown>;
    const expected = JSON.parse(read("expected.json")) as Record<string, unknown>;
    for (const [key, value] of Object.entries(expected)) {
      // Of a list its first elements.
      const has = found[key];
      const few = Array.isArray(has) && Array.isArray(value) && value.length > 0;
      expect({ [key]: few ? has.slice(0, value.length) : has }).toMatchObject({ [key]: value });
    }
    const text = await culprit(["budget", "log", ...args], { cwd });
    await expect(text.out).toMatchFileSnapshot(path.join(own, "expected.txt"));
  });
});
