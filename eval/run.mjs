// Runs every eval/*.eval.mjs against dist/ and writes its Markdown into docs/quality.md, between the
// markers of its name. An evaluation exports `evaluate()`: its lines, or undefined without its data.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";

const page = new URL("../docs/quality.md", import.meta.url);
const asked = process.argv.slice(2);
const files = readdirSync(new URL(".", import.meta.url))
  .filter((name) => name.endsWith(".eval.mjs"))
  .toSorted();
for (const file of files) {
  const name = file.replace(".eval.mjs", "");
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { evaluate } = await import(new URL(file, import.meta.url).href);
  const lines = await evaluate();
  if (lines === undefined) {
    process.stdout.write(`${name}: left as it is, its data is not here\n`);
    continue;
  }
  const text = readFileSync(page, "utf8");
  const marker = `<!-- ${name} -->`;
  const [before, , after] = text.split(marker);
  const block = `${marker}\n\n${lines.join("\n")}\n\n${marker}`;
  const next =
    after === undefined ? `${text.trimEnd()}\n\n${block}\n` : `${before}${block}${after}`;
  writeFileSync(page, await format(next, { parser: "markdown", printWidth: 100 }));
  process.stdout.write(`${name}\n${lines.join("\n")}\n\n`);
}
