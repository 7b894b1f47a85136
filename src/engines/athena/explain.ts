import { nearest } from "../../outputs/nearest.js";
import { Problem } from "../../problems/problem.js";
import { meaningful, nameOf } from "./tokens.js";
import { athenaViews } from "./views/registry.js";

/** The engine's words for a name that is nowhere. */
const NO_TABLE = /Table with name "?([^"\s]+)"? does not exist/;
const NO_COLUMN = /Referenced (?:column|table) "?([^"\s]+)"? not found/;

/** Does something with a query; what goes wrong is told of the query as the person wrote it. */
export async function asWritten<T>(query: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw explained(error, query);
  }
}

/**
 * A refusal of the engine's, told of the query as the person wrote it, and with the name that was most
 * likely meant: a table's, or one of the query's own, `avg_ms` where it says `AS avg_ms_port443`.
 */
export function explained(error: unknown, query: string): unknown {
  if (!(error instanceof Problem) || error.code !== "bad-sql") return error;
  const meant = meantName(error.why ?? "", query);
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

function meantName(why: string, query: string): string | undefined {
  const table = NO_TABLE.exec(why)?.[1];
  if (table !== undefined) {
    return nearest(table.split(".").at(-1) ?? "", [
      ...athenaViews.map(({ name }) => name),
      "requests",
    ]);
  }
  const column = NO_COLUMN.exec(why)?.[1];
  return column === undefined ? undefined : longer(column.toLowerCase(), query);
}

/** A name in the query that goes on where this one ends. */
const longer = (missing: string, query: string): string | undefined =>
  meaningful(query)
    .map(nameOf)
    .find((name) => {
      const lower = name?.toLowerCase() ?? "";
      return lower !== missing && lower.startsWith(missing);
    });
