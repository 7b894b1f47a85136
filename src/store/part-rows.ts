import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";
import { columnTypes } from "../formats/record.js";
import type { Batch } from "./batch.js";
import { DAY, onDay, partitionName, RANGE, writeData, type StagedData } from "./data-files.js";
import { findRepeated, hasIdentity } from "./duplicates.js";
import { Lake, type Part } from "./lake.js";

/** What was counted of an object in one part. */
export interface Tally {
  readonly source: string;
  readonly log_type: string;
  readonly day: string;
  readonly outcome: "parsed" | "rejected" | "blank";
  readonly lines: number;
  readonly from: string | null;
  readonly until: string | null;
}

interface Range {
  readonly log_type: string;
  readonly from: string | null;
  readonly until: string | null;
}

/** The rows of one part of a batch on their way into the store: first counted, then written. */
export class PartRows {
  tallies: readonly Tally[] = [];
  /** Lines of an object that had been delivered before. */
  readonly repeated = new Map<string, number>();
  readonly files: StagedData[] = [];

  /** `taken`: a table with the `source` of every object that enters, and how many lines to `skip`. */
  constructor(
    readonly batch: Batch,
    readonly part: Part,
    readonly number: number,
    readonly taken: string,
  ) {}

  async count(db: DuckDb): Promise<void> {
    const rows = await db.rows(`SELECT source, ${DAY} AS day, outcome, count(*) AS lines, ${RANGE}
      FROM ${this.#lines} GROUP BY ALL`);
    const { logType } = this.part;
    this.tallies = rows.map((row) => ({ ...(row as unknown as Tally), log_type: logType }));
  }

  /** Writes the rows that are new, a file a day, sorted by time. `parts`: all of the batch, counted. */
  async write(db: DuckDb, parts: readonly PartRows[]): Promise<void> {
    const again = await this.#findRepeated(db, parts.slice(0, this.number));
    const inOrder = again === "" && (await this.#isInOrder(db));
    for (const day of [...new Set(this.#parsed.map((tally) => tally.day))].toSorted()) {
      const ofDay = `SELECT * FROM ${this.#rows} WHERE ${onDay(day)} ${again}`;
      await this.#write(db, day, inOrder ? ofDay : `${ofDay} ORDER BY time, file_row_number`);
    }
  }

  get rejected(): number {
    return this.tallies
      .filter(({ outcome }) => outcome === "rejected")
      .reduce((sum, { lines }) => sum + lines, 0);
  }

  /** The rejected lines, as a query. */
  get rejects(): string {
    return `SELECT source, line, reason, raw FROM ${this.#lines} WHERE outcome = 'rejected'`;
  }

  get #parsed(): Tally[] {
    return this.tallies.filter(({ outcome }) => outcome === "parsed");
  }

  /** The lines that are new to the store. */
  get #lines(): string {
    const placed = new Lake(this.batch.lake.db, [this.part]).placed;
    const [only, ...others] = this.part.segments;
    if (only === undefined || others.length > 0) {
      return `(SELECT lines.* FROM ${placed} AS lines
        JOIN ${this.taken} AS taken ON lines.source = taken.source AND lines.line > taken.skip)`;
    }
    // Without a join the lines keep their order.
    const object = this.batch.taken.find(({ name }) => name === only.source);
    return `(SELECT * FROM ${placed} WHERE ${object === undefined ? "false" : `line > ${object.skipLines}`})`;
  }

  get #rows(): string {
    return `(SELECT * FROM ${this.#lines} WHERE outcome = 'parsed')`;
  }

  /** Whether it is one log, or a piece of one, whose lines stand in the order of their times. */
  async #isInOrder(db: DuckDb): Promise<boolean> {
    const { file, odd, segments } = this.part;
    if (odd !== undefined || segments.length !== 1) return false;
    const [row] = await db.rows(`SELECT count(*) AS back FROM (
      SELECT time < lag(time) OVER (ORDER BY file_row_number) AS back
      FROM read_parquet(${literal(file)}, file_row_number = true) WHERE outcome = 'parsed') WHERE back`);
    return row?.["back"] === 0;
  }

  /** A condition that leaves out rows which were delivered before. */
  async #findRepeated(db: DuckDb, before: readonly PartRows[]): Promise<string> {
    const { logType } = this.part;
    const own = this.#range;
    if (!hasIdentity(logType) || own === undefined) return "";
    const { change, state } = this.batch;
    const names = state.files.filter((file) => isNear(file, own)).map((file) => file.path);
    const earlier = before.filter((part) => isNear(part.#range, own)).map((part) => part.#rows);
    const held = await change.place.open(names, change.workspace);
    const stored = names.map((name) => held.file(name));
    await findRepeated(db, logType, this.#rows, stored, earlier).finally(() => held.close());
    for (const row of await db.rows("SELECT source, count(*) AS rows FROM repeated GROUP BY 1")) {
      this.repeated.set(String(row["source"]), Number(row["rows"]));
    }
    return "AND file_row_number NOT IN (SELECT row FROM repeated)";
  }

  /** First and last time of the parsed rows; undefined where there are none. */
  get #range(): Range | undefined {
    const parsed = this.#parsed;
    if (parsed.length === 0) return undefined;
    const times = parsed.flatMap(({ from, until }) => [from ?? [], until ?? []].flat()).toSorted();
    return {
      log_type: partitionName(this.part.logType),
      from: times[0] ?? null,
      until: times.at(-1) ?? null,
    };
  }

  async #write(db: DuckDb, day: string, rows: string): Promise<void> {
    const { change, derived, now } = this.batch;
    const name = [change.id, this.number, this.files.length]
      .map((each) => String(each).padStart(4, "0"))
      .join("-");
    const columns = [...columnTypes(derived).keys()].filter((column) => column !== "log_type");
    const data = await writeData(
      db,
      `SELECT ${columns.map((column) => ident(column)).join(", ")} FROM (${rows})`,
      change.workspace.path(`${name}.parquet`),
      { log_type: this.part.logType, day, name: `${name}.parquet` },
      this.part.rows,
      { entered: now.toISOString(), derived },
    );
    if (data.file.rows > 0) this.files.push(data);
  }
}

/** Whether rows of one range can be requests of the other; rows without a time can be anybody's. */
const isNear = (range: Range | undefined, other: Range): boolean =>
  range !== undefined &&
  range.log_type === other.log_type &&
  (range.from === null ||
    range.until === null ||
    (range.from <= (other.until ?? "") && range.until >= (other.from ?? "")));
