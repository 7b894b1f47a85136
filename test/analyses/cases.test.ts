import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { culprit, folder } from "../cli/culprit.js";

/**
 * A folder a command, in it one a case: `make.mjs` makes the log (or several `files`), `args` holds the
 * arguments, in quotes where they have blanks, `expected.json` what `--json` must hold, `expected.txt` what a person reads (written anew by
 * `npx vitest run test/analyses/cases.test.ts --update=all`). `report` and `compare` have walkers of their own.
 */
const root = path.resolve("test/cases");
const commands = ["block", "budget", "floods", "scrapers", "spikes", "stitch"];

interface Made {
  readonly log?: string;
  readonly files?: Readonly<Record<string, string>>;
}

describe.each(commands)("%s", (command) => {
  test.each(readdirSync(path.join(root, command)))("%s", async (name) => {
    const own = path.join(root, command, name);
    const read = (file: string): string => readFileSync(path.join(own, file), "utf8");
    const cwd = path.join(folder, command, name);
    mkdirSync(cwd, { recursive: true });
    const made = (await import(pathToFileURL(path.join(own, "make.mjs")).href)) as Made;
    const { log, files = { log: log ?? "" } } = made;
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(cwd, file), text);
    const given = Array.from(
      read("args").matchAll(/'([^']*)'|\S+/g),
      ([word, quoted]) => quoted ?? word,
    );
    const args = [command, ...(made.files === undefined ? ["log"] : []), ...given];
    const json = await culprit([...args, "--json"], { cwd });
    expect(json, json.err).toMatchObject({ code: 0 });
    const found = JSON.parse(json.out) as Record<string, unknown>;
    const expected = JSON.parse(read("expected.json")) as Record<string, unknown>;
    for (const [key, value] of Object.entries(expected)) {
      // Of a list its first elements.
      const has = found[key];
      const few = Array.isArray(has) && Array.isArray(value) && value.length > 0;
      expect({ [key]: few ? has.slice(0, value.length) : has }).toMatchObject({ [key]: value });
    }
    const text = await culprit(args, { cwd });
    await expect(text.out).toMatchFileSnapshot(path.join(own, "expected.txt"));
  });
});
