import { randomUUID } from "node:crypto";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { Change, recover } from "./change.js";
import { writeData } from "./data-files.js";
import { noTotals, readLedger, rowsIn, type DataFile, type State } from "./ledger.js";
import type { Place } from "./place.js";

/** Size that files should have, unless it is asked for otherwise. */
export const TARGET_BYTES = 128 * 2 ** 20;

/** How large files should become. */
export interface Target {
  readonly bytes: number;
  /** A file of so many rows is large, too: some logs take a few bytes a row. */
  readonly rows?: number;
  /** Groups of fewer files are left, unless together they are half a file of the target's size. */
  readonly leastFiles?: number;
}

export interface CompactOptions {
  readonly db: DuckDb;
  readonly place: Place;
  readonly target?: Target;
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
  const { place, target = { bytes: TARGET_BYTES }, mostGroups = Infinity } = options;
  let state = await recover(place, await readLedger(place), options.now());
  const before = state.files.length;
  for (const files of groupsOf(state.files, target).slice(0, mostGroups)) {
    options.signal?.throwIfAborted();
    state = await compactGroup(options, state, files);
  }
  return { before, after: state.files.length };
}

/** Files to be made one: of the same type and day, neighbours in time, together no larger than the target. */
export function groupsOf(files: readonly DataFile[], target: Target): DataFile[][] {
  const { leastFiles = 2 } = target;
  const days = new Map<string, DataFile[]>();
  for (const file of files.filter((one) => partOf(one, target) < 0.5)) {
    const day = `${file.log_type}/${file.day}`;
    days.set(day, [...(days.get(day) ?? []), file]);
  }
  return [...days.values()]
    .flatMap((day) => groupsOfDay(day, target))
    .filter(
      (group) =>
        group.length >= leastFiles || (group.length > 1 && partOfAll(group, target) >= 0.5),
    );
}

/** How much of a file of the target's size it is, 0 to 1 and beyond. */
const partOf = ({ bytes, rows }: DataFile, target: Target): number =>
  Math.max(bytes / target.bytes, rows / (target.rows ?? Infinity));

const partOfAll = (files: readonly DataFile[], target: Target): number =>
  files.reduce((total, file) => total + partOf(file, target), 0);

function groupsOfDay(files: readonly DataFile[], target: Target): DataFile[][] {
  const groups: DataFile[][] = [];
  let size = Infinity;
  for (const file of files.toSorted((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : 1))) {
    const part = partOf(file, target);
    if (size + part > 1) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(file);
    size += part;
  }
  return groups;
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
      rowsIn(files),
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
