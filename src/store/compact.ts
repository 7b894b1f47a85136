import { randomUUID } from "node:crypto";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { Change, recover } from "./change.js";
import { writeData } from "./data-files.js";
import { noTotals, readLedger, rowsIn, type DataFile, type State } from "./ledger.js";
import type { Place } from "./place.js";

/** Size that files should have, unless it is asked for otherwise. */
export const TARGET_BYTES = 128 * 2 ** 20;

export interface CompactOptions {
  readonly db: DuckDb;
  readonly place: Place;
  readonly targetBytes?: number;
  /** Groups of fewer files are left, unless together they are half a file of the target's size. */
  readonly leastFiles?: number;
  /** At most so many new files are made; the rest is for another time. */
  readonly mostGroups?: number;
  readonly signal?: AbortSignal;
  readonly now: () => Date;
}

/**
 * Rewrites the small files of each log type and day as few, sorted by time; a commit for every new
 * file. The caller holds the writer's lock.
 */
export async function compact(options: CompactOptions): Promise<{ before: number; after: number }> {
  const { place, targetBytes = TARGET_BYTES, leastFiles = 2, mostGroups = Infinity } = options;
  let state = await recover(place, await readLedger(place), options.now());
  const before = state.files.length;
  const groups = groupsOf(state.files, targetBytes, leastFiles);
  for (const files of groups.slice(0, mostGroups)) {
    options.signal?.throwIfAborted();
    state = await compactGroup(options, state, files);
  }
  return { before, after: state.files.length };
}

/** Files to be made one: of the same type and day, neighbours in time, together no larger than the target. */
export function groupsOf(
  files: readonly DataFile[],
  targetBytes: number,
  leastFiles = 2,
): DataFile[][] {
  const days = new Map<string, DataFile[]>();
  for (const file of files.filter(({ bytes }) => bytes < targetBytes / 2)) {
    const day = `${file.log_type}/${file.day}`;
    days.set(day, [...(days.get(day) ?? []), file]);
  }
  return [...days.values()]
    .flatMap((day) => groupsOfDay(day, targetBytes))
    .filter((group) => group.length >= leastFiles || sizeOf(group) >= targetBytes / 2);
}

const sizeOf = (files: readonly DataFile[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

function groupsOfDay(files: readonly DataFile[], targetBytes: number): DataFile[][] {
  const groups: DataFile[][] = [];
  let size = Infinity;
  for (const file of files.toSorted((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : 1))) {
    if (size + file.bytes > targetBytes) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(file);
    size += file.bytes;
  }
  return groups.filter((group) => group.length > 1);
}

async function compactGroup(
  { db, place, now }: CompactOptions,
  state: State,
  files: readonly DataFile[],
): Promise<State> {
  const [{ log_type, day }] = files as [DataFile];
  return Change.run(place, async (change) => {
    const names = files.map((file) => file.path);
    const held = await place.open(names, change.workspace);
    const list = names.map((name) => literal(held.file(name))).join(", ");
    const name = `${randomUUID()}.parquet`;
    const data = await writeData(
      db,
      `SELECT * FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false)
        ${isInOrder(files) ? "" : "ORDER BY time, source, line"}`,
      change.workspace.path(name),
      { log_type, day, name },
      {
        entered: files
          .map(({ entered }) => entered)
          .toSorted()
          .at(-1) as string,
        derived: [...new Set(files.flatMap(({ derived }) => derived))],
      },
    ).finally(() => held.close());
    const rows = rowsIn(files);
    if (data.file.rows !== rows) {
      throw new Error(`${data.file.rows} of ${rows} rows of ${log_type} on ${day} were written`);
    }
    return change.commit(
      state,
      {
        version: 1,
        at: now().toISOString(),
        action: "compact",
        added: [data.file],
        removed: names,
        objects: [],
        rejects: [],
        totals: noTotals,
        formats: {},
      },
      [data.staged],
    );
  });
}

/** Whether each file begins where the one before has ended: then their rows are in order already. */
const isInOrder = (files: readonly DataFile[]): boolean =>
  files.every(
    ({ from }, index) =>
      index === 0 || ((from ?? "") >= (files[index - 1]?.until ?? "") && from !== null),
  );
