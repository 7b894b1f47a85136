import { sumOfMs } from "../measures.js";
import type { Scope } from "../scope.js";
import type { Outcome } from "./joined.js";
import { stitchParameters as p } from "./parameters.js";

/** How the lines of both logs came out. */
export interface Match {
  /** Rows of the joined table by outcome. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Part of the front's forwarded lines, as far as the back's log covers them, that have a partner. */
  readonly rate: number | null;
  /** The same for the lines of the back. */
  readonly back_rate: number | null;
  /** Lines of the front that were forwarded, or would have been, that the back's log does not cover. */
  readonly front_not_covered: number;
  readonly back_not_covered: number;
}

/** What a client's misses cost behind. */
export interface ClientCost {
  readonly client_ip: string | null;
  readonly user_agent: string | null;
  readonly requests: number;
  /** Of those, how many the server behind had to answer. */
  readonly behind: number;
  readonly behind_share: number;
  readonly behind_ms: number | null;
  readonly behind_bytes: number | null;
  /** Part of the time behind, of all clients; of the requests behind where there are no times. */
  readonly cost_share: number;
}

/** A path that is asked for with ever new queries, so that no cache can help. */
export interface Busting {
  readonly path: string | null;
  readonly behind: number;
  readonly queries: number;
  readonly new_share: number;
  readonly clients: number;
  readonly client_ip: string | null;
  readonly client_share: number;
  readonly behind_ms: number | null;
}

/** Lines of the back that no line of the front explains, from one address. */
export interface Bypass {
  readonly back_ip: string | null;
  readonly requests: number;
  /** The front itself comes from this address: its own checks and repetitions, or lines that it lost. */
  readonly is_front: boolean;
  readonly paths: number;
  readonly path: string | null;
  readonly user_agent: string | null;
  readonly first_seen: Date | null;
  readonly last_seen: Date | null;
}

/** Forwarded lines of the front without a line behind, of one kind. */
export interface Lost {
  readonly cache_result: string | null;
  readonly status: number | null;
  readonly requests: number;
  readonly path: string | null;
  readonly client_ip: string | null;
}

export async function matchOf({ db, requests }: Scope): Promise<Match> {
  const rows = await db.rows(
    `SELECT stitch, log_side, count(*) AS n FROM (SELECT stitch,
      CASE WHEN back_time IS NOT NULL AND stitch = 'not_covered' THEN 'back' ELSE 'front' END AS log_side
      FROM ${requests}) AS t GROUP BY 1, 2`,
  );
  const count = (outcome: Outcome, side?: string): number =>
    rows
      .filter((row) => row["stitch"] === outcome && (side ?? row["log_side"]) === row["log_side"])
      .reduce((sum, row) => sum + Number(row["n"]), 0);
  const names = [
    "paired",
    "ambiguous",
    "cached",
    "front_only",
    "back_only",
    "not_covered",
  ] as const;
  const outcomes = Object.fromEntries(
    names.map((name) => [name, count(name)]),
  ) as Match["outcomes"];
  const found = outcomes.paired + outcomes.ambiguous;
  const rate = (lost: number): number | null =>
    found + lost === 0 ? null : found / (found + lost);
  return {
    outcomes,
    rate: rate(outcomes.front_only),
    back_rate: rate(outcomes.back_only),
    front_not_covered: count("not_covered", "front"),
    back_not_covered: count("not_covered", "back"),
  };
}

/** The lines that the server behind answered for the front. */
const BEHIND = "stitch IN ('paired', 'ambiguous')";

export async function clientCosts(
  { db, dialect, requests }: Scope,
  limit: number,
): Promise<ClientCost[]> {
  const rows = await db.rows(`WITH ${dialect.shared(
    "costs",
    `SELECT client_ip, ${dialect.argMax("user_agent", "coalesce(back_duration_ms, 0)")} AS user_agent,
      count(*) AS requests, count(*) FILTER (WHERE ${BEHIND}) AS behind,
      ${sumOfMs("back_duration_ms", BEHIND)} AS behind_ms,
      sum(back_bytes_sent) FILTER (WHERE ${BEHIND}) AS behind_bytes
    FROM ${requests} WHERE stitch <> 'back_only' GROUP BY client_ip`,
  )}
    SELECT *, (SELECT sum(behind) FROM costs) AS all_behind, (SELECT ${sumOfMs("behind_ms")} FROM costs) AS all_ms
    FROM costs WHERE behind > 0
    ORDER BY coalesce(behind_ms, 0) DESC, behind DESC, client_ip LIMIT ${limit}`);
  return rows.map((row) => {
    const [behind, ms] = [Number(row["behind"]), optional(row["behind_ms"])];
    const allMs = Number(row["all_ms"] ?? 0);
    return {
      client_ip: row["client_ip"] as string | null,
      user_agent: row["user_agent"] as string | null,
      requests: Number(row["requests"]),
      behind,
      behind_share: behind / Number(row["requests"]),
      behind_ms: ms,
      behind_bytes: optional(row["behind_bytes"]),
      cost_share: allMs > 0 ? (ms ?? 0) / allMs : behind / Number(row["all_behind"]),
    };
  });
}

