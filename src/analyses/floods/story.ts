import { isError } from "../failing.js";
import { measures } from "../measures.js";
import type { Scope, Window } from "../scope.js";
import { top } from "../top.js";

/** What a client did while it flooded. */
export interface FloodStory {
  /** Part of all requests of that time. */
  readonly share: number;
  readonly bytes_sent: number;
  readonly errors: number;
  readonly user_agents: number;
  /** What it asked for most, and that part of its requests. */
  readonly object: string | null;
  readonly object_share: number;
}

/** What was asked for: the S3 key, else the path, else the host of a connection. */
const object = {
  name: "object",
  sql: "coalesce(key, path, host)",
  columns: ["key", "path", "host"],
};

/** What a client did within a window, beside everybody's requests of that time. */
export async function storyOf(
  scope: Scope,
  client: string,
  { from, until }: Window,
): Promise<FloodStory> {
  const { db, dialect, requests } = scope;
  const { literal } = dialect;
  const own = `client_ip = ${literal(client)}`;
  const then = `time >= ${literal(from)} AND time < ${literal(until)}`;
  const [row = {}] = await db.rows(`SELECT count(*) AS requests,
    count(*) FILTER (WHERE ${own}) AS own,
    CAST(coalesce(sum(bytes_sent) FILTER (WHERE ${own}), 0) AS BIGINT) AS bytes_sent,
    count(*) FILTER (WHERE ${own} AND ${isError}) AS errors,
    count(DISTINCT CASE WHEN ${own} THEN user_agent END) AS user_agents
    FROM ${requests} WHERE ${then}`);
  const number = (name: string): number => Number(row[name]);
  const { rows } = await top(scope, {
    fields: [object],
    by: measures.requests,
    limit: 1,
    where: `${own} AND ${then}`,
  });
  const [most] = rows;
  return {
    share: number("own") / Math.max(1, number("requests")),
    bytes_sent: number("bytes_sent"),
    errors: number("errors"),
    user_agents: number("user_agents"),
    object: (most?.["object"] as string | null | undefined) ?? null,
    object_share: most?.share ?? 0,
  };
}
