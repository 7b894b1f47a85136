import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { registerParser } from "../engines/duckdb/functions.js";
import type { Parser, ParserFunctions } from "../formats/compile/parser.js";
import type { Derivation } from "../formats/compile/record-sql.js";
import { HEADER, hasHeader } from "../formats/format.js";
import type { Reading } from "../formats/reading.js";
import { cleanLines, isClean, type CleanStats } from "../sources/clean-lines.js";
import { Problem } from "../problems/problem.js";
import type { Input } from "../sources/input.js";
import { ReadAhead } from "../sources/read-ahead.js";
import { openInput, headLines, type Opened } from "./head.js";
import { Lake, type Part } from "./lake.js";
import { Lanes } from "./lanes.js";
import { SIGNS, startsBlank } from "./engine-text.js";
import { PartWriter } from "./part-writer.js";
import { readLines } from "./read-lines.js";
import type { Workspace } from "./workspace.js";

export interface ReadOptions {
  readonly db: DuckDb;
  /** Connections that parse side by side; default: only `db`. */
  readonly lanes?: Lanes;
  readonly workspace: Workspace;
  readonly inputs: readonly Input[];
  /** Columns of the record, and derived ones, that the questions need. */
  readonly columns: readonly string[];
  readonly derivations: readonly Derivation[];
  /** The rows are wanted in the order of the lines; without it, questions are answered faster. */
  readonly ordered?: boolean;
  /** Text that is read at a time where it must be cleaned first: more is faster and takes more memory. */
  readonly chunkBytes?: number;
  /** Says how to read an input from its first lines; `like` is how the input before was read. */
  choose(lines: readonly string[], input: Input, like: Reading | undefined): Reading;
  readonly signal?: AbortSignal;
  /** Told of an input that cannot be read to its end; without it the first one ends everything. */
  onFailure?(input: Input, problem: Problem): void;
  onBytes?(stored: number): void;
  onLines?(lines: number): void;
}

export interface ReadResult {
  readonly lake: Lake;
  /** The readings that were used, with the inputs each read. */
  readonly readings: readonly { readonly reading: Reading; readonly inputs: number }[];
}

/** From this size on two readings are faster than one; the rows of less keep their order for free. */
const TWOFOLD_BYTES = 4 * 2 ** 20;

/** Enough for the engine to divide the work. */
const CHUNK_BYTES = 64 * 2 ** 20;

/** From this size on the engine reads a file straight from disk, in parallel. */
const DIRECT_BYTES = 4 * 2 ** 20;

/**
 * Reads inputs into a lake of columns: one row a line, in order, nothing left out.
 *
 * Large clean files are read by the engine itself. Everything else (compressed, piped, remote,
 * small, or with bytes that are not text) passes through a cleaning that cannot lose a byte, into
 * chunks of bounded size that the engine reads while the next one is written.
 */
export async function readLogs(options: ReadOptions): Promise<ReadResult> {
  const run = new Run(options, options.lanes ?? (await Lanes.open(options.db)));
  const ahead = new ReadAhead();
  try {
    for (const input of options.inputs.map((each) => ahead.add(each))) {
      options.signal?.throwIfAborted();
      try {
        await run.read(input);
      } catch (error) {
        if (options.onFailure === undefined || !(error instanceof Problem)) throw error;
        options.onFailure(input, error);
      }
    }
    const parts = await run.finish();
    return { lake: new Lake(options.db, parts), readings: [...run.readings.values()] };
  } finally {
    ahead.close();
    await run.settle();
  }
}

class Run {
  readonly readings = new Map<string, { reading: Reading; inputs: number }>();
  readonly #parsers = new Map<string, { parser: Parser; names: ParserFunctions }>();
  readonly #writer: PartWriter;
  #parts: Part[] = [];
  #last: Reading | undefined;

