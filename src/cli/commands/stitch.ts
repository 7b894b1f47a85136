import { ident } from "../../engines/sql.js";
import { parseWhere, whereColumns, whereSql } from "../../analyses/where.js";
import type { Dialect } from "../../engines/dialect.js";
import { joinedSql, keepJoined, stitchColumns } from "../../analyses/stitch/joined.js";
import {
  stitch,
  stitchAnswer,
  type StitchAnswer,
  type Stitched,
} from "../../analyses/stitch/stitch.js";
import { columnTypes, type ColumnType } from "../../formats/record.js";
import { stitchText } from "../../outputs/reports/stitch-text.js";
import type { RowSet } from "../../outputs/rows.js";
import type { Value } from "../../outputs/values.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { copyQuery } from "../copy-rows.js";
import { warn, withEngine } from "../engine.js";
import { logFlags, outputFlags, type Flag } from "../flags.js";
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
import { parseTimes } from "../session.js";
import { scopeOf, type Clock } from "../scope.js";
import { parseRange, resolveRange } from "../time-range.js";
import { readLog, type ReadLog } from "../two-logs.js";
import { parseZone } from "../zone.js";
import type { LogFlags } from "../session.js";
import type { FormatFlags } from "../choose-format.js";

interface Flags extends LogFlags, OutputFlags {
  readonly limit: string;
  readonly frontFormat?: string;
  readonly frontLogFormat?: string;
  readonly frontDialect?: string;
  readonly backFormat?: string;
  readonly backLogFormat?: string;
  readonly backDialect?: string;
}

const dialects = logFlags.find(({ flags }) => flags.startsWith("--dialect"))?.choices ?? [];

const formatFlags: readonly Flag[] = (["front", "back"] as const).flatMap((side): Flag[] => [
  {
    flags: `--${side}-format <name>`,
    group: "This command",
    about: `the format of the ${side}'s log; default: detected`,
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

/** Flags of every log that say nothing of two, or of a store. */
const ELSEWHERE =
  /^--(?:format|log-format|dialect|date-format|time-format|map|store|engine|config|cache|cache-size|rejects|max-rejects) /;

/** What the answers need of the joined rows, and what the lines are joined by; a file of rows has everything. */
const ANSWERED = "time client_ip path query status user_agent cache_result".split(" ");
const ANSWERED_BEHIND = "stitch back_time back_ip back_duration_ms back_bytes_sent".split(" ");
const JOINED_BY = "method host bytes_sent duration_ms hierarchy target_ip".split(" ");

export const stitchCommand: Command<Flags> = {
  name: "stitch",
  about: "which line of the front became which line of the back, and who makes the back work",
  usage: "<front> <back>",
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
  ],
  async run(sources, flags, io) {
    const [frontSource, backSource] = sources;
    if (frontSource === undefined || backSource === undefined || sources.length > 2) {
      throw twoSources(sources.length);
    }
    const shape = shapeOf(flags);
    const limit = parseCount("--limit", flags.limit);
    const zone = parseZone(flags.tz);
    const times = parseTimes(flags);
    const derivations = (flags.derive ?? []).map(parseDerivation);
    const derived = derivations.map(({ name }) => name);
    const types = new Map<string, ColumnType>([...columnTypes(derived), ...stitchColumns]);
    const where = (flags.where ?? []).map(parseWhere);
    const filter = (clock: Clock, dialect?: Dialect): string =>
      whereSql(where, types, {
        window: (text) => resolveRange(parseRange(text), clock),
        ...(dialect && { dialect }),
      });
    // Faults of the filter are told before anything is read.
    filter({ now: io.now(), zone });
    const writesRows = shape !== "text" && shape !== "json";
    const asked = where.flatMap((one) => whereColumns(one, types));
    const columns = writesRows
      ? [...columnTypes(derived).keys()]
      : [...new Set([...ANSWERED, ...ANSWERED_BEHIND, ...asked])];
    const read = [...new Set([...columns, ...JOINED_BY])].filter(
      (name) => !stitchColumns.has(name),
    );
    await withEngine(flags, io, async (db, workspace) => {
      const shared = { db, columns: read, derivations, flags };
      const log = (source: string, format: FormatFlags): Promise<ReadLog> =>
        readLog({ ...shared, source, format }, io);
      const front = await log(frontSource, formatOf(flags, "front"));
      const back = await log(backSource, formatOf(flags, "back"));
      const stitched = await stitch(db, front, back);
      const sql = joinedSql(stitched.front, stitched.back, stitched.clock, read, derived);
      const rows = await keepJoined(
        db,
        writesRows ? sql : only(columns, sql),
        workspace.path("joined.parquet"),
      );
      const scope = await scopeOf(db, rows, times, zone, filter);
      if (writesRows) {
        const names = ["stitch", ...read, ...[...stitchColumns.keys()].slice(1)];
        const written = (name: string): string => asText(name, types, scope.dialect);
        const select = (list: readonly string[]): string =>
          `SELECT ${list.join(", ")} FROM ${scope.requests} ORDER BY "time"`;
        if (shape === "parquet") {
          const stored = names.map((name) =>
            types.get(name) === "map" ? written(name) : scope.dialect.ident(name),
          );
          await copyQuery(db, select(stored), flags.output as string, io);
        } else {
          const set: RowSet = {
            columns: names.map((name) => ({ name, type: types.get(name) ?? "text" })),
            rows: values(db.streamRows(select(names.map(written))), names, types),
          };
          await writeSet(shape, set, flags, io);
        }
        for (const each of [front, back]) warn(io, noteOf(each));
        return;
      }
      const answer = await stitchAnswer(scope, limit);
      if (shape === "json") {
        return writeDocument(document(answer, stitched, { front, back }), flags, io);
      }
      const look = lookOf(flags, io);
      const notes = [front, back].map((each) => noteOf(each, look.locale));
      return writeText(stitchText(answer, stitched, zone, notes, look), flags, io);
    });
    return Exit.ok;
  },
};

const only = (columns: readonly string[], sql: string): string =>
  `SELECT ${columns.map((name) => ident(name)).join(", ")} FROM (${sql})`;

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

const noteOf = (log: ReadLog, locale?: string): string => accountingNote(log, locale);

/** The answer as one JSON document; lengths are milliseconds, shares of 1. */
function document(
  { match, clients, busting, bypass, lost }: StitchAnswer,
  { clock, key }: Stitched,
  logs: { readonly front: ReadLog; readonly back: ReadLog },
): Value {
  const sideOf = ({ accounting, sources, format }: ReadLog): Value => ({
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
    why: "Each may be a file, a folder, a quoted glob or an address",
    help: "culprit stitch 'squid/access.log*' 'apache/access.log*'",
    exit: Exit.usage,
  });
