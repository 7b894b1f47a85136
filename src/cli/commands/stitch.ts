import path from "node:path";
import type { Scope } from "../../analyses/scope.js";
import { joinedSql, stitchColumns } from "../../analyses/stitch/joined.js";
import {
  stitch,
  stitchAnswer,
  type StitchAnswer,
  type Stitched,
} from "../../analyses/stitch/stitch.js";
import { parseWhere, whereColumns, type Where } from "../../analyses/where.js";
import type { DuckDb } from "../../engines/duckdb/engine.js";
import type { Engine } from "../../engines/engine.js";
import { ident, literal } from "../../engines/sql.js";
import { columnTypes, type ColumnType } from "../../formats/record.js";
import { stitchText } from "../../outputs/reports/stitch-text.js";
import type { RowSet } from "../../outputs/rows.js";
import type { Value } from "../../outputs/values.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { FormatFlags } from "../choose-format.js";
import type { Command } from "../command.js";
import { copyQuery, copyRows } from "../copy-rows.js";
import { warn, withEngine } from "../engine.js";
import { logFlags, outputFlags, type Flag } from "../flags.js";
import type { Io } from "../io.js";
import { asText, fieldValue } from "../line-objects.js";
import { accountingNote } from "../notes.js";
import {
  lookOf,
  shapeOf,
  writeDocument,
  writeSet,
  writeText,
  type OutputFlags,
} from "../output.js";
import { parseCount, parseDerivation } from "../parse-flags.js";
import { scopeOf, type Clock, type Times } from "../scope.js";
import { filterSql, parseTimes, withLogs, type LogFlags } from "../session.js";
import { storedLogs, type SideFlags, type StoredLog } from "../stored-logs.js";
import { readLog, type ReadLog, type Told, type ToldLog } from "../two-logs.js";
import { parseZone } from "../zone.js";

interface Flags extends LogFlags, OutputFlags {
  readonly limit: string;
  readonly frontFormat?: string;
  readonly frontLogFormat?: string;
  readonly frontDialect?: string;
  readonly backFormat?: string;
  readonly backLogFormat?: string;
  readonly backDialect?: string;
  readonly frontWhere?: readonly string[];
  readonly backWhere?: readonly string[];
}

const dialects = logFlags.find(({ flags }) => flags.startsWith("--dialect"))?.choices ?? [];

const formatFlags: readonly Flag[] = (["front", "back"] as const).flatMap((side): Flag[] => [
  {
    flags: `--${side}-format <name>`,
    group: "This command",
    about: `the format of the ${side}'s log; default: detected`,
  },
  {
    flags: `--${side}-where <condition>`,
    group: "This command",
    about: `of a store: which lines are the ${side}'s, such as source=*${side === "front" ? "edge" : "app"}*`,
    repeat: true,
  },
  {
    flags: `--${side}-log-format <string>`,
    group: "This command",
    about: `the ${side}'s own format string, or a path to its configuration`,
  },
  {
    flags: `--${side}-dialect <name>`,
    group: "This command",
    about: `whose notation --${side}-log-format is; default: recognised`,
    choices: dialects,
  },
]);

/** Flags of one log that say nothing of two. */
const ELSEWHERE =
  /^--(?:format|log-format|dialect|date-format|time-format|map|rejects|max-rejects|owners|mmdb) /;

/** What the answers need of the joined rows, and what the lines are joined by; a file of rows has everything. */
const ANSWERED = "time client_ip path query status user_agent cache_result".split(" ");
const ANSWERED_BEHIND = "stitch back_time back_ip back_duration_ms back_bytes_sent".split(" ");
const JOINED_BY = "method host bytes_sent duration_ms hierarchy target_ip".split(" ");

export const stitchCommand: Command<Flags> = {
  name: "stitch",
  about: "which line of the front became which line of the back, and who makes the back work",
  usage: "[front] [back]",
  flags: [
    ...formatFlags,
    { flags: "-n, --limit <n>", group: "This command", about: "rows a table", fallback: "10" },
    ...logFlags.filter(({ flags }) => !ELSEWHERE.test(`${flags} `)),
    ...outputFlags,
  ],
  examples: [
    [
      "culprit stitch squid/access.log apache/access.log",
      "who causes the misses, who bypasses Squid",
    ],
    [
      "culprit stitch 'squid/*.gz' 'apache/*.gz' -o joined.parquet",
      "the joined rows: culprit top session_id joined.parquet",
    ],
    [
      `culprit stitch squid.log apache.log --back-log-format '%h %D %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Cookie}i"' --derive 'session_id=cookie~JSESSIONID=([^;]+)'`,
      "with the session from the back's cookies",
    ],
    [
      "culprit stitch --store logs --front-format squid --back-format combined",
      "both logs from a store; also with --engine",
    ],
  ],
  async run(sources, flags, io) {
    const [frontSource, backSource] = sources;
    const shape = shapeOf(flags);
    const zone = parseZone(flags.tz);
    const asked: Asked = {
      limit: parseCount("--limit", flags.limit),
      where: (flags.where ?? []).map(parseWhere),
      times: parseTimes(flags),
      writesRows: shape !== "text" && shape !== "json",
      zone,
    };
    if (frontSource === undefined) return ofStore(asked, flags, io);
    if (backSource === undefined || sources.length > 2) throw twoSources(sources.length);
    const onlyStored = (["frontWhere", "backWhere", "engine"] as const).find((name) => flags[name]);
    if (onlyStored !== undefined) throw notForFiles(onlyStored);
    const derivations = (flags.derive ?? []).map(parseDerivation);
    const derived = derivations.map(({ name }) => name);
    // Faults of the filter are told before anything is read.
    filterSql(asked.where, typesOf(derived), { now: io.now(), zone });
    const columns = columnsOf(asked, derived);
    await withEngine(flags, io, async (db, workspace) => {
      const shared = { db, columns: columns.read, derivations, flags };
      const log = (source: string, format: FormatFlags): Promise<ReadLog> =>
        readLog({ ...shared, source, format }, io);
      const front = await log(frontSource, formatOf(flags, "front"));
      const back = await log(backSource, formatOf(flags, "back"));
      const file = workspace.path("joined.parquet");
      await tell(
        { db, embedded: db, front, back, notes: [front, back], file },
        derived,
        asked,
        flags,
        io,
      );
    });
    return Exit.ok;
  },
};

