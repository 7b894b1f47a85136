import { sumOfMs } from "../measures.js";
import type { Scope } from "../scope.js";
import { clientCosts, matchOf, type ClientCost, type Match } from "./answers.js";

/** What the front's misses cost the server behind it. */
export interface Origin {
  readonly match: Match;
  /** Lines of the front, and those of them that the server behind answered. */
  readonly requests: number;
  readonly behind: number;
  /** Null where the server behind logs no durations, or no sizes. */
  readonly behind_ms: number | null;
  readonly behind_bytes: number | null;
  /** Clients with a request behind, and those of them that cost most. */
  readonly clients: number;
  readonly costs: readonly ClientCost[];
}

const COLUMNS = ["stitch", "back_time", "back_duration_ms", "back_bytes_sent"];

/** Whether rows are those that `culprit stitch -o` wrote: their own columns say so. */
export const isStitched = (derived: readonly string[]): boolean =>
  COLUMNS.every((name) => derived.includes(name));

/** What the joined rows of a scope cost behind; two scans, and one for the clients. */
export async function originOf(scope: Scope, limit: number): Promise<Origin> {
  // A file's own columns are text.
  const joined = {
    ...scope,
    requests: `(SELECT client_ip, user_agent, stitch, back_time,
        CAST(back_duration_ms AS DOUBLE) AS back_duration_ms,
        CAST(back_bytes_sent AS DOUBLE) AS back_bytes_sent
      FROM ${scope.requests}) AS joined`,
  };
  const behind = "stitch IN ('paired', 'ambiguous')";
  const [row = {}] = await scope.db.rows(`
    SELECT count(*) FILTER (WHERE stitch <> 'back_only') AS requests,
      count(*) FILTER (WHERE ${behind}) AS behind,
      ${sumOfMs("back_duration_ms", behind)} AS ms,
      sum(back_bytes_sent) FILTER (WHERE ${behind}) AS sent,
      count(DISTINCT client_ip) FILTER (WHERE ${behind}) AS clients
    FROM ${joined.requests}`);
  const optional = (value: unknown): number | null =>
    value === null || value === undefined ? null : Number(value);
  return {
    match: await matchOf(joined),
    requests: Number(row["requests"] ?? 0),
    behind: Number(row["behind"] ?? 0),
    behind_ms: optional(row["ms"]),
    behind_bytes: optional(row["sent"]),
    clients: Number(row["clients"] ?? 0),
    costs: await clientCosts(joined, limit),
  };
}
