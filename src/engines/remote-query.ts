import type { Answer, RemoteEngine } from "./remote.js";

/** White space and comments, then the word WITH. */
const WITH = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*with(\s+recursive)?\b/i;
/** A semicolon at the end, and comments after it. */
const TAIL = /;(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*$/;

/**
 * A person's query with the rows they asked for as `requests`. It begins with WITH, so that it can be
 * nothing but a query.
 *
 * `withRequests("SELECT 1", "(…)")` → `WITH requests AS (…) SELECT 1`
 */
export function withRequests(query: string, requests: string): string {
  const own = query.replace(TAIL, "");
  const [start, recursive = ""] = WITH.exec(own) ?? [];
  if (start === undefined) return `WITH requests AS ${requests}\n${own}`;
  return `WITH${recursive} requests AS ${requests},\n${own.slice(start.length)}`;
}

/** Runs a person's query where the rows are. */
export const remoteQuery = (
  engine: RemoteEngine,
  query: string,
  requests: string,
): Promise<Answer> => engine.answer(withRequests(query, requests), "text");
