import type { DuckDBAppender } from "@duckdb/node-api";
import type { DuckDb } from "../engines/duckdb/engine.js";
import type { Origin } from "./places.js";
import { readOwners, reservedName } from "./owners.js";

/** Columns that tables and databases of the user fill, where the log does not. */
export const enriched = ["country", "asn", "as_org", "owner"] as const;

export interface EnrichmentFiles {
  /** Tables of owners, CSV. */
  readonly owners: readonly string[];
  /** MaxMind databases. */
  readonly mmdb: readonly string[];
}

/** Rows with what is known of their clients: a relation from a relation. */
export type Enrich = (rows: string) => Promise<string>;

/**
 * Looks up every client of the rows once, and joins what is known to them. `columns` are those of the
 * rows. What the log says itself stays.
 */
export function enrichment(
  db: DuckDb,
  { owners, mmdb }: EnrichmentFiles,
  columns: ReadonlySet<string> | "all",
): Enrich {
  const filled = enriched.filter((name) => columns === "all" || columns.has(name));
  if (filled.length === 0 || owners.length + mmdb.length === 0)
    return (rows) => Promise.resolve(rows);
  return async (rows) => {
    await lookUp(db, rows, await lookups({ owners, mmdb }));
    const values = filled.map((name) => `coalesce(raw.${name}, known.${name}) AS ${name}`);
    return `(SELECT raw.* REPLACE (${values.join(", ")})
      FROM ${rows} AS raw LEFT JOIN known_clients AS known ON raw.client_ip = known.client_ip)`;
  };
}

type Known = Origin & { readonly owner: string | null };

async function lookups({ owners, mmdb }: EnrichmentFiles): Promise<(address: string) => Known> {
  const ownerOf = await readOwners(owners);
  const { openOrigins } = await import("./places.js");
  const originOf = mmdb.length === 0 ? undefined : await openOrigins(mmdb);
  const nowhere = { country: null, asn: null, as_org: null };
  return (address) => ({
    ...(originOf?.(address) ?? nowhere),
    owner: ownerOf(address) ?? reservedName(address) ?? null,
  });
}

/** Fills the table `known_clients`; clients of whom nothing is known are left out. */
async function lookUp(db: DuckDb, rows: string, of: (address: string) => Known): Promise<void> {
  await db.run(`CREATE OR REPLACE TABLE known_clients (
    client_ip VARCHAR, country VARCHAR, asn BIGINT, as_org VARCHAR, owner VARCHAR)`);
  const connection = await db.instance.connect();
  const appender = await connection.createAppender("known_clients");
  try {
    const clients = `SELECT DISTINCT client_ip FROM ${rows} WHERE client_ip IS NOT NULL`;
    for await (const part of db.streamRows(clients)) {
      for (const [address] of part as [string][]) append(appender, address, of(address));
    }
  } finally {
    appender.closeSync();
    connection.closeSync();
  }
}

function append(appender: DuckDBAppender, address: string, known: Known): void {
  const { country, asn, as_org: org, owner } = known;
  if (country === null && asn === null && org === null && owner === null) return;
  const text = (value: string | null): void =>
    value === null ? appender.appendNull() : appender.appendVarchar(value);
  text(address);
  text(country);
  if (asn === null) appender.appendNull();
  else appender.appendBigInt(BigInt(asn));
  text(org);
  text(owner);
  appender.endRow();
}
