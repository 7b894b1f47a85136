import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import type { DataFile } from "./ledger.js";
import type { Staged } from "./place.js";

/** Below this folder other engines read the store. */
export const REQUESTS = "requests";

/** Where rows without a time lie. */
export const UNDATED = "undated";

/** Rows a group: small enough to skip, large enough to compress. */
const ROW_GROUP = 122_880;

/** The day of a row in UTC as other engines see it: text, never NULL. */
export const DAY = `coalesce(CASE WHEN isfinite(time) AND year(time) BETWEEN 1 AND 9999
  THEN strftime(time, '%Y-%m-%d') END, '${UNDATED}')`;

/** The rows of a day: a condition on `time`, so that whole row groups can be skipped. */
export function onDay(day: string): string {
  if (day === UNDATED) return `${DAY} = '${UNDATED}'`;
  const start = `CAST(${literal(day)} AS TIMESTAMP)`;
  return `time >= ${start} AND time < ${start} + INTERVAL 1 DAY`;
}

/** ISO text in microseconds, as the ledger keeps times. */
export const isoTime = (expression: string): string =>
  `strftime(${expression}, '%Y-%m-%dT%H:%M:%S.%fZ')`;

/** First and last time of rows: what the ledger keeps of a file. */
export const RANGE = `${isoTime("min(time) FILTER (WHERE isfinite(time))")} AS "from",
  ${isoTime("max(time) FILTER (WHERE isfinite(time))")} AS "until"`;

/** A data file that was prepared: what the ledger will say of it, and where it lies. */
export interface StagedData {
  readonly file: DataFile;
  readonly staged: Staged;
}

/** Where a data file belongs. */
interface Slot {
  readonly log_type: string;
  readonly day: string;
  /** Name of the file without its folder. */
  readonly name: string;
}

/** Path of a data file in the store. Other engines do not decode what could not stand in it as it is. */
const pathOf = ({ log_type, day, name }: Slot): string =>
  path.posix.join(REQUESTS, `log_type=${partitionName(log_type)}`, `day=${day}`, name);

export const partitionName = (log_type: string): string =>
  log_type.replace(/[^A-Za-z0-9_.-]+/g, "-") || "-";

/**
 * Writes rows, sorted as they come, as a data file of the store; reads back what was written.
 * `expected`: how many rows there are at most.
 */
export async function writeData(
  db: DuckDb,
  sql: string,
  staged: string,
  slot: Slot,
  expected: number,
  about: { readonly entered: string; readonly derived: readonly string[] },
): Promise<StagedData> {
  await db.run(`COPY (${sql}) TO ${literal(staged)}
    (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP},
     DICTIONARY_SIZE_LIMIT ${dictionaryOf(expected)})`);
  const [row] = await db.rows(
    `SELECT count(*) AS rows, ${RANGE} FROM read_parquet(${literal(staged)}, hive_partitioning = false)`,
  );
  const { rows, from, until } = row as Pick<DataFile, "rows" | "from" | "until">;
  const { size } = await stat(staged);
  const { day } = slot;
  const target = pathOf(slot);
  return {
    staged: { staged, path: target },
    file: {
      path: target,
      rows,
      bytes: size,
      sha256: await sha256(staged),
      log_type: partitionName(slot.log_type),
      day,
      from,
      until,
      ...about,
    },
  };
}

/** Most values of a column's dictionary: the engine makes room for a fifth of a whole row group. */
const dictionaryOf = (rows: number): number =>
  Math.max(1024, Math.ceil(Math.min(rows, ROW_GROUP) / 5));

/** Hash of a file's bytes. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
