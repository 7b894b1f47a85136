import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";
import { columnTypes } from "../formats/record.js";
import type { Outcome } from "./arrivals.js";
import type { Change } from "./change.js";
import { DAY, onDay, partitionName, RANGE, writeData, type StagedData } from "./data-files.js";
import { findRepeated, hasIdentity } from "./duplicates.js";
import { Lake, type Part } from "./lake.js";
import { noTotals, type State, type Totals } from "./ledger.js";
import { objectsSql, type StoredObject } from "./objects.js";
import type { Staged } from "./place.js";
import { stageSide } from "./side-files.js";

/** An object whose rows go into the store. */
export interface Taken extends Outcome {
  readonly name: string;
  readonly firstLine: number;
}

export interface Batch {
  readonly db: DuckDb;
  readonly change: Change;
  readonly state: State;
  readonly lake: Lake;
  /** Objects that were read to their end; rows of all others stay out. */
  readonly taken: readonly Taken[];
  /** Columns that are not the record's. */
  readonly derived: readonly string[];
  readonly now: Date;
}

/** What was counted of an object in one part. */
interface Tally {
  readonly source: string;
  readonly log_type: string;
  readonly day: string;
  readonly outcome: "parsed" | "rejected" | "blank";
  readonly lines: number;
  readonly from: string | null;
  readonly until: string | null;
}

/** Makes the rows of a batch part of the store, a part of the lake at a time. */
export async function commitBatch(batch: Batch): Promise<State> {
  const { db, change, state, lake, taken } = batch;
  await db.run(
    `CREATE OR REPLACE TEMP TABLE taken AS FROM (VALUES ${taken
      .map(({ name, skipLines }) => `(${literal(name)}, CAST(${skipLines} AS BIGINT))`)
      .join(", ")}) AS t(source, skip)`,
  );
  const work = new BatchWork(batch);
  for (const part of lake.parts) await work.add(part);
  const objects = work.objects();
  const entered = batch.now.toISOString();
  const rejects = work.rejects();
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
  const staged: Staged[] = [...work.files, ...both].map((file) => file.staged);
  const totals = totalsOf(objects);
  const rows = work.files.reduce((sum, { file }) => sum + file.rows, 0);
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
      added: work.files.map(({ file }) => file),
      objects: [sides.objects.file],
      rejects: sides.rejects === undefined ? [] : [sides.rejects.file],
      removed: both.flatMap(({ replaced }) => replaced),
      totals,
      formats,
    },
    staged,
  );
}

class BatchWork {
  readonly files: StagedData[] = [];
  readonly #tallies: Tally[] = [];
  readonly #duplicates = new Map<string, number>();
  readonly #rejects: string[] = [];

  constructor(readonly batch: Batch) {}

  /** Writes the parsed rows of one part, a file a day, sorted by time. */
  async add(part: Part): Promise<void> {
    const { db } = this.batch;
    const lines = this.#takenLines(part);
    const tallies =
      (await db.rows(`SELECT source, ${DAY} AS day, outcome, count(*) AS lines, ${RANGE}
      FROM ${lines} GROUP BY ALL`)) as unknown as Omit<Tally, "log_type">[];
    this.#tallies.push(...tallies.map((tally) => ({ ...tally, log_type: part.logType })));
    const parsed = tallies.filter(({ outcome }) => outcome === "parsed");
    const rows = `(SELECT * FROM ${lines} WHERE outcome = 'parsed')`;
    const again = await this.#repeated(part, rows, parsed);
    const inOrder = again === "" && (await this.#isInOrder(part));
    for (const day of [...new Set(parsed.map((tally) => tally.day))].toSorted()) {
      const ofDay = `SELECT * FROM ${rows} WHERE ${onDay(day)} ${again}`;
      await this.#write(part, day, inOrder ? ofDay : `${ofDay} ORDER BY time, file_row_number`);
    }
    if (tallies.some(({ outcome }) => outcome === "rejected")) {
      this.#rejects.push(
        `SELECT source, line, reason, raw FROM ${lines} WHERE outcome = 'rejected'`,
      );
    }
  }

