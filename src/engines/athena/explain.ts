import { Problem } from "../../problems/problem.js";
import { meaningful, nameOf } from "./tokens.js";

/** The engine's words for a name that is nowhere. */
const UNKNOWN_NAME = /(?:Referenced column|Referenced table|Table with name) "?([^"\s]+)"?/;

/** Does something with a query; what goes wrong is told of the query as the person wrote it. */
export async function asWritten<T>(query: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw explained(error, query);
  }
}

/**
 * A refusal of the engine's, told of the query as the person wrote it, and with the name of the query's
 * own that was most likely meant: `avg_ms` where it says `AS avg_ms_port443`.
 */
export function explained(error: unknown, query: string): unknown {
  if (!(error instanceof Problem) || error.code !== "bad-sql") return error;
  const missing = UNKNOWN_NAME.exec(error.why ?? "")?.[1]?.toLowerCase();
  const meant = missing === undefined ? undefined : longer(missing, query);
  const help = meant === undefined ? error.help : `Did you mean ${meant}?`;
  return new Problem({
    code: error.code,
    what: error.message,
    where: query,
    ...(error.why === undefined ? {} : { why: error.why }),
    ...(help === undefined ? {} : { help }),
    exit: error.exit,
    cause: error,
  });
}

/** A name in the query that goes on where this one ends. */
const longer = (missing: string, query: string): string | undefined =>
  meaningful(query)
    .map(nameOf)
    .find((name) => {
      const lower = name?.toLowerCase() ?? "";
      return lower !== missing && lower.startsWith(missing);
    });
