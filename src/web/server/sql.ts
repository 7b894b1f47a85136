import { asWritten } from "../../engines/athena/explain.js";
import { createViews } from "../../engines/athena/views/create.js";
import { userQuery } from "../../engines/duckdb/user-query.js";
import { csvCell } from "../../outputs/escape.js";
import { jsonText, timeValue, type Value } from "../../outputs/values.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { Dataset } from "./dataset.js";
import type { Opened } from "./source.js";

/** Rows that a page shows; the CSV file has all. */
const SHOWN = 500;
/** The most that a file may hold. */
const CSV_BYTES = 32 * 2 ** 20;
/** Milliseconds after which a query is ended. */
const PATIENCE = 60_000;

export interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** There are more rows than are shown. */
  readonly more: boolean;
  readonly ms: number;
}

/** A person's SELECT on the rows, under the guards of `culprit sql`: nothing can be written or read besides. */
export async function answerSql(
  dataset: Dataset,
  query: string,
  signal: AbortSignal,
): Promise<SqlAnswer> {
  return dataset.ask(patient(signal), async (opened, stop) => {
    const start = performance.now();
    const asked = await prepared(opened, query);
    const rows: (string | null)[][] = [];
    let more = false;
    for await (const row of asked.rows()) {
      stop.throwIfAborted();
      more = rows.length === SHOWN;
      if (more) break;
      rows.push(row.map((value, at) => cellText(value, asked.columns[at]?.type)));
    }
    const columns = asked.columns.map(({ name }) => name);
    return { columns, rows, more, ms: Math.round(performance.now() - start) };
  });
}

/**
 * The same as CSV, whole: while a slow reader takes it, the engine answers others. Undefined where it
 * would be too much to hold.
 */
export async function csvOf(
  dataset: Dataset,
  query: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[] | undefined> {
  const encoder = new TextEncoder();
  return dataset.ask(patient(signal), async (opened, stop) => {
    const asked = await prepared(opened, query);
    const blocks: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    let lines = [asked.columns.map(({ name }) => csvCell(name)).join(",")];
    const flush = (): void => {
      const block = encoder.encode(lines.map((line) => `${line}\r\n`).join(""));
      bytes += block.length;
      blocks.push(block);
      lines = [];
    };
    for await (const row of asked.rows()) {
      stop.throwIfAborted();
      const cells = row.map((value, at) => {
        const text = cellText(value, asked.columns[at]?.type);
        if (text === null) return "";
        return typeof value === "number" || typeof value === "bigint" ? text : csvCell(text);
      });
      lines.push(cells.join(","));
      if (lines.length >= 1000) flush();
      if (bytes > CSV_BYTES) return undefined;
    }
    flush();
    return blocks;
  });
}

const patient = (signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);

async function prepared({ embedded, scope }: Opened, query: string) {
  if (embedded === undefined) {
    throw new Problem({
      code: "no-sql",
      what: "SQL cannot be asked of this engine from the page",
      help: "culprit sql --engine asks it",
      exit: Exit.usage,
    });
  }
  await createViews(embedded, query, scope.requests);
  return asWritten(query, () => userQuery(embedded, query));
}

function cellText(value: Value, type: string | undefined): string | null {
  const shown = type === "time" ? timeValue(value) : value;
  if (shown === null || shown === undefined) return null;
  return typeof shown === "object" && !(shown instanceof Date) ? jsonText(shown) : String(shown);
}
