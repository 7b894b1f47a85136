import { DuckDBInstance } from "./api.js";

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * The columns of `requests` that a person's query names, so that no others are read from the logs.
 * Undefined where that is not sure: `*`, natural joins, other tables, names that are no column's. The
 * query may be anything, also no SQL at all.
 */
export async function queryColumns(
  query: string,
  columns: readonly string[],
): Promise<string[] | undefined> {
  const parsed = await parse(query);
  if (parsed === undefined) return undefined;
  const seen = new Seen();
  if (!seen.walk(parsed)) return undefined;
  const isTable = (name: string): boolean => name === "requests" || seen.ctes.has(name);
  if (![...seen.tables].every(isTable)) return undefined;
  const known = new Set(columns.map((name) => name.toLowerCase()));
  for (const names of seen.references) {
    const [first = ""] = names;
    // A table's name as a value is the whole row.
    if (names.length === 1 && (seen.tables.has(first) || seen.aliases.has(first))) {
      if (!known.has(first)) return undefined;
    }
    if (!names.some((name) => known.has(name) || seen.outputs.has(name))) return undefined;
  }
  const named = new Set([...seen.references].flat());
  return columns.filter((name) => named.has(name.toLowerCase()));
}

/** What a query's tree speaks of, in lower case. */
class Seen {
  readonly tables = new Set<string>();
  readonly ctes = new Set<string>();
  /** Names of tables within the query. */
  readonly aliases = new Set<string>();
  /** Names of results within the query. */
  readonly outputs = new Set<string>();
  readonly references: string[][] = [];

  /** False at the first thing that could mean any column. */
  walk(node: Json): boolean {
    if (Array.isArray(node)) return node.every((one: Json) => this.walk(one));
    if (typeof node !== "object" || node === null) return true;
    return this.#note(node as { readonly [name: string]: Json });
  }

  #note(node: { readonly [name: string]: Json }): boolean {
    const { class: kind, type, alias } = node;
    if (kind === "STAR" || node["ref_type"] === "NATURAL" || node["ref_type"] === "POSITIONAL") {
      return false;
    }
    if (lengthOf(node["column_name_alias"]) > 0 || lengthOf(node["aliases"]) > 0) return false;
    const isTable = "table_name" in node || type === "SUBQUERY" || type === "JOIN";
    if (typeof alias === "string" && alias !== "") {
      (isTable && kind === undefined ? this.aliases : this.outputs).add(alias.toLowerCase());
    }
    if (type === "BASE_TABLE") this.tables.add(text(node["table_name"]));
    if (typeof node["key"] === "string") this.ctes.add(text(node["key"]));
    if (kind === "COLUMN_REF") this.references.push(texts(node["column_names"]));
    if (lengthOf(node["using_columns"]) > 0) {
      this.references.push(...texts(node["using_columns"]).map((name) => [name]));
    }
    return Object.entries(node).every(([name, value]) =>
      this.walk(name === "modifiers" ? withoutResults(value, node) : value),
    );
  }
}

/** A query's modifiers without what it sorts by if that names a result, which goes before a table or column. */
function withoutResults(modifiers: Json, { select_list }: { readonly [name: string]: Json }): Json {
  if (!Array.isArray(modifiers) || !Array.isArray(select_list)) return modifiers;
  const results = new Set(select_list.map((each: Json) => text(member(each, "alias"))));
  return modifiers.map((modifier: Json) => {
    const orders = member(modifier, "orders");
    if (!Array.isArray(orders)) return modifier;
    return orders.filter((order: Json) => {
      const names = member(member(order, "expression"), "column_names");
      return !(lengthOf(names) === 1 && results.has(texts(names)[0] ?? ""));
    });
  });
}

const member = (node: Json | undefined, name: string): Json | undefined =>
  typeof node === "object" && node !== null && !Array.isArray(node)
    ? (node as { readonly [name: string]: Json })[name]
    : undefined;

const lengthOf = (list: Json | undefined): number => (Array.isArray(list) ? list.length : 0);
const text = (name: Json | undefined): string =>
  typeof name === "string" ? name.toLowerCase() : "";
const texts = (names: Json | undefined): string[] => (names as readonly Json[]).map(text);

/** The query's tree as DuckDB writes it; undefined for what is no SELECT. */
async function parse(query: string): Promise<Json | undefined> {
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      "SELECT json_serialize_sql(CAST($1 AS VARCHAR))",
      [query],
    );
    const tree = JSON.parse(String(result.getRows()[0]?.[0])) as Json & { readonly error: boolean };
    return tree.error ? undefined : tree;
  } catch {
    return undefined;
  } finally {
    instance.closeSync();
  }
}
