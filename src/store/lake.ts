import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";

/** Consecutive rows of a part that came from one input. */
export interface Segment {
  readonly source: string;
  /** Index of its first row in the part, from 0. */
  readonly firstRow: number;
  /** Number of the line in its source that this row is, from 1. */
  readonly firstLine: number;
}

/** One Parquet file: a row for every line that was read, in order. */
export interface Part {
  readonly file: string;
  /**
   * A second file with the rows of those lines that the first one calls `odd`, and the index of
   * their `row` there.
   */
  readonly odd?: string;
  readonly logType: string;
  readonly rows: number;
  readonly segments: readonly Segment[];
}

/** Every line is one of the three: `lines = parsed + rejected + blank`. */
export interface Accounting {
  readonly lines: number;
  readonly parsed: number;
  readonly rejected: number;
  readonly blank: number;
}

/** A line that could not be read, and why. */
export interface Reject {
  readonly source: string;
  readonly line: number;
  readonly reason: string;
  /** The line's text; bytes that are not UTF-8 are marker characters (sources/clean-lines). */
  readonly raw: string;
}

/** The lines of a run as columns: what analyses query. */
export class Lake {
  readonly #byFile: ReadonlyMap<string, Part>;

  constructor(
    readonly db: DuckDb,
    readonly parts: readonly Part[],
  ) {
    this.#byFile = new Map(
      parts.flatMap((part) => filesOf(part).map((file): [string, Part] => [file, part])),
    );
  }

  /**
   * The relation of all rows, with `file_row_number` and `filename`; in the order of the lines where
   * no part has odd ones.
   */
  get lines(): string {
    const files = this.parts.flatMap(filesOf).map((file) => literal(file));
    const rows = (more: string): string =>
      `read_parquet([${files.join(", ")}], file_row_number = true, filename = true${more})`;
    if (this.parts.every(({ odd }) => odd === undefined)) return rows("");
    return `(SELECT * EXCLUDE (row) REPLACE (coalesce(row, file_row_number) AS file_row_number)
      FROM ${rows(", union_by_name = true")} WHERE outcome <> 'odd')`;
  }

  async accounting(): Promise<Accounting> {
    const [row] = await this.db.rows(`SELECT count(*) AS lines,
      count(*) FILTER (WHERE outcome = 'parsed') AS parsed,
      count(*) FILTER (WHERE outcome = 'rejected') AS rejected,
      count(*) FILTER (WHERE outcome = 'blank') AS blank FROM ${this.lines}`);
    return row as unknown as Accounting;
  }

  /** The rejected lines in order. */
  async *rejects(limit?: number): AsyncGenerator<Reject> {
    const sql = `SELECT filename, file_row_number AS row, reason, raw FROM ${this.lines}
      WHERE outcome = 'rejected' ${limit === undefined ? "" : `LIMIT ${limit}`}`;
    for await (const rows of this.db.stream(sql)) {
      for (const { filename, row, reason, raw } of rows) {
        const place = this.place(filename as string, row as number);
        yield { ...place, reason: reason as string, raw: raw as string };
      }
    }
  }

  /** Where a row came from. */
  place(file: string, row: number): { source: string; line: number } {
    const part = this.#byFile.get(file);
    if (part === undefined) throw new Error(`no part ${file}`);
    const { source, firstRow, firstLine } = segmentOf(part.segments, row);
    return { source, line: row - firstRow + firstLine };
  }

  /** All rows with `source` and `line`: where each came from. */
  get placed(): string {
    const rows = this.parts.flatMap((part) =>
      filesOf(part).flatMap((file) =>
        part.segments.map(
          ({ source, firstRow, firstLine }) =>
            `(${literal(file)}, CAST(${firstRow} AS BIGINT), ${literal(source)}, ${firstLine})`,
        ),
      ),
    );
    const [only, ...others] = this.parts.flatMap(({ segments }) => segments);
    if (only !== undefined && others.length === 0) {
      return `(SELECT *, ${literal(only.source)} AS source, file_row_number + ${only.firstLine} AS line FROM ${this.lines})`;
    }
    if (rows.length === 0) return `(SELECT *, '' AS source, 0 AS line FROM ${this.lines})`;
    return `(SELECT lines.*, places.source, file_row_number - first_row + first_line AS line
      FROM ${this.lines} AS lines
      ASOF JOIN (VALUES ${rows.join(", ")}) AS places(filename, first_row, source, first_line)
      ON lines.filename = places.filename AND lines.file_row_number >= places.first_row)`;
  }
}

const filesOf = ({ file, odd }: Part): string[] => (odd === undefined ? [file] : [file, odd]);

/** The last segment that begins at or before the row. */
function segmentOf(segments: readonly Segment[], row: number): Segment {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle] as Segment).firstRow <= row) low = middle;
    else high = middle - 1;
  }
  return segments[low] as Segment;
}
