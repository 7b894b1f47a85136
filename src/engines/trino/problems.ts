import { Exit, Problem } from "../../problems/problem.js";

/** How Trino tells of a failed query. */
export interface TrinoError {
  readonly message?: string;
  readonly errorName?: string;
  readonly errorType?: string;
}

/** A worker went away, or the cluster was not whole: the same query may succeed. */
const PASSING =
  /^(?:REMOTE_HOST_GONE|REMOTE_TASK_ERROR|REMOTE_TASK_MISMATCH|PAGE_TRANSPORT_ERROR|PAGE_TRANSPORT_TIMEOUT|TOO_MANY_REQUESTS_FAILED|NO_NODES_AVAILABLE|SERVER_STARTING_UP|SERVER_SHUTTING_DOWN)$/;

export const isPassing = ({ errorName = "" }: TrinoError): boolean => PASSING.test(errorName);

/** A failed query as a Problem; the SQL stands in it. */
export function queryProblem(error: TrinoError, sql: string, where: string): Problem {
  const why = `${error.errorName ?? "error"}: ${error.message ?? "Trino gave no reason"}`;
  if (isPassing(error)) {
    return new Problem({
      code: "engine-lost-worker",
      what: "The cluster lost a part of the query, and lost it again when it was repeated",
      where,
      why,
      help: "Look at the workers: SELECT * FROM system.runtime.nodes",
      exit: Exit.input,
    });
  }
  if (error.errorType === "USER_ERROR") {
    return new Problem({
      code: "bad-sql",
      what: "The SQL cannot be run",
      where: sql.slice(0, 2000),
      why,
      help: "The table is requests; culprit formats --fields lists its columns",
      exit: Exit.usage,
    });
  }
  const help =
    error.errorType === "INSUFFICIENT_RESOURCES"
      ? "Ask for less (--since, --where), or give the cluster more memory"
      : "The coordinator's page of the query says more";
  return new Problem({
    code: "engine-failed",
    what: "The query failed on the engine",
    where,
    why,
    help,
    exit: Exit.input,
  });
}

/** An answer of the server that is none of the protocol's. */
export function httpProblem(status: number, text: string, where: string): Problem {
  if (status === 401 || status === 403) {
    return new Problem({
      code: "engine-refused",
      what: "The engine does not let us in",
      where,
      why: `HTTP ${String(status)}`,
      help: "Set TRINO_PASSWORD, or TRINO_TOKEN for a JWT, and use trinos:// (TLS)",
      exit: Exit.usage,
    });
  }
  return new Problem({
    code: "engine-failed",
    what: `The engine answered with HTTP ${String(status)}`,
    where,
    why: text.slice(0, 300),
    help: "Is this the address of a Trino coordinator?",
    exit: Exit.input,
  });
}
