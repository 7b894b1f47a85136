import type { DuckDb } from "../duckdb/engine.js";
import { literal } from "../sql.js";

/** The part of the engine's syntax tree that says what the columns of a query are. */
interface Node {
  readonly type?: string;
  readonly select_list?: readonly { readonly class: string; readonly alias: string }[];
  readonly left?: Node;
}

/**
 * The columns of a result under Athena's names: `_col0` for an expression without a name, counted
 * from the first column. Where a `*` stands among them, which stands for any number of columns, the
 * engine's names stay.
 */
export async function namedColumns<T extends { readonly name: string }>(
  db: DuckDb,
  sql: string,
  columns: readonly T[],
): Promise<T[]> {
  const list = await selectList(db, sql);
  if (list?.length !== columns.length || list.some((item) => item.class === "STAR"))
    return [...columns];
  return columns.map((column, index) => {
    const item = list[index];
    const unnamed = item?.alias === "" && item.class !== "COLUMN_REF";
    return unnamed ? { ...column, name: `_col${index}` } : column;
  });
}

async function selectList(db: DuckDb, sql: string): Promise<Node["select_list"]> {
  const [row] = await db.rows(`SELECT json_serialize_sql(${literal(sql)}) AS tree`);
  const tree = JSON.parse(String(row?.["tree"])) as { statements?: readonly { node?: Node }[] };
  let node = tree.statements?.[0]?.node;
  while (node?.left !== undefined) node = node.left;
  return node?.select_list;
}