  /** The lines of a part that are new to the store. */
  #takenLines(part: Part): string {
    const placed = new Lake(this.batch.db, [part]).placed;
    const [only, ...others] = part.segments;
    if (only === undefined || others.length > 0) {
      return `(SELECT lines.* FROM ${placed} AS lines
        JOIN taken ON lines.source = taken.source AND lines.line > taken.skip)`;
    }
    // Without a join the lines keep their order.
    const object = this.batch.taken.find(({ name }) => name === only.source);
    return `(SELECT * FROM ${placed} WHERE ${object === undefined ? "false" : `line > ${object.skipLines}`})`;
  }

  /** Whether a part is one log, or a piece of one, whose lines stand in the order of their times. */
  async #isInOrder({ file, segments }: Part): Promise<boolean> {
    if (segments.length !== 1) return false;
    const [row] = await this.batch.db.rows(`SELECT count(*) AS back FROM (
      SELECT time < lag(time) OVER (ORDER BY file_row_number) AS back
      FROM read_parquet(${literal(file)}, file_row_number = true) WHERE outcome = 'parsed') WHERE back`);
    return row?.["back"] === 0;
  }

  async #write(part: Part, day: string, rows: string): Promise<void> {
    const { db, change, derived, now } = this.batch;
    const name = `${change.id}-${String(this.files.length).padStart(4, "0")}.parquet`;
    const columns = [...columnTypes(derived).keys()].filter((column) => column !== "log_type");
    const data = await writeData(
      db,
      `SELECT ${columns.map((column) => ident(column)).join(", ")} FROM (${rows})`,
      change.workspace.path(name),
      { log_type: part.logType, day, name },
      { entered: now.toISOString(), derived },
    );
    if (data.file.rows > 0) this.files.push(data);
  }

  /** A condition that leaves out rows which were delivered before. */
  async #repeated(
    part: Part,
    rows: string,
    parsed: readonly Omit<Tally, "log_type">[],
  ): Promise<string> {
    if (!hasIdentity(part.logType) || parsed.length === 0) return "";
    const { db, change, state } = this.batch;
    const times = parsed.flatMap(({ from, until }) => [from ?? [], until ?? []].flat()).toSorted();
    const [first = "", last = ""] = [times[0], times.at(-1)];
    const near = ({ log_type, from, until }: StagedData["file"]): boolean =>
      log_type === partitionName(part.logType) &&
      (from === null || until === null || (from <= last && until >= first));
    const names = state.files.filter(near).map((file) => file.path);
    const held = await change.place.open(names, change.workspace);
    const stored = [
      ...names.map((name) => held.file(name)),
      ...this.files.filter(({ file }) => near(file)).map(({ staged }) => staged.staged),
    ];
    await findRepeated(db, part.logType, rows, stored).finally(() => held.close());
    for (const row of await db.rows("SELECT source, count(*) AS rows FROM repeated GROUP BY 1")) {
      const source = String(row["source"]);
      this.#duplicates.set(source, (this.#duplicates.get(source) ?? 0) + Number(row["rows"]));
    }
    return "AND file_row_number NOT IN (SELECT row FROM repeated)";
  }

  /** Every rejected line, as a query. */
  rejects(): { readonly sql: string; readonly count: number } {
    const rejected = this.#tallies.filter(({ outcome }) => outcome === "rejected");
    return {
      sql: this.#rejects.join(" UNION ALL "),
      count: rejected.reduce((sum, { lines }) => sum + lines, 0),
    };
  }

  objects(): StoredObject[] {
    const { taken, now } = this.batch;
    const bySource = new Map<string, Tally[]>();
    for (const tally of this.#tallies) {
      const own = bySource.get(tally.source);
      if (own === undefined) bySource.set(tally.source, [tally]);
      else own.push(tally);
    }
    return taken.map((object) => {
      const own = bySource.get(object.name) ?? [];
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
        duplicates: this.#duplicates.get(object.name) ?? 0,
        from: times[0] ?? null,
        until: times.at(-1) ?? null,
        ingested_at: now.toISOString(),
      };
    });
  }
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
