import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Logs and vectors of other projects, read in place where they are. */
export const corpus = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));
export const hasCorpus = existsSync(`${corpus}_canon/dev.jsonl`);

/** A line and what it must become, in the vocabulary that all vectors share. */
export interface Vector {
  readonly id: string;
  readonly format: string;
  readonly valid: boolean;
  readonly config?: { readonly log_format?: string };
  readonly line?: string;
  readonly expect: Readonly<Record<string, string | number>> | null;
}

export const readJsonLines = <T>(path: string): T[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as T);

/** The lines of a file, bytes that are no UTF-8 as the cleaning of the input hands them on. */
export const fileLines = (path: string): string[] =>
  readFileSync(path, "utf8")
    .replace(/\r?\n$/, "")
    .split(/\r?\n/);

/** Where the record holds what a vector asserts. */
const columns: Readonly<Record<string, string>> = {
  ts: "time",
  target: "request_target",
  bytes: "bytes_sent",
  bytes_in: "bytes_received",
  referer: "referrer",
  ua: "user_agent",
  vhost: "site",
  op: "operation",
  result: "cache_result",
};

/** The asserted values and those of a row, in the same words. */
export function compared(
  expected: Readonly<Record<string, string | number>>,
  row: Readonly<Record<string, unknown>>,
): { wanted: Record<string, unknown>; got: Record<string, unknown> } {
  const got: Record<string, unknown> = {};
  const wanted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(expected)) {
    if (name === "duration_s") {
      wanted[name] = value;
      got[name] = Number(row["duration_ms"]) / 1000;
      continue;
    }
    const column = columns[name] ?? name;
    wanted[column] = value;
    got[column] = row[column];
    if (column === "time" && !String(value).includes(".")) {
      got[column] = String(row[column]).replace(/\.\d+Z$/, "Z");
    }
  }
  return { wanted, got };
}
