import { refusal } from "./place.js";
import type { Check } from "./construct.js";
import { isWord, type Token } from "./tokens.js";

/** What a query begins with. */
const QUERIES = ["select", "with", "values", "table", "explain"];

/** What other statements would do; none of them is run. */
const STATEMENTS = new Map<string, readonly [what: string, help: string]>([
  ["unload", ["writes files", "Write the result with -o result.parquet or -o result.csv"]],
  ["create", ["creates something", "Write the result with -o result.parquet; use WITH in a query"]],
  ["insert", ["writes rows", "Write the result with -o result.parquet"]],
  ["prepare", ["keeps a query", "Write the query itself, with its values"]],
  ["execute", ["runs a kept query", "Write the query itself, with its values"]],
  ["show", ["lists the catalogue", "docs/athena.md has the tables; SELECT * FROM … LIMIT 1"]],
  ["describe", ["lists columns", "SELECT * FROM … LIMIT 1 shows them"]],
]);
const OTHER = ["is no query", "Only queries are run: SELECT, WITH, VALUES, EXPLAIN"] as const;

/** Everything that is no query is refused by its first word. */
export const statement: Check = (tokens, at, sql) => {
  const token = tokens[at] as Token;
  if (at > 0 || token.kind !== "word" || isWord(token, ...QUERIES)) return [];
  const [what, help] = STATEMENTS.get(token.raw.toLowerCase()) ?? OTHER;
  throw refusal(sql, token, `${token.raw.toUpperCase()} ${what}: culprit sql only reads`, help);
};
