import type { Log } from "../analyses/stitch/side.js";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import type { Derivation } from "../formats/compile/record-sql.js";
import type { Lake } from "../store/lake.js";
import { Workspace } from "../store/workspace.js";
import { chooser, type FormatFlags } from "./choose-format.js";
import { warn } from "./engine.js";
import type { Io } from "./io.js";
import { readSources } from "./read-sources.js";
import type { S3Flags } from "./s3-settings.js";
import type { Session } from "./session.js";

/** What people are told of what was read. */
export type Told = Pick<Session, "accounting" | "sources" | "formats">;

/** One of two logs, and what is told of it. */
export interface ToldLog extends Log, Told {}

/** One of two logs as it was read. */
export interface ReadLog extends ToldLog {
  readonly lake: Lake;
}

interface Wanted {
  readonly db: DuckDb;
  readonly source: string;
  readonly format: FormatFlags;
  readonly columns: readonly string[];
  readonly derivations: readonly Derivation[];
  readonly flags: S3Flags & { readonly output?: string };
}

/** Reads one of two logs into files of its own. */
export async function readLog(
  { db, source, format, columns, derivations, flags }: Wanted,
  io: Io,
): Promise<ReadLog> {
  const { inputs, lake, readings } = await readSources(
    {
      db,
      workspace: Workspace.create(db.temporary),
      sources: [source],
      columns: columns.filter((name) => name !== "source" && name !== "line"),
      derivations,
      flags,
      ordered: false,
    },
    await chooser(format, "refuse", (message) => warn(io, message)),
    io,
  );
  const formats = readings.map(({ reading, inputs: count }) => ({
    format: reading.format.name,
    inputs: count,
  }));
  return {
    lake,
    rows: await numbered(db, lake),
    accounting: await lake.accounting(),
    sources: inputs.map(({ name }) => name),
    formats,
    format: formats[0]?.format ?? "",
  };
}

/** Rows a part may have. */
const MOST = 2 ** 34;

/** The parsed lines with a number that follows their order: the part's place, and the row in it. */
async function numbered(db: DuckDb, lake: Lake): Promise<string> {
  // A file's name is the same for all rows that the engine has at hand: this is done once for them.
  const files = lake.parts.flatMap(({ file, odd }) => [literal(file), literal(odd ?? "")]);
  const part = `(list_position([${files.join(", ")}], filename) - 1) // 2`;
  return db.view(
    `lines_${(named += 1)}`,
    `SELECT * EXCLUDE (outcome, reason, raw, filename, file_row_number),
      ${part} * ${MOST} + file_row_number AS row_id
      FROM ${lake.placed} WHERE outcome = 'parsed'`,
  );
}

let named = 0;
