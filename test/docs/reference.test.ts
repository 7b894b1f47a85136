import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandsPage, fieldsPage, formatsPage, unnamed } from "../../scripts/reference.mjs";
import { commonFlags } from "../../src/cli/flags.js";
import { commands } from "../../src/cli/registry.js";
import { record } from "../../src/formats/record.js";
import { formats } from "../../src/formats/registry.js";

const page = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), "utf8");

const MEND = "stale: run npm run build && node scripts/write-docs.mjs";

test("docs/commands.md says what the flags say", async () => {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  expect(page("commands"), MEND).toBe(commandsPage(loaded, commonFlags));
});

test("docs/fields.md says what the record says, with everybody's names", () => {
  expect(unnamed(record)).toEqual([]);
  expect(page("fields"), MEND).toBe(fieldsPage(record));
});

test("docs/formats.md says what the registry says", () => {
  expect(page("formats"), MEND).toBe(formatsPage(formats));
});
