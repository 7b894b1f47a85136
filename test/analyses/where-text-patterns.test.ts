import { expect, test } from "vitest";
import { parseWhere, whereSql } from "../../src/analyses/where.js";
import { whereGlob, whereRegex } from "../../src/analyses/where-text.js";
import { columnTypes } from "../../src/formats/record.js";
import { DuckDb } from "../../src/engines/duckdb/engine.js";
import { Workspace } from "../../src/store/workspace.js";

const HOSTILE = [
  "/a",
  "/it's",
  '/q"uote',
  "/star*",
  "/back\\slash",
  "/a.b",
  "/(x)[y]{z}^$|?+",
  "/\u001b[2J",
];

test("conditions on parts of a text keep exactly the rows meant, whatever the text", async () => {
  const workspace = Workspace.create();
  const db = await DuckDb.open({
    memory: 2 ** 28,
    temporary: workspace.folder,
    logZone: "UTC",
  });
  try {
    const paths = HOSTILE.flatMap((text) => [text, `${text}/x`, `${text}x`, `${text}/12/end`]);
    for (const text of HOSTILE) {
      const below = whereGlob("path", [[text], [`${text}/`, ""]]);
      const numbered = whereRegex("path", [`${text}/`, "/end"], "(?:[0-9]+)");
      expect(await kept(below)).toEqual([text, `${text}/12/end`, `${text}/x`].toSorted());
      expect(await kept(numbered)).toEqual([`${text}/12/end`]);
    }
    async function kept(condition: string): Promise<string[]> {
      const sql = whereSql(parseWhere(condition), columnTypes());
      const values = paths.map((text) => `(${db.dialect.literal(text)})`).join(", ");
      const rows = await db.rows(`SELECT path FROM (VALUES ${values}) AS v(path) WHERE ${sql}`);
      return rows.map(({ path }) => String(path)).toSorted();
    }
  } finally {
    db.close();
    workspace.remove();
  }
});
