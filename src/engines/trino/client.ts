import { exactJson } from "../exact-json.js";
import { pause } from "../pause.js";
import type { OnProgress } from "../remote.js";
import { unreachable } from "../unreachable.js";
import { httpProblem, isPassing, queryProblem, type TrinoError } from "./problems.js";

/** Where a coordinator is, and who asks. */
export interface TrinoSettings {
  /** `http://host:8080` or `https://…`, without a path. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Milliseconds for which a server that is busy or away is asked again. */
  readonly patience?: number;
}

/** A page of the answer: https://trino.io/docs/current/develop/client-protocol.html */
interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: readonly unknown[][];
  readonly error?: TrinoError;
  readonly stats?: {
    readonly completedSplits?: number;
    readonly totalSplits?: number;
    readonly processedBytes?: number;
    readonly processedRows?: number;
  };
}

/** What a statement answers: columns come first, with the first rows at the latest. */
export type Part =
  { readonly columns: NonNullable<Page["columns"]> } | { readonly rows: readonly unknown[][] };

/** Busy, or a proxy whose server is away for a moment. */
const AGAIN = new Set([429, 502, 503, 504]);
const PATIENCE = 60_000;
/** How often a query is repeated whose worker was lost. */
const REPEATS = 2;

/**
 * Runs a statement and gives its columns and rows as they come. While nothing was given yet, a query
 * that lost a worker is run again; later, and in the end, that is a Problem: never half an answer.
 * An abort cancels the query on the cluster.
 */
export async function* statement(
  settings: TrinoSettings,
  sql: string,
): AsyncGenerator<Part, void, void> {
  for (let repeat = 0; ; repeat++) {
    const failed = yield* attempt(settings, sql);
    if (failed === undefined) return;
    const { error, given } = failed;
    if (given || !isPassing(error) || repeat === REPEATS) {
      throw queryProblem(error, sql, settings.origin);
    }
    await pause(1000 * 2 ** repeat, settings.signal);
  }
}

interface Failed {
  readonly error: TrinoError;
  /** Rows have left already: the query must not be run again. */
  readonly given: boolean;
}

async function* attempt(
  settings: TrinoSettings,
  sql: string,
): AsyncGenerator<Part, Failed | undefined, void> {
  let next: string | undefined;
  let [named, given] = [false, false];
  try {
    let page = await ask(settings, "POST", "/v1/statement", sql);
    for (;;) {
      next = page.nextUri === undefined ? undefined : pathOf(page.nextUri);
      if (page.error !== undefined) {
        next = undefined;
        return { error: page.error, given };
      }
      progress(settings, page);
      if (!named && page.columns !== undefined) {
        named = true;
        yield { columns: page.columns };
      }
      if (page.data !== undefined && page.data.length > 0) {
        given = true;
        settings.onProgress?.(undefined);
        yield { rows: page.data };
      }
      if (next === undefined) return undefined;
      page = await ask(settings, "GET", next);
    }
  } finally {
    settings.onProgress?.(undefined);
    if (next !== undefined) await cancel(settings, next);
  }
}

/** A page may name a host as the coordinator sees itself; credentials go to the one that was given. */
function pathOf(uri: string): string {
  const { pathname, search } = new URL(uri);
  return `${pathname}${search}`;
}

function progress({ onProgress }: TrinoSettings, { stats }: Page): void {
  if (stats === undefined || onProgress === undefined) return;
  const { completedSplits = 0, totalSplits = 0, processedBytes = 0, processedRows = 0 } = stats;
  const done = totalSplits === 0 ? 0 : completedSplits / totalSplits;
  onProgress({ done, bytes: processedBytes, rows: processedRows });
}

/** Asks until there is an answer, or patience ends. */
async function ask(
  settings: TrinoSettings,
  method: "GET" | "POST",
  path: string,
  body?: string,
): Promise<Page> {
  const { origin, signal, patience = PATIENCE } = settings;
  const until = Date.now() + patience;
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    const answer = await send(settings, method, path, body).catch((error: unknown) => {
      signal?.throwIfAborted();
      // Who never had an answer has the wrong address; later the network may have had a moment.
      if (method === "POST" || Date.now() >= until) throw unreachable(origin, error);
      return undefined;
    });
    if (answer?.ok === true) return exactJson(await answer.text()) as Page;
    if (answer !== undefined && (!AGAIN.has(answer.status) || Date.now() >= until)) {
      throw httpProblem(answer.status, await answer.text(), origin);
    }
    await answer?.body?.cancel();
    await pause(delay(tries, answer?.headers.get("retry-after")), signal);
  }
}

/** Milliseconds to wait: what the server asks for, else twice as long each time, spread a little. */
function delay(tries: number, asked: string | null | undefined): number {
  const seconds = Number(asked ?? NaN);
  if (seconds >= 0 && seconds <= 30) return seconds * 1000;
  return Math.min(5000, 50 * 2 ** tries) * (0.75 + Math.random() / 2);
}

function send(
  { origin, headers, signal }: TrinoSettings,
  method: string,
  path: string,
  body?: string,
): Promise<Response> {
  return fetch(`${origin}${path}`, {
    method,
    headers,
    redirect: "error",
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Ends a query on the cluster; that it may be over already is no matter. */
async function cancel({ origin, headers }: TrinoSettings, path: string): Promise<void> {
  const signal = AbortSignal.timeout(5000);
  const answer = await fetch(`${origin}${path}`, { method: "DELETE", headers, signal }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
}
