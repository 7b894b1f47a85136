import { describe, expect, test } from "vitest";
import type { Case } from "./cases.js";
import { parseLog, type Row } from "./culprit.js";
import { cellsOf, compare, type Columns, type Facts } from "./facts.js";
import type { Played, Told } from "./play.js";

/** A log that a server has written. */
export interface ServerLog {
  readonly name: string;
  readonly path: string;
  /** As it stands in the server's configuration. */
  readonly format: string;
  /** Flags that tell culprit this format. */
  readonly flags: readonly string[];
  /** Other flags that must read the same: a name, the configuration file itself. */
  readonly sameFlags: readonly (readonly string[])[];
  readonly columns: Columns;
}

export interface Results extends Played {
  /** The rows of each log by its name, one for each of its flags. */
  readonly rows: ReadonlyMap<string, readonly (readonly Row[])[]>;
}

/** Reads each log with each of its flags. */
export async function readLogs(logs: readonly ServerLog[]): Promise<Results["rows"]> {
  const rows = new Map<string, Row[][]>();
  for (const { name, path, flags, sameFlags } of logs) {
    const readings: Row[][] = [];
    for (const given of [flags, ...sameFlags]) readings.push(await parseLog(path, given));
    rows.set(name, readings);
  }
  return rows;
}

/** Tests that each log tells of each case what the client knows of it. */
export function testLogs(
  logs: readonly ServerLog[],
  cases: readonly Case[],
  factsOf: (told: Told, name: string, log: string) => Facts,
  results: () => Results,
): void {
  describe.each(logs.map((log) => [log.name, log] as const))("%s", (name, log) => {
    const readings = (): readonly (readonly Row[])[] => results().rows.get(name) ?? [];

    test("a row for every line, nothing rejected", () => {
      for (const rows of readings()) {
        expect(rows.filter((row) => "rejected" in row || "blank" in row)).toEqual([]);
        expect(rows).toHaveLength(results().lines);
      }
    });

    if (log.sameFlags.length > 0) {
      test("its other names and the configuration file read the same", () => {
        const [first, ...others] = readings().map((rows) =>
          rows.map((row) => cellsOf(row, log.columns)),
        );
        for (const rows of others) expect(rows).toEqual(first);
      });
    }

    test.each(cases.map((item) => item.name))("%s", (item) => {
      for (const told of results().told.get(item) ?? []) {
        compare(readings()[0]?.[told.line], log.columns, factsOf(told, item, name));
      }
    });
  });
}
