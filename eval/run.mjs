import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";

/*
 * Runs every evaluation (or those named) against dist/ and puts its table into docs/quality.md:
 *
 *   npm run eval [-- compare …]
 *
 * An evaluation is a file `<name>.eval.mjs` whose `evaluate()` returns Markdown, whole or as lines, or
 * undefined where its data is not here.
 */

const asked = process.argv.slice(2);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".eval.mjs"))
  .map((file) => file.replace(".eval.mjs", ""))
  .filter((name) => asked.length === 0 || asked.includes(name));
const page = new URL("../docs/quality.md", import.meta.url);
for (const name of names) {
  const { evaluate } = await import(`./${name}.eval.mjs`);
  const found = await evaluate();
  if (found === undefined) {
    console.log(`${name}: left as it is, its data is not here`);
    continue;
  }
  const table = [found].flat().join("\n");
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(page, "utf8");
  const [before, rest = ""] = text.split(begin);
  const [, after] = rest.split(end);
  if (after === undefined) throw new Error(`docs/quality.md has no ${begin} … ${end}`);
  const next = `${before}${begin}\n\n${table.trim()}\n\n${end}${after}`;
  writeFileSync(page, await format(next, { parser: "markdown", printWidth: 100 }));
  console.log(`${name}\n\n${table}`);
}
