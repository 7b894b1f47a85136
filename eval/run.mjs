// Runs every eval/*.eval.mjs against dist/ and writes the table of each into docs/quality.md.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const page = new URL("../docs/quality.md", import.meta.url);
const names = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".eval.mjs"))
  .map((file) => file.replace(/\.eval\.mjs$/, ""))
  .filter((name) => process.argv.length < 3 || process.argv.slice(2).includes(name));
for (const name of names) {
  const { evaluate } = /** @type {{ evaluate: () => Promise<string> }} */ (
    await import(`./${name}.eval.mjs`)
  );
  const table = await evaluate();
  console.log(table);
  const mark = `<!-- ${name} -->`;
  const [before = "", , after = ""] = readFileSync(page, "utf8").split(mark);
  writeFileSync(page, `${before}${mark}\n\n${table}\n\n${mark}${after}`);
}