  constructor(
    readonly options: ReadOptions,
    readonly lanes: Lanes,
  ) {
    this.#writer = new PartWriter(
      options.workspace,
      options.chunkBytes ?? CHUNK_BYTES,
      lanes.all.length,
      (file, reading, dirty, bytes) => this.#parse(file, reading, dirty, bytes),
    );
  }

  async read(input: Input): Promise<void> {
    const opened = await this.#open(input);
    const lines = headLines(opened.head);
    const reading = this.options.choose(lines, input, this.#last);
    this.#last = reading;
    const seen = this.readings.get(reading.format.name) ?? { reading, inputs: 0 };
    this.readings.set(reading.format.name, { reading: seen.reading, inputs: seen.inputs + 1 });
    if (await this.#isDirect(input, reading, opened))
      await this.#readDirect(input, reading, opened);
    else await this.#readCleaned(input, reading, opened);
  }

  #open(input: Input): Promise<Opened> {
    return openInput(input, (bytes) => this.options.onBytes?.(bytes), this.options.signal);
  }

  async finish(): Promise<Part[]> {
    this.#parts.push(...(await this.#writer.finish()));
    if (this.#parts.length === 0) this.#parts.push(await this.#emptyPart());
    return this.#parts;
  }

  /** Waits for work in the background, which must not outlive the engine. */
  async settle(): Promise<void> {
    await this.#writer.settle();
  }

  async #isDirect(input: Input, reading: Reading, { head }: Opened): Promise<boolean> {
    const { path, bytes } = input;
    if (path === undefined || (bytes ?? 0) < DIRECT_BYTES || startsBlank(head)) return false;
    // A file whose header comes again changes its layout there.
    const headers = hasHeader(reading.format) ? [Buffer.from(`\n${HEADER}`)] : [];
    return isClean(path, this.options.signal, undefined, [...SIGNS, ...headers]);
  }

  async #readDirect(input: Input, reading: Reading, opened: Opened): Promise<void> {
    await opened.close();
    this.#parts.push(...(await this.#writer.finish()));
    const path = input.path as string;
    const part = await this.#parse(path, reading, false, input.bytes ?? 0).catch(
      (error: unknown) => {
        if (isGivenUp(error)) return undefined;
        throw error;
      },
    );
    if (part === undefined) return this.#readCleaned(input, reading, await this.#open(input));
    const segments = [{ source: input.name, firstRow: 0, firstLine: 1 }];
    this.#parts.push({ ...part, segments });
    this.options.onBytes?.(Math.max(0, (input.bytes ?? 0) - opened.head.length));
    this.options.onLines?.(part.rows);
  }

  async #readCleaned(input: Input, reading: Reading, opened: Opened): Promise<void> {
    const stats: CleanStats = { lines: 0, dirty: 0, cut: 0 };
    this.#writer.begin(input.name, reading, input.firstLine ?? 1);
    let before = 0;
    let dirty = 0;
    for await (const lines of cleanLines(opened.chunks, stats)) {
      this.options.signal?.throwIfAborted();
      await this.#writer.write(lines, stats.lines - before, stats.dirty + stats.cut > dirty);
      this.options.onLines?.(stats.lines - before);
      before = stats.lines;
      dirty = stats.dirty + stats.cut;
    }
  }

  /** Parses a text file into the next Parquet file of the lake. */
  async #parse(
    file: string,
    reading: Reading,
    dirty: boolean,
    bytes: number,
  ): Promise<Omit<Part, "segments">> {
    const { parser, names } = this.#parserOf(reading);
    const target = this.options.workspace.path(
      `part-${String(++this.#count).padStart(6, "0")}.parquet`,
    );
    const { columns, ordered } = this.options;
    const { logType, quick } = parser;
    return this.lanes.run(async (db) => {
      if (quick === undefined || ordered === true || bytes < TWOFOLD_BYTES) {
        const rows = await db.copy(parser.sql(readLines(file), columns, names, dirty), target);
        return { file: target, logType, rows };
      }
      const rows = await db.copy(quick(readLines(file), columns, dirty), target);
      const odd = target.replace(/parquet$/, "odd.parquet");
      const sql = parser.sql(oddLines(target), columns, names, dirty, ["row"]);
      const count = await db.copy(sql, odd);
      return { file: target, logType, rows, ...(count > 0 && { odd }) };
    });
  }
  #count = 0;

  #parserOf(reading: Reading): { parser: Parser; names: ParserFunctions } {
    const known = this.#parsers.get(reading.key);
    if (known !== undefined) return known;
    const parser = reading.parser({ derivations: this.options.derivations });
    const names = registerParser(this.options.db.connection, parser);
    this.#parsers.set(reading.key, { parser, names });
    return { parser, names };
  }

  async #emptyPart(): Promise<Part> {
    const reading = this.#last ?? this.options.choose([], NOTHING, undefined);
    const { parser, names } = this.#parserOf(reading);
    const file = this.options.workspace.path("part-000000.parquet");
    const none = "(SELECT CAST(NULL AS VARCHAR) AS line WHERE false)";
    await this.options.db.copy(parser.sql(none, this.options.columns, names, false), file);
    return { file, logType: parser.logType, rows: 0, segments: [] };
  }
}

/**
 * The lines of a part that the quick reading left over. They are few and lie far apart: put together
 * first, functions of this process are called for some thousand of them at a time, not for each few.
 */
const oddLines = (file: string): string =>
  `(WITH left_over AS MATERIALIZED (SELECT raw AS line, file_row_number AS row
    FROM read_parquet(${literal(file)}, file_row_number = true) WHERE outcome = 'odd')
  SELECT * FROM left_over)`;

/** What the engine cannot read as it lies, such as LF and CRLF mixed, it reads once it was cleaned. */
const isGivenUp = (error: unknown): boolean =>
  error instanceof Error && /\bCSV\b/.test(error.message);

const NOTHING: Input = {
  name: "nothing",
  async *open() {
    // No bytes.
  },
};
