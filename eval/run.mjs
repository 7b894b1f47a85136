// Runs every eval/*.eval.mjs against dist/ and writes its table into docs/quality.md, between
// `<!-- name -->` and `<!-- /name -->`. With names as arguments, only those.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const page = "docs/quality.md";
const asked = process.argv.slice(2);
for (const file of readdirSync("eval").toSorted()) {
  const name = path.basename(file, ".eval.mjs");
  if (!file.endsWith(".eval.mjs") || (asked.length > 0 && !asked.includes(name))) continue;
  const { evaluate } = await import(path.resolve("eval", file));
  const table = await evaluate();
  process.stdout.write(`${table}\n`);
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = readFileSync(page, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`${page} has no ${begin} … ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
}
