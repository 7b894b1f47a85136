import { mkdir, readdir, rename, stat } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";
import { syncFolder, type DataFile, type State } from "./ledger.js";
import type { Workspace } from "./workspace.js";

/** A data file that lies in the staging folder and has its place in the store. */
export interface StagedFile {
  readonly staged: string;
  readonly file: DataFile;
}

/** Below this folder other engines read the store. */
export const REQUESTS = "requests";

/** Rows a group: small enough to skip, large enough to compress. */
const ROW_GROUP = 122_880;

/** What tells one request from another where the log type has an identity of its own. */
const identityColumns: Readonly<Record<string, readonly string[]>> = {
  s3: ["request_id", "operation", "key", "time"],
};

/**
 * Writes the parsed rows of the table `batch` as Parquet, sorted by time, a folder a log type and
 * day; drops deliveries that came before. Returns the files and the drops per source.
 */
export async function copyPartitions(
  db: DuckDb,
  store: string,
  state: State,
  columns: readonly string[],
  workspace: Workspace,
  id: string,
): Promise<{ files: StagedFile[]; duplicates: Map<string, number> }> {
  await db.run(`CREATE OR REPLACE TEMP TABLE incoming AS SELECT *, rowid AS place FROM batch
    WHERE outcome = 'parsed'`);
  const duplicates = await dropDuplicates(db, store, state);
  const list = columns.filter((name) => name !== "log_type").map((name) => ident(name));
  const folder = workspace.path(REQUESTS);
  await mkdir(folder);
  await db.run(`COPY (SELECT ${list.join(", ")}, log_type,
      coalesce(strftime(time, '%Y-%m-%d'), 'undated') AS day
    FROM incoming ORDER BY log_type, day, time, place)
    TO ${literal(folder)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP},
      PARTITION_BY (log_type, day), FILENAME_PATTERN '${id}-{i}')`);
  await db.run("DROP TABLE incoming");
  return { files: await describeFiles(db, folder), duplicates };
}

/** Files below a folder laid out as `log_type=…/day=…/*.parquet`, with what the ledger keeps of them. */
export async function describeFiles(db: DuckDb, folder: string): Promise<StagedFile[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    name.endsWith(".parquet"),
  );
  const files: StagedFile[] = [];
  for (const name of names.toSorted()) {
    const staged = path.join(folder, name);
    const [, log_type = "", day = ""] =
      /log_type=([^/\\]+)[/\\]day=([^/\\]+)[/\\]/.exec(name) ?? [];
    const [row] = await db.rows(`SELECT count(*) AS rows,
      strftime(min(time), '%Y-%m-%dT%H:%M:%S.%fZ') AS from, strftime(max(time), '%Y-%m-%dT%H:%M:%S.%fZ') AS until
      FROM read_parquet(${literal(staged)}, hive_partitioning = false)`);
    const { size } = await stat(staged);
    const { rows, from, until } = row as {
      rows: number;
      from: string | null;
      until: string | null;
    };
    const place = path.posix.join(REQUESTS, ...name.split(path.sep));
    files.push({ staged, file: { path: place, rows, bytes: size, log_type, day, from, until } });
  }
  return files;
}

/** Puts staged files in their places, each in one step. */
export async function moveIn(store: string, files: readonly StagedFile[]): Promise<void> {
  const folders = new Set<string>();
  for (const { staged, file } of files) {
    const target = path.join(store, file.path);
    const folder = path.dirname(target);
    if (!folders.has(folder)) await mkdir(folder, { recursive: true });
    folders.add(folder);
    await rename(staged, target);
  }
  for (const folder of folders) await syncFolder(folder);
}

/** Keeps the first delivery of every request, counting those in the store as first. */
async function dropDuplicates(
  db: DuckDb,
  store: string,
  state: State,
): Promise<Map<string, number>> {
  const dropped = new Map<string, number>();
  const types = await db.rows("SELECT DISTINCT log_type FROM incoming");
  for (const { log_type } of types) {
    const columns = identityColumns[String(log_type)];
    if (columns === undefined) continue;
    const own = `log_type = ${literal(String(log_type))}`;
    const days = await db.rows(
      `SELECT DISTINCT strftime(time, '%Y-%m-%d') AS day FROM incoming WHERE ${own}`,
    );
    const wanted = new Set(days.map(({ day }) => day));
    const files = state.files.filter((file) => file.log_type === log_type && wanted.has(file.day));
    const names = columns.map((name) => ident(name)).join(", ");
    const same = columns.map((name) => `o.${ident(name)} IS NOT DISTINCT FROM i.${ident(name)}`);
    const stored =
      files.length === 0
        ? ""
        : `OR EXISTS (SELECT 1 FROM read_parquet([${files.map((file) => literal(path.join(store, file.path))).join(", ")}]) AS o
            WHERE ${same.join(" AND ")})`;
    await db.run(`CREATE OR REPLACE TEMP TABLE repeated AS SELECT place, source FROM (
      SELECT *, row_number() OVER (PARTITION BY ${names} ORDER BY place) AS delivery
      FROM incoming WHERE ${own} AND request_id IS NOT NULL) AS i WHERE delivery > 1 ${stored}`);
    await db.run("DELETE FROM incoming WHERE place IN (SELECT place FROM repeated)");
    for (const row of await db.rows("SELECT source, count(*) AS count FROM repeated GROUP BY 1")) {
      dropped.set(String(row["source"]), Number(row["count"]));
    }
  }
  return dropped;
}
