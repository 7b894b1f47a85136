import type { Derivation } from "../formats/compile/record-sql.js";
import type { Reading } from "../formats/reading.js";
import { columnTypes } from "../formats/record.js";
import { rejectColumns, type RawTables } from "./raw.js";
import type { RemoteEngine } from "./remote.js";

/** What a run says to the engine; `lines` is a relation of `line`, `source` and `size`. */
export interface RawStatements {
  readonly logType: string;
  readonly tally: (lines: string) => string;
  readonly requests: (lines: string, days: readonly string[], but?: string) => string;
  readonly rejects: (lines: string) => string;
}

/** The statements for logs of one reading, in the engine's words. */
export function rawStatements(
  { dialect, expressions }: RemoteEngine,
  tables: RawTables,
  reading: Reading,
  derivations: readonly Derivation[],
): RawStatements {
  const { ident, literal } = dialect;
  const parser = reading.parser({ derivations });
  const names = [...columnTypes(derivations.map(({ name }) => name)).keys()];
  const own = names.filter((name) => name !== "source" && name !== "line");
  const read = (lines: string, columns: readonly string[]): string =>
    `(SELECT *, coalesce(${dialect.clockText(ident("time"), "UTC", "day")}, 'undated') AS day FROM (` +
    `${parser.sqlFor(expressions, lines, columns, ["source", "size"])}) AS parsed) AS found`;
  const stored = [...own.filter((name) => name !== "log_type"), "source", "log_type", "day"];
  return {
    logType: parser.logType,
    tally: (lines) =>
      `SELECT source, max(size) AS size, day, outcome, count(*) AS many FROM ${read(lines, ["time"])} GROUP BY source, day, outcome`,
    requests: (lines, days, but) =>
      `INSERT INTO ${tables.requests} (${stored.map(ident).join(", ")})\n` +
      `SELECT ${stored.map(ident).join(", ")} FROM ${read(lines, own)}\n` +
      `WHERE outcome = 'parsed' AND day IN (${days.map(literal).join(", ")})${but === undefined ? "" : ` AND NOT (${but})`}`,
    rejects: (lines) =>
      `INSERT INTO ${tables.rejects} (${rejectColumns.join(", ")})\n` +
      `SELECT source, ${literal(parser.logType)}, reason, raw FROM ${read(lines, ["time"])}\nWHERE outcome = 'rejected'`,
  };
}

/** The lines of sources that no ledger knows. */
export const freshLines = (raw: string, tables: RawTables): string =>
  `(SELECT line, source, size FROM ${raw} AS raw WHERE source NOT IN (SELECT source FROM ${tables.ledger}))`;
