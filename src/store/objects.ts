import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";

/** What the ledger keeps of every source object that entered the store. */
export interface StoredObject {
  /** Tells whether the same bytes come again: an S3 object's identity, or `text:` + its beginning's hash. */
  readonly identity: string;
  /** Device, inode, size and time of change of a file that was read to its end; else null. */
  readonly place: string | null;
  readonly name: string;
  readonly format: string;
  /** Decompressed bytes up to which it is in the store, and the SHA-256 of them; null for S3 objects. */
  readonly text_bytes: number | null;
  readonly content: string | null;
  /** Number of its first line; more than 1 for what a file has grown by. */
  readonly first_line: number;
  readonly lines: number;
  readonly parsed: number;
  readonly rejected: number;
  readonly blank: number;
  /** Parsed rows that were in the store already, by their request identity. */
  readonly duplicates: number;
  /** First and last time of its rows, ISO; null where there is none. */
  readonly from: string | null;
  readonly until: string | null;
  readonly ingested_at: string;
}

/** How the ledger writes them down; `storedObjects` reads the same columns. */
export const objectTypes: Readonly<Record<keyof StoredObject, string>> = {
  identity: "VARCHAR",
  place: "VARCHAR",
  name: "VARCHAR",
  format: "VARCHAR",
  text_bytes: "BIGINT",
  content: "VARCHAR",
  first_line: "BIGINT",
  lines: "BIGINT",
  parsed: "BIGINT",
  rejected: "BIGINT",
  blank: "BIGINT",
  duplicates: "BIGINT",
  from: "VARCHAR",
  until: "VARCHAR",
  ingested_at: "VARCHAR",
};

/** Objects as a query. */
export function objectsSql(objects: readonly StoredObject[]): string {
  const names = Object.keys(objectTypes) as (keyof StoredObject)[];
  const rows = objects.map(
    (object) => `(${names.map((name) => literal(object[name])).join(", ")})`,
  );
  const casts = names.map(
    (name) => `CAST(${ident(name)} AS ${objectTypes[name]}) AS ${ident(name)}`,
  );
  return `SELECT ${casts.join(", ")} FROM (VALUES ${rows.join(", ")}) AS t(${names.map((name) => ident(name)).join(", ")})`;
}

/** A text in the store: how far it was read, the hash of that, and its number of lines. */
export interface KnownText {
  readonly text_bytes: number;
  readonly content: string;
  readonly lines: number;
}

/** What the ledger knows of objects by their identity, and which places it knows. */
export interface Known {
  readonly texts: ReadonlyMap<string, readonly KnownText[]>;
  readonly places: ReadonlySet<string>;
}

/** Looks objects up in a relation of stored objects. */
export async function findKnown(
  db: DuckDb,
  stored: string,
  identities: readonly string[],
  places: readonly string[],
): Promise<Known> {
  const texts = new Map<string, KnownText[]>();
  const rows = await db.rows(`SELECT identity, place, coalesce(text_bytes, 0) AS text_bytes,
      coalesce(content, '') AS content, first_line + lines - 1 AS lines FROM ${stored}
    WHERE identity IN ${list(identities)} OR place IN ${list(places)}`);
  for (const { identity, text_bytes, content, lines } of rows) {
    const known = texts.get(identity as string) ?? [];
    known.push({
      text_bytes: Number(text_bytes),
      content: content as string,
      lines: Number(lines),
    });
    texts.set(identity as string, known);
  }
  return { texts, places: new Set(rows.flatMap(({ place }) => (place as string | null) ?? [])) };
}

const list = (values: readonly string[]): string =>
  values.length === 0 ? "(NULL)" : `(${values.map((value) => literal(value)).join(", ")})`;
