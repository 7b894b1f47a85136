import type { DuckDb } from "../engines/duckdb/engine.js";
import type { State } from "./ledger.js";
import { storedObjects } from "./stored.js";

export interface StoreStatus {
  readonly commits: number;
  readonly objects: number;
  readonly lines: number;
  readonly rejects: number;
  readonly duplicates: number;
  readonly types: readonly TypeStatus[];
}

/** What the store holds of one log type. */
export interface TypeStatus {
  readonly log_type: string;
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
  readonly days: number;
  readonly from: string | null;
  readonly until: string | null;
}

/** What the store holds, from its ledger alone. */
export async function status(db: DuckDb, store: string, state: State): Promise<StoreStatus> {
  const [sums] = await db.rows(`SELECT count(*) AS objects,
    CAST(coalesce(sum(lines), 0) AS BIGINT) AS lines,
    CAST(coalesce(sum(rejected), 0) AS BIGINT) AS rejects,
    CAST(coalesce(sum(duplicates), 0) AS BIGINT) AS duplicates FROM ${storedObjects(store, state)}`);
  const names = [...new Set(state.files.map(({ log_type }) => log_type))].toSorted();
  return {
    commits: state.commit,
    ...(sums as { objects: number; lines: number; rejects: number; duplicates: number }),
    types: names.map((log_type) => {
      const files = state.files.filter((file) => file.log_type === log_type);
      const times = files.flatMap(({ from, until }) => [from ?? [], until ?? []].flat()).toSorted();
      return {
        log_type,
        rows: files.reduce((sum, { rows }) => sum + rows, 0),
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        files: files.length,
        days: new Set(files.map(({ day }) => day)).size,
        from: times[0] ?? null,
        until: times.at(-1) ?? null,
      };
    }),
  };
}
