import type { Outcome } from "./arrivals.js";
import { literal } from "../engines/sql.js";
import type { Change } from "./change.js";
import type { Lake } from "./lake.js";
import type { Lanes } from "./lanes.js";
import { noTotals, type State, type Totals } from "./ledger.js";
import { objectsSql, type StoredObject } from "./objects.js";
import { PartRows, type Tally } from "./part-rows.js";
import type { Staged } from "./place.js";
import { stageSide } from "./side-files.js";

/** An object whose rows go into the store. */
export interface Taken extends Outcome {
  readonly name: string;
  readonly firstLine: number;
}

export interface Batch {
  readonly lanes: Lanes;
  readonly change: Change;
  readonly state: State;
  readonly lake: Lake;
  /** Objects that were read to their end; rows of all others stay out. */
  readonly taken: readonly Taken[];
  /** Columns that are not the record's. */
  readonly derived: readonly string[];
  readonly now: Date;
}

/** Makes the rows of a batch part of the store, each part of the lake on its own. */
export async function commitBatch(batch: Batch): Promise<State> {
  const { lanes, lake, taken } = batch;
  const { db } = lake;
  const table = await db.keep(
    `FROM (VALUES ${taken
      .map(({ name, skipLines }) => `(${literal(name)}, CAST(${skipLines} AS BIGINT))`)
      .join(", ")}) AS t(source, skip)`,
  );
  try {
    const parts = lake.parts.map((part, number) => new PartRows(batch, part, number, table));
    await lanes.each(parts, (lane, part) => part.count(lane));
    await lanes.each(parts, (lane, part) => part.write(lane, parts));
    return await commitParts(batch, parts);
  } finally {
    await db.release(table);
  }
}

async function commitParts(batch: Batch, parts: readonly PartRows[]): Promise<State> {
  const { change, state } = batch;
  const { db } = batch.lake;
  const objects = objectsOf(batch, parts);
  const files = parts.flatMap((part) => part.files);
  const entered = batch.now.toISOString();
  const rejects = rejectsOf(parts);
  const sides = {
    objects: await stageSide(
      db,
      change,
      "objects",
      { sql: objectsSql(objects), count: objects.length },
      state.objects,
      entered,
    ),
    ...(rejects.count > 0 && {
      rejects: await stageSide(db, change, "rejects", rejects, state.rejects, entered),
    }),
  };
  const both = [sides.objects, ...(sides.rejects === undefined ? [] : [sides.rejects])];
  const staged: Staged[] = [...files, ...both].map((file) => file.staged);
  const totals = totalsOf(objects);
  const rows = files.reduce((sum, { file }) => sum + file.rows, 0);
  if (rows !== totals.parsed - totals.duplicates) {
    throw new Error(`${rows} of ${totals.parsed - totals.duplicates} rows were written`);
  }
  const formats: Record<string, number> = {};
  for (const { format } of objects) formats[format] = (formats[format] ?? 0) + 1;
  return change.commit(
    state,
    {
      version: 1,
      at: entered,
      action: "ingest",
      added: files.map(({ file }) => file),
      objects: [sides.objects.file],
      rejects: sides.rejects === undefined ? [] : [sides.rejects.file],
      removed: both.flatMap(({ replaced }) => replaced),
      totals,
      formats,
    },
    staged,
  );
}

/** Every rejected line, as a query. */
function rejectsOf(parts: readonly PartRows[]): { readonly sql: string; readonly count: number } {
  const rejected = parts.filter((part) => part.rejected > 0);
  return {
    sql: rejected.map((part) => part.rejects).join(" UNION ALL "),
    count: rejected.reduce((sum, part) => sum + part.rejected, 0),
  };
}

function objectsOf({ taken, now }: Batch, parts: readonly PartRows[]): StoredObject[] {
  const tallies = new Map<string, Tally[]>();
  for (const tally of parts.flatMap((part) => part.tallies)) {
    const own = tallies.get(tally.source);
    if (own === undefined) tallies.set(tally.source, [tally]);
    else own.push(tally);
  }
  return taken.map((object) => {
    const own = tallies.get(object.name) ?? [];
    const lines = (outcome?: Tally["outcome"]): number =>
      own
        .filter((tally) => outcome === undefined || tally.outcome === outcome)
        .reduce((sum, tally) => sum + tally.lines, 0);
    const times = own.flatMap(({ from, until }) => [from ?? [], until ?? []].flat()).toSorted();
    return {
      identity: object.identity,
      place: object.place,
      name: object.name,
      format: own[0]?.log_type ?? "",
      text_bytes: object.text?.text_bytes ?? null,
      content: object.text?.content ?? null,
      first_line: Math.max(object.firstLine, object.skipLines + 1),
      lines: lines(),
      parsed: lines("parsed"),
      rejected: lines("rejected"),
      blank: lines("blank"),
      duplicates: parts.reduce((sum, part) => sum + (part.repeated.get(object.name) ?? 0), 0),
      from: times[0] ?? null,
      until: times.at(-1) ?? null,
      ingested_at: now.toISOString(),
    };
  });
}

function totalsOf(objects: readonly StoredObject[]): Totals {
  const sum = (key: "lines" | "parsed" | "rejected" | "blank" | "duplicates"): number =>
    objects.reduce((total, object) => total + object[key], 0);
  return {
    ...noTotals,
    objects: objects.length,
    lines: sum("lines"),
    parsed: sum("parsed"),
    rejected: sum("rejected"),
    blank: sum("blank"),
    duplicates: sum("duplicates"),
  };
}