/** What was asked, once it has been read. */
interface Asked {
  readonly limit: number;
  readonly where: readonly Where[];
  readonly times: Times;
  readonly zone: string;
  readonly writesRows: boolean;
}

/** Two logs that were read, and where they are. */
interface TwoLogs {
  readonly db: Engine;
  /** It writes files, whichever engine has the rows. */
  readonly embedded: DuckDb;
  readonly front: ToldLog;
  readonly back: ToldLog;
  /** What is told below the answer: of each log, or of the store. */
  readonly notes: readonly Told[];
  /** Where the joined rows may lie. */
  readonly file?: string;
}

/** Two logs of the store, which may be registered on an engine elsewhere. */
async function ofStore(asked: Asked, flags: Flags, io: Io): Promise<typeof Exit.ok> {
  const read = { ...flags, where: [], maxRejects: "100" };
  await withLogs(
    [],
    read,
    () => [],
    io,
    async (session) => {
      const sides = {
        front: { side: "front" as const, ...sideFlags(flags, "front") },
        back: { side: "back" as const, ...sideFlags(flags, "back") },
      };
      const { scope, embedded, derived } = session;
      const { front, back } = await storedLogs(session, sides, columnsOf(asked, derived).read);
      const told = (log: StoredLog): ToldLog => ({
        ...log,
        sources: session.sources,
        formats: [{ format: log.format, inputs: 1 }],
        accounting: { lines: log.lines, parsed: log.lines, rejected: 0, blank: 0 },
      });
      const logs = {
        db: scope.db,
        embedded,
        front: told(front),
        back: told(back),
        notes: [session],
      };
      // The time range chose the lines already.
      const answered = { ...asked, times: () => ({}) };
      await tell(logs, derived, answered, flags, io);
    },
  );
  return Exit.ok;
}

/** Stitches two logs, and writes what was asked for. */
async function tell(
  { db, embedded, front, back, notes, file }: TwoLogs,
  derived: readonly string[],
  { limit, where, times, zone, writesRows }: Asked,
  flags: Flags,
  io: Io,
): Promise<void> {
  const types = typesOf(derived);
  const { columns, read } = columnsOf({ where, writesRows }, derived);
  const shape = shapeOf(flags);
  const stitched = await stitch(db, front, back);
  const sql = joinedSql(db.dialect, stitched, read, derived);
  const rows = await keepJoined(db, embedded, writesRows ? sql : only(columns, sql), file);
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
  flags: Flags,
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

const typesOf = (derived: readonly string[]): Map<string, ColumnType> =>
  new Map([...columnTypes(derived), ...stitchColumns]);

/** Columns of the joined rows, and those that are read for them. */
function columnsOf(
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
async function keepJoined(
  db: Engine,
  embedded: DuckDb,
  sql: string,
  file = path.join(embedded.temporary, "joined.parquet"),
): Promise<string> {
  if (db !== embedded) return db.keep(sql);
  await embedded.copy(sql, file);
  return `read_parquet(${literal(file)})`;
}

const only = (columns: readonly string[], sql: string): string =>
  `SELECT ${columns.map((name) => ident(name)).join(", ")} FROM (${sql})`;

const sideFlags = (flags: Flags, side: "front" | "back"): Omit<SideFlags, "side"> => {
  const [format, where] = [flags[`${side}Format`], flags[`${side}Where`]];
  return { ...(format !== undefined && { format }), ...(where !== undefined && { where }) };
};

function formatOf(flags: Flags, side: "front" | "back"): FormatFlags {
  const [format, logFormat, dialect] = (["Format", "LogFormat", "Dialect"] as const).map(
    (name) => flags[`${side}${name}`],
  );
  return {
    ...(format !== undefined && { format }),
    ...(logFormat !== undefined && { logFormat }),
    ...(dialect !== undefined && { dialect }),
  };
}

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

const twoSources = (count: number): Problem =>
  new Problem({
    code: "two-sources",
    what: `stitch takes two logs, the front's and the back's; ${count === 1 ? "one was" : `${count} were`} given`,
    why: "Each may be a file, a folder, a quoted glob or an address; without any, the store has both",
    help: "culprit stitch 'squid/access.log*' 'apache/access.log*'",
    exit: Exit.usage,
  });

const notForFiles = (name: "frontWhere" | "backWhere" | "engine"): Problem =>
  new Problem({
    code: "bad-flag",
    what: `--${name.replace("Where", "-where")} tells lines of a store apart, and two logs were named`,
    help: "Leave the logs out to ask the store, or leave the flag out",
    exit: Exit.usage,
  });
