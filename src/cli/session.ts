import path from "node:path";
import type { Scope } from "../analyses/scope.js";
import { parseWhere, whereColumns, whereSql, type Where } from "../analyses/where.js";
import type { Dialect } from "../engines/dialect.js";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { embedded } from "../engines/embedded.js";
import { enriched, enrichment, type EnrichmentFiles } from "../enrichment/enrich.js";
import { columnTypes } from "../formats/record.js";
import { Problem, type Exit } from "../problems/problem.js";
import { partitionName } from "../store/data-files.js";
import type { DataFile } from "../store/ledger.js";
import type { Accounting, Lake } from "../store/lake.js";
import { writeRejects } from "../store/rejects-file.js";
import { chooser, type FormatFlags } from "./choose-format.js";
import { enrichmentFiles, type EnrichmentFlags } from "./enrichment.js";
import { warn, withEngine, type EngineFlags } from "./engine.js";
import type { Io } from "./io.js";
import { badFlag, parseDerivation, parsePercent } from "./parse-flags.js";
import { findInputs, readSources } from "./read-sources.js";
import { withRemote, type RemoteFlags } from "./remote.js";
import { mayBeRows, rowFilesOf } from "./row-files.js";
import type { S3Flags } from "./s3-settings.js";
import { scopeOf, type Clock, type Times } from "./scope.js";
import { storedColumns, storeOf, withStore, type StoreFlags } from "./store.js";
import { parseInstant, parseRange, resolveInstant, resolveRange } from "./time-range.js";
import { parseZone } from "./zone.js";

/** The flags that every command on logs shares, as commander gives them. */
export interface LogFlags
  extends FormatFlags, EngineFlags, StoreFlags, S3Flags, RemoteFlags, EnrichmentFlags {
  readonly derive?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly range?: string;
  readonly where?: readonly string[];
  readonly tz: string;
  readonly rejects?: string;
  readonly maxRejects: string;
  /** Nobody is told which format was detected: cron would mail it each time. */
  readonly quiet?: boolean;
  /** Where the result goes, unless to standard output. */
  readonly output?: string;
  /** Where the result also goes, as a page or a picture. */
  readonly html?: string;
  readonly chart?: string;
}

/** Logs that have been read: what commands ask their questions of. */
export interface Session {
  readonly scope: Scope;
  /** The embedded engine, whichever answers: it writes files. */
  readonly embedded: DuckDb;
  /** The lines as they were read, rejects included; absent when the rows come from the store. */
  readonly lake?: Lake;
  readonly accounting: Accounting;
  /** What was read: files, objects, or the store. */
  readonly sources: readonly string[];
  readonly formats: readonly { readonly format: string; readonly inputs: number }[];
  readonly derived: readonly string[];
  /** The filter asks where a row came from. */
  readonly filtersPlaces?: boolean;
}

/** `rows`: every line counts, also of a log that is hardly understood, and they keep their order. */
type Purpose = "answers" | "rows";

/** Reads the sources, asks, and leaves nothing behind, whatever happens. */
export async function withLogs<T>(
  sources: readonly string[],
  flags: LogFlags,
  columnsOf: (derived: readonly string[]) => readonly string[] | Promise<readonly string[]>,
  io: Io,
  ask: (session: Session) => Promise<T>,
  purpose: Purpose = "answers",
): Promise<T | typeof Exit.ok> {
  const zone = parseZone(flags.tz);
  const derivations = (flags.derive ?? []).map(parseDerivation);
  const own = derivations.map(({ name }) => name);
  const limit = parsePercent("--max-rejects", flags.maxRejects);
  const times = parseTimes(flags);
  const where = (flags.where ?? []).map(parseWhere);
  if (flags.engine === undefined && flags.dryRun === true) {
    throw badFlag("--dry-run", "", "It goes with --engine: here everything is read at no cost");
  }
  if (flags.engine !== undefined) {
    if (flags.owners !== undefined || flags.mmdb !== undefined) throw notThere();
    const filterOf = (clock: Clock, derived: readonly string[], dialect: Dialect): string =>
      filterSql(where, columnTypes(derived), clock, dialect);
    return withRemote(flags.engine, { sources, flags, own, times, zone, filterOf }, io, ask);
  }
  const files = await enrichmentFiles(flags, io);
  if (mayBeRows(sources)) {
    const answer = await withRows(sources, flags, files, times, zone, where, io, ask);
    if (answer !== undefined) return answer.value;
  }
  const store = sources.length === 0 ? await storeOf(flags, io) : undefined;
  const derived = store === undefined ? own : await storedColumns(store, own);
  const types = columnTypes(derived);
  // Faults of the filter are told before anything is read.
  filterSql(where, types, { now: io.now(), zone });
  const filtered = where.flatMap((filter) => whereColumns(filter, types));
  const asked = new Set(["time", ...(await columnsOf(derived)), ...filtered]);
  const columns = enriched.some((name) => asked.has(name)) ? asked.add("client_ip") : asked;
  const filter = (clock: Clock): string => filterSql(where, types, clock);
  return withEngine(flags, io, async (db, workspace) => {
    if (store !== undefined) {
      const chosen = await ofFormat(flags);
      const enrich = enrichment(db, files, "all");
      return withStore(db, workspace, store, { chosen, times, zone, filter, enrich }, ask);
    }
    const stored = [...columns].filter((name) => !PLACES.has(name));
    const unreadable = purpose === "rows" ? "keep" : "refuse";
    const { inputs, lake, readings } = await readSources(
      { db, workspace, sources, columns: stored, derivations, flags, ordered: purpose === "rows" },
      await chooser(flags, unreadable, flags.quiet === true ? () => {} : (text) => warn(io, text)),
      io,
    );
    const accounting = await lake.accounting();
    if (flags.rejects !== undefined) await writeRejects(lake, path.resolve(io.cwd, flags.rejects));
    if (unreadable === "refuse") await refuseUnreadable(lake, accounting, limit);
    const rows = `(SELECT * EXCLUDE (${INTERNAL.join(", ")}) FROM ${stored.length < columns.size ? lake.placed : lake.lines} WHERE outcome = 'parsed')`;
    const enrich = enrichment(db, files, columns);
    const scope = await scopeOf(db, await enrich(rows), times, zone, filter);
    const names = inputs.map(({ name }) => name);
    const formats = readings.map(({ reading, inputs: count }) => ({
      format: reading.format.name,
      inputs: count,
    }));
    const filtersPlaces = filtered.some((name) => PLACES.has(name));
    return ask({
      scope,
      embedded: db,
      lake,
      accounting,
      sources: names,
      formats,
      derived,
      filtersPlaces,
    });
  });
}

