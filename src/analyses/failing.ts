import { dimension } from "./fields.js";
import { measures } from "./measures.js";
import type { Scope } from "./scope.js";
import { CROWD } from "./standout.js";
import { top, type Concentration, type TopResult, type TopRow } from "./top.js";

/** A client that makes most of the errors, and how often requests fail, its own and the others'. */
export interface Failing {
  /** Its failed requests only. */
  readonly row: TopRow;
  /** How the errors are spread over the clients that have any. */
  readonly spread: Concentration;
  /** All its requests. */
  readonly requests: number;
  readonly others: { readonly requests: number; readonly errors: number };
}

/** A request that failed, whoever was to blame. */
export const isError = "status >= 400";

/** Of fewer errors than this, some client always has most. */
const ERRORS = 30;
/** Most of the errors … */
const SHARE = 0.5;
/** … which are a part of all requests that somebody would notice … */
const PART = 0.02;
/** … and by a client that fails so many times as often as the others. */
const FACTOR = 2;

/** The client that makes most of the errors, if one does and a crowd does not. */
export async function failing(
  scope: Scope,
  totals: { readonly requests: number; readonly errors: number },
  byRequests: TopResult,
): Promise<Failing | undefined> {
  if (totals.errors < ERRORS || byRequests.concentration.groups < CROWD) return undefined;
  const { rows, concentration } = await top(scope, {
    fields: [dimension("client_ip", [], scope.zone, scope.dialect)],
    by: measures.requests,
    limit: 1,
    where: `client_ip IS NOT NULL AND ${isError}`,
  });
  const [row] = rows;
  if (row === undefined || row.share < SHARE || row.requests < PART * totals.requests) {
    return undefined;
  }
  const [own] = await scope.db.rows(
    `SELECT count(*) AS requests FROM ${scope.requests} WHERE client_ip = ${scope.dialect.literal(row["client_ip"] as string)}`,
  );
  const requests = Number(own?.["requests"]);
  const others = { requests: totals.requests - requests, errors: totals.errors - row.requests };
  if (row.requests / requests < (FACTOR * others.errors) / Math.max(1, others.requests)) {
    return undefined;
  }
  return { row, spread: concentration, requests, others };
}
