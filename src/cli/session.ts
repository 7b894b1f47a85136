import { timestamp, type Scope, type Window } from "../analyses/scope.js";
import { parseWhere, whereColumns, whereSql, type Where } from "../analyses/where.js";
import { DuckDb } from "../engines/duckdb/engine.js";
import type { Derivation } from "../formats/compile/record-sql.js";
import { columnTypes } from "../formats/record.js";
import { createProgress } from "../outputs/progress.js";
import { Problem } from "../problems/problem.js";
import { resolveInputs } from "../sources/resolve.js";
import type { Input } from "../sources/input.js";
import type { Accounting, Lake } from "../store/lake.js";
import { readLogs, type ReadResult } from "../store/read-logs.js";
import { writeRejects } from "../store/rejects-file.js";
import { Workspace } from "../store/workspace.js";
import { chooser, type FormatFlags, type Unreadable } from "./choose-format.js";
import type { Io } from "./io.js";
import { parseDerivation, parseMemory, parsePercent } from "./parse-flags.js";
import { parseInstant, parseRange, resolveInstant, resolveRange } from "./time-range.js";
import { parseZone } from "./zone.js";

/** The flags that every command on logs shares, as commander gives them. */
export interface LogFlags extends FormatFlags {
  readonly derive?: readonly string[];
  readonly logTz: string;
  readonly since?: string;
  readonly until?: string;
  readonly range?: string;
  readonly where?: readonly string[];
  readonly tz: string;
  readonly memory?: string;
  readonly rejects?: string;
  readonly maxRejects: string;
}

/** Logs that have been read: what commands ask their questions of. */
export interface Session {
  readonly scope: Scope;
  readonly lake: Lake;
  readonly accounting: Accounting;
  readonly inputs: readonly Input[];
  readonly readings: ReadResult["readings"];
  readonly derived: readonly string[];
}

/** Reads the sources, asks, and leaves nothing behind, whatever happens. */
export async function withLogs<T>(
  sources: readonly string[],
  flags: LogFlags,
  columnsOf: (derived: readonly string[]) => readonly string[],
  io: Io,
  ask: (session: Session) => Promise<T>,
  unreadable: Unreadable = "refuse",
): Promise<T> {
  const zone = parseZone(flags.tz);
  const derivations = (flags.derive ?? []).map(parseDerivation);
  const derived = derivations.map(({ name }) => name);
  const limit = parsePercent("--max-rejects", flags.maxRejects);
  const times = parseTimes(flags);
  const types = columnTypes(derived);
  const where = (flags.where ?? []).map(parseWhere);
  // Faults of the filter are told before anything is read.
  filterSql(where, types, { now: io.now(), zone });
  const columns = new Set(["time", ...columnsOf(derived), ...where.flatMap((filter) => whereColumns(filter, types))]);
  const choose = await chooser(flags, unreadable, (message) => warn(io, message));
  const workspace = Workspace.create(io.env["TMPDIR"]);
  let db: DuckDb | undefined;
  try {
    db = await DuckDb.open({
      memory: parseMemory(flags.memory),
      temporary: workspace.folder,
      logZone: parseZone(flags.logTz),
    });
    const inputs = await resolveInputs(sources, {
      stdin: io.stdin as AsyncIterable<Buffer>,
      stdinIsTTY: io.stdin.isTTY === true,
      cwd: io.cwd,
      warn: (message) => warn(io, message),
    });
    const stop = (): void => db?.interrupt();
    io.signal.addEventListener("abort", stop);
    const stored = [...columns].filter((name) => !PLACES.has(name));
    const { lake, readings } = await read(db, workspace, inputs, stored, derivations, choose, io);
    const accounting = await lake.accounting();
    if (unreadable === "refuse") await refuseUnreadable(lake, accounting, limit);
    if (flags.rejects !== undefined) await writeRejects(lake, flags.rejects, io.cwd);
    const rows = stored.length < columns.size ? lake.placed : lake.lines;
    const scope = await scopeOf(db, rows, times, zone, (clock) => filterSql(where, types, clock));
    const result = await ask({ scope, lake, accounting, inputs, readings, derived });
    io.signal.removeEventListener("abort", stop);
    return result;
  } finally {
    db?.close();
    workspace.remove();
  }
}

/** Columns that no format fills: where a row came from. */
const PLACES: ReadonlySet<string> = new Set(["source", "line"]);

export const warn = (io: Io, message: string): void => {
  io.stderr.write(`culprit: ${message}\n`);
};

async function read(
  db: DuckDb,
  workspace: Workspace,
  inputs: readonly Input[],
  columns: readonly string[],
  derivations: readonly Derivation[],
  choose: Awaited<ReturnType<typeof chooser>>,
  io: Io,
): Promise<ReadResult> {
  const progress = createProgress({
    stream: io.stderr,
    env: io.env,
    now: () => io.now().getTime(),
  });
  const sizes = inputs.map(({ bytes }) => bytes);
  const total = sizes.every((size) => size !== undefined)
    ? sizes.reduce((sum, size) => sum + size, 0)
    : undefined;
  let bytes = 0;
  let lines = 0;
  const show = (): void => progress.update({ bytes, totalBytes: total, lines, label: "reading" });
  try {
    return await readLogs({
      db,
      workspace,
      inputs,
      columns,
      derivations,
      choose,
      signal: io.signal,
      onBytes: (count) => {
        bytes += count;
        show();
      },
      onLines: (count) => {
        lines += count;
        show();
      },
    });
  } finally {
    progress.finish();
  }
}

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

interface Clock {
  readonly now: Date;
  readonly zone: string;
}

const filterSql = (
  where: readonly Where[],
  types: ReturnType<typeof columnTypes>,
  clock: Clock,
): string => whereSql(where, types, { window: (text) => resolveRange(parseRange(text), clock) });

type Times = (clock: Clock) => { since?: Date; until?: Date };

function parseTimes(flags: LogFlags): Times {
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

/** Views over the lake; relative times count from the log's last line. */
async function scopeOf(
  db: DuckDb,
  rows: string,
  times: Times,
  zone: string,
  filterOf: (clock: Clock) => string,
): Promise<Scope> {
  const [covered] = await db.rows(
    `SELECT min(time) AS first, max(time) AS last FROM ${rows} WHERE outcome = 'parsed'`,
  );
  const { first, last } = covered as { first: Date | null; last: Date | null };
  const clock = { now: last ?? new Date(), zone };
  const { since, until } = times(clock);
  const range = [
    ...(since === undefined ? [] : [`coalesce(time >= ${timestamp(since)}, false)`]),
    ...(until === undefined ? [] : [`coalesce(time < ${timestamp(until)}, false)`]),
  ];
  const inRange = range.length === 0 ? "TRUE" : range.join(" AND ");
  const filter = `${inRange} AND ${filterOf(clock)}`;
  const parsed = `SELECT * FROM ${rows} WHERE outcome = 'parsed'`;
  await db.run(`CREATE TEMP VIEW everything AS ${parsed} AND ${inRange}`);
  await db.run(`CREATE TEMP VIEW requests AS ${parsed} AND ${filter}`);
  const window = windowOf(first, last, since, until);
  return { db, requests: "requests", everything: "everything", filter, zone, window };
}

/** What was asked for, bounded by what the log covers. */
function windowOf(
  first: Date | null,
  last: Date | null,
  since: Date | undefined,
  until: Date | undefined,
): Window | undefined {
  if (first === null || last === null) return undefined;
  const end = new Date(last.getTime() + 1);
  return { from: since ?? first, until: until ?? end };
}