const notThere = (): Problem =>
  new Problem({
    code: "engine-unsupported",
    what: "--owners and --mmdb do not go with --engine",
    why: "Their files are here, and the rows are there",
    help: "Without --engine, the embedded engine reads the same store: --store PLACE",
    exit: 2,
  });

/** Asks files of rows that culprit wrote itself; undefined when they are logs. */
async function withRows<T>(
  sources: readonly string[],
  flags: LogFlags,
  files: EnrichmentFiles,
  times: Times,
  zone: string,
  where: readonly Where[],
  io: Io,
  ask: (session: Session) => Promise<T>,
): Promise<{ value: T } | undefined> {
  const inputs = await findInputs(sources, flags, io);
  return withEngine(flags, io, async (db) => {
    const found = await rowFilesOf(db, inputs);
    if (found === undefined) return undefined;
    const { rows, derived } = found;
    const types = columnTypes(derived);
    const filter = (clock: Clock): string => filterSql(where, types, clock);
    const enrich = enrichment(db, files, "all");
    const scope = await scopeOf(db, await enrich(rows), times, zone, filter);
    const [row] = await db.rows(`SELECT count(*) AS lines FROM ${rows}`);
    const lines = Number(row?.["lines"]);
    const accounting = { lines, parsed: lines, rejected: 0, blank: 0 };
    const formats = [{ format: "rows", inputs: inputs.length }];
    const session = { scope, embedded: db, accounting, sources: found.sources, formats, derived };
    return { value: await ask(session) };
  });
}

/** With --format, only the store's files of this format. */
async function ofFormat({ format }: FormatFlags): Promise<(file: DataFile) => boolean> {
  if (format === undefined) return () => true;
  const { findFormat } = await import("../formats/registry.js");
  const { name } = findFormat(format) ?? { name: format };
  return (file) => file.log_type === partitionName(name);
}

/** Columns of the lake that are no part of a request. */
const INTERNAL = ["outcome", "reason", "raw", "filename", "file_row_number"];

/** Columns that no format fills: where a row came from. */
const PLACES: ReadonlySet<string> = new Set(["source", "line"]);

/** A log none of whose lines was understood, or too few, must not look like an answer. */
async function refuseUnreadable(lake: Lake, accounting: Accounting, limit: number): Promise<void> {
  const { lines, parsed, rejected, blank } = accounting;
  if (rejected === 0) return;
  const share = (100 * rejected) / (lines - blank);
  if (parsed > 0 && share <= limit) return;
  const first = await lake.rejects(1).next();
  const reject = first.value;
  throw new Problem({
    code: parsed === 0 ? "no-readable-line" : "too-many-rejects",
    what:
      parsed === 0
        ? `None of the ${lines - blank} lines could be read`
        : `${rejected} of ${lines - blank} lines could not be read, more than --max-rejects ${limit}`,
    ...(reject === undefined
      ? {}
      : {
          where: `${reject.source}:${reject.line}\n${reject.raw.slice(0, 200)}`,
          why: reject.reason,
        }),
    help: "culprit formats lists what is understood; --log-format takes the writer's own format string",
    exit: 3,
  });
}

/** Filters as one condition of SQL; relative times in them count from the clock's. */
export const filterSql = (
  where: readonly Where[],
  types: ReturnType<typeof columnTypes>,
  clock: Clock,
  dialect: Dialect = embedded,
): string => {
  const window = (text: string): ReturnType<typeof resolveRange> =>
    resolveRange(parseRange(text), clock);
  return whereSql(where, types, { window, dialect });
};

/** What `--since`, `--until` and `--range` say. */
export function parseTimes(flags: LogFlags): Times {
  if (flags.range !== undefined && (flags.since !== undefined || flags.until !== undefined)) {
    throw new Problem({
      code: "bad-time",
      what: "--range and --since or --until say the same thing twice",
      help: "Use either --range A..B or --since A --until B",
      exit: 2,
    });
  }
  const range = flags.range === undefined ? undefined : parseRange(flags.range);
  const since = flags.since === undefined ? undefined : parseInstant(flags.since);
  const until = flags.until === undefined ? undefined : parseInstant(flags.until);
  return (clock) => ({
    ...(range && resolveRange(range, clock)),
    ...(since && { since: resolveInstant(since, clock) }),
    ...(until && { until: resolveInstant(until, clock) }),
  });
}