export async function cacheBusting(
  { db, dialect, requests }: Scope,
  limit: number,
): Promise<Busting[]> {
  const rows = await db.rows(`WITH ${dialect.shared(
    "asked",
    `SELECT path, query, client_ip, count(*) AS n, sum(back_duration_ms) AS ms
    FROM ${requests} WHERE ${BEHIND} AND path IN (SELECT path FROM ${requests} WHERE ${BEHIND}
      GROUP BY path HAVING count(*) >= ${p.bustingRequests} AND count(query) >= ${p.bustingNew} * count(*))
    GROUP BY path, query, client_ip`,
  )},
    queries AS (SELECT path, query, sum(n) AS n, ${sumOfMs("ms")} AS ms FROM asked GROUP BY path, query),
    paths AS (SELECT path, sum(n) AS behind, ${sumOfMs("ms")} AS ms, count(query) AS queries,
      count(*) FILTER (WHERE n = 1 AND query IS NOT NULL) AS fresh FROM queries GROUP BY path),
    clients AS (SELECT path, client_ip, sum(n) AS n FROM asked GROUP BY path, client_ip),
    first AS (SELECT path, count(*) AS clients, max(n) AS most FROM clients GROUP BY path)
    SELECT p.path AS path, p.behind, p.ms, p.queries, p.fresh, f.clients, f.most, min(c.client_ip) AS client_ip
    FROM paths AS p JOIN first AS f ON p.path = f.path
    JOIN clients AS c ON c.path = f.path AND c.n = f.most
    WHERE p.behind >= ${p.bustingRequests} AND p.fresh >= ${p.bustingNew} * p.behind
    GROUP BY p.path, p.behind, p.ms, p.queries, p.fresh, f.clients, f.most ORDER BY p.behind DESC, p.path LIMIT ${limit}`);
  return rows.map((row) => ({
    path: row["path"] as string | null,
    behind: Number(row["behind"]),
    queries: Number(row["queries"]),
    new_share: Number(row["fresh"]) / Number(row["behind"]),
    clients: Number(row["clients"]),
    client_ip: row["client_ip"] as string | null,
    client_share: Number(row["most"]) / Number(row["behind"]),
    behind_ms: optional(row["ms"]),
  }));
}

export async function bypasses({ db, requests }: Scope, limit: number): Promise<Bypass[]> {
  const rows = await db.rows(`WITH own AS (
      SELECT back_ip FROM (SELECT back_ip, count(*) AS n, sum(count(*)) OVER () AS pairs
        FROM ${requests} WHERE ${BEHIND} AND back_ip IS NOT NULL GROUP BY back_ip) AS t
      WHERE n >= ${p.ownAddress} * pairs)
    SELECT a.back_ip, CASE WHEN o.back_ip IS NULL THEN 0 ELSE 1 END AS is_front, count(*) AS requests,
      count(DISTINCT a.path) AS paths, min(a.path) AS path,
      min(a.user_agent) AS user_agent, min(a.time) AS first_seen, max(a.time) AS last_seen
    FROM ${requests} AS a LEFT JOIN own AS o ON a.back_ip = o.back_ip
    WHERE a.stitch = 'back_only' GROUP BY 1, 2 ORDER BY 2, 3 DESC, 1 LIMIT ${limit}`);
  return rows.map((row) => ({
    back_ip: row["back_ip"] as string | null,
    requests: Number(row["requests"]),
    is_front: Number(row["is_front"]) === 1,
    paths: Number(row["paths"]),
    path: row["path"] as string | null,
    user_agent: row["user_agent"] as string | null,
    first_seen: row["first_seen"] as Date | null,
    last_seen: row["last_seen"] as Date | null,
  }));
}

export async function lostLines({ db, requests }: Scope, limit: number): Promise<Lost[]> {
  const rows = await db.rows(`SELECT cache_result, status, count(*) AS requests,
      min(path) AS path, min(client_ip) AS client_ip
    FROM ${requests} WHERE stitch = 'front_only'
    GROUP BY cache_result, status ORDER BY 3 DESC, 1, 2 LIMIT ${limit}`);
  return rows.map((row) => ({
    cache_result: row["cache_result"] as string | null,
    status: optional(row["status"]),
    requests: Number(row["requests"]),
    path: row["path"] as string | null,
    client_ip: row["client_ip"] as string | null,
  }));
}

const optional = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value);
