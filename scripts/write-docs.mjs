// Writes docs/commands.md, docs/fields.md and docs/formats.md from the built program.
import { writeFileSync } from "node:fs";
import { commandsPage, fieldsPage, formatsPage } from "./reference.mjs";

const { commands } = await import("../dist/cli/registry.js");
const { commonFlags } = await import("../dist/cli/flags.js");
const { record } = await import("../dist/formats/record.js");
const { formats } = await import("../dist/formats/registry.js");
const loaded = await Promise.all(Object.values(commands).map((load) => load()));
/** @type {(name: string, text: string) => void} */
const page = (name, text) => writeFileSync(new URL(`../docs/${name}.md`, import.meta.url), text);
page("commands", commandsPage(loaded, commonFlags));
page("fields", fieldsPage(record));
page("formats", formatsPage(formats));
