import path from "node:path";
import { joinedSql, stitchColumns } from "../analyses/stitch/joined.js";
import {
  stitch,
  stitchAnswer,
  type StitchAnswer,
  type Stitched,
} from "../analyses/stitch/stitch.js";
import type { Scope } from "../analyses/scope.js";
import { whereColumns, type Where } from "../analyses/where.js";
import type { DuckDb } from "../engines/duckdb/engine.js";
import type { Engine } from "../engines/engine.js";
import { ident, literal } from "../engines/sql.js";
import { columnTypes, type ColumnType } from "../formats/record.js";
import { stitchText } from "../outputs/reports/stitch-text.js";
import type { RowSet } from "../outputs/rows.js";
import type { Value } from "../outputs/values.js";
import { copyQuery, copyRows } from "./copy-rows.js";
import { warn } from "./engine.js";
import type { Io } from "./io.js";
import { asText, fieldValue } from "./line-objects.js";
import { accountingNote } from "./notes.js";
import { lookOf, shapeOf, writeDocument, writeSet, writeText, type OutputFlags } from "./output.js";
import { scopeOf, type Clock, type Times } from "./scope.js";
import { filterSql } from "./session.js";
import type { Told, ToldLog } from "./two-logs.js";

/** What the answers need of the joined rows, and what the lines are joined by; a file of rows has everything. */
const ANSWERED = "time client_ip path query status user_agent cache_result".split(" ");
const ANSWERED_BEHIND = "stitch back_time back_ip back_duration_ms back_bytes_sent".split(" ");
const JOINED_BY = "method host bytes_sent duration_ms hierarchy target_ip".split(" ");

/** What was asked, once it has been read. */
export interface Asked {
  readonly limit: number;
  readonly where: readonly Where[];
  readonly times: Times;
  readonly zone: string;
  readonly writesRows: boolean;
}

/** Two logs that were read, and where they are. */
export interface TwoLogs {
  readonly db: Engine;
  /** It writes files, whichever engine has the rows. */
  readonly embedded: DuckDb;
  readonly front: ToldLog;
  readonly back: ToldLog;
  /** What is told below the answer: of each log, or of the store. */
  readonly notes: readonly Told[];
}

/** Stitches two logs, and writes what was asked for. */
export async function tellStitched(
  { db, embedded, front, back, notes }: TwoLogs,
  derived: readonly string[],
  { limit, where, times, zone, writesRows }: Asked,
  flags: OutputFlags,
  io: Io,
): Promise<void> {
  const types = typesOf(derived);
  const { columns, read } = columnsOf({ where, writesRows }, derived);
  const shape = shapeOf(flags);
  const stitched = await stitch(db, front, back);
  const sql = joinedSql(db.dialect, stitched, read, derived);
  const rows = await keepJoined(db, embedded, writesRows ? sql : only(columns, sql));
  const filter = (clock: Clock): string => filterSql(where, types, clock, db.dialect);
  const scope = await scopeOf(db, rows, times, zone, filter);
  if (writesRows) {
    await writeRows(scope, embedded, read, types, flags, io);
    for (const each of notes) warn(io, accountingNote(each));
    return;
  }
  const answer = await stitchAnswer(scope, limit);
  if (shape === "json")
    return writeDocument(document(answer, stitched, { front, back }), flags, io);
  const look = lookOf(flags, io);
  const told = notes.map((each) => accountingNote(each, look.locale));
  return writeText(stitchText(answer, stitched, zone, told, look), flags, io);
}

/** Writes the joined rows in the order of time. */
async function writeRows(
  { db, dialect, requests }: Scope,
  embedded: DuckDb,
  read: readonly string[],
  types: ReadonlyMap<string, ColumnType>,
  flags: OutputFlags,
  io: Io,
): Promise<void> {
  const shape = shapeOf(flags);
  const names = ["stitch", ...read, ...[...stitchColumns.keys()].slice(1)];
  const written = (name: string): string => asText(name, types, dialect);
  const select = (list: readonly string[]): string =>
    `SELECT ${list.join(", ")} FROM ${requests} AS t ORDER BY "time"`;
  if (shape === "parquet" && db === embedded) {
    const stored = names.map((name) =>
      types.get(name) === "map" ? written(name) : dialect.ident(name),
    );
    return copyQuery(embedded, select(stored), flags.output as string, io);
  }
  const set: RowSet = {
    columns: names.map((name) => ({ name, type: types.get(name) ?? "text" })),
    rows: values(db.streamRows(select(names.map(written))), names, types),
  };
  if (shape === "parquet") return copyRows(embedded, set, flags.output as string, io);
  if (shape !== "text") return writeSet(shape, set, flags, io);
}

export const typesOf = (derived: readonly string[]): Map<string, ColumnType> =>
  new Map([...columnTypes(derived), ...stitchColumns]);

/** Columns of the joined rows, and those that are read for them. */
export function columnsOf(
  { where, writesRows }: Pick<Asked, "where" | "writesRows">,
  derived: readonly string[],
): { columns: readonly string[]; read: readonly string[] } {
  const types = typesOf(derived);
  const filtered = where.flatMap((one) => whereColumns(one, types));
  const columns = writesRows
    ? [...columnTypes(derived).keys()]
    : [...new Set([...ANSWERED, ...ANSWERED_BEHIND, ...filtered])];
  const read = [...new Set([...columns, ...JOINED_BY])].filter((name) => !stitchColumns.has(name));
  return { columns, read };
}

/** Where the joined rows lie for as long as they are asked: a file of the run, or a table of the engine. */
async function keepJoined(db: Engine, embedded: DuckDb, sql: string): Promise<string> {
  if (db !== embedded) return db.keep(sql);
  const file = path.join(embedded.temporary, "joined.parquet");
  await embedded.copy(sql, file);
  return `read_parquet(${literal(file)})`;
}

const only = (columns: readonly string[], sql: string): string =>
  `SELECT ${columns.map((name) => ident(name)).join(", ")} FROM (${sql})`;

async function* values(
  batches: AsyncIterable<unknown[][]>,
  names: readonly string[],
  types: ReadonlyMap<string, ColumnType>,
): AsyncGenerator<Value[]> {
  const kinds = names.map((name) => types.get(name));
  for await (const rows of batches) {
    for (const row of rows) yield row.map((value, at) => fieldValue(value, kinds[at]));
  }
}

/** The answer as one JSON document; lengths are milliseconds, shares of 1. */
function document(
  { match, clients, busting, bypass, lost }: StitchAnswer,
  { clock, key }: Stitched,
  logs: { readonly front: ToldLog; readonly back: ToldLog },
): Value {
  const sideOf = ({ accounting, sources, format }: ToldLog): Value => ({
    sources,
    format,
    accounting: { ...accounting },
  });
  return {
    schema_version: 1,
    front: sideOf(logs.front),
    back: sideOf(logs.back),
    key: { ...key },
    match: { ...match, outcomes: { ...match.outcomes } },
    clock: {
      estimated: clock.estimated,
      offset_ms: clock.offset / 1000,
      tolerance_ms: clock.tolerance / 1000,
      over_time: clock.slices.map(({ from, offset, pairs }) => ({
        from: new Date(from / 1000),
        offset_ms: offset / 1000,
        pairs,
      })),
    },
    clients: clients.map((each) => ({ ...each })),
    cache_busting: busting.map((each) => ({ ...each })),
    back_only: bypass.map((each) => ({ ...each })),
    front_only: lost.map((each) => ({ ...each })),
  };
}
