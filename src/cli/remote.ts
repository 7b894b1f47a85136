import type { Dialect } from "../engines/dialect.js";
import { openEngine } from "../engines/open.js";
import type { RemoteEngine } from "../engines/remote.js";
import { columnTypes } from "../formats/record.js";
import { bytes, integer, percent } from "../outputs/numbers.js";
import { createProgress } from "../outputs/progress.js";
import { streamSink } from "../outputs/sink.js";
import { Exit, Problem } from "../problems/problem.js";
import { readLedger, type State } from "../store/ledger.js";
import { warn, withEngine, type EngineFlags } from "./engine.js";
import type { Io } from "./io.js";
import { scopeOf, type Clock, type Times } from "./scope.js";
import type { Session } from "./session.js";
import { accountingOf, coveredBy, filesIn, notDerived, storeOf, type StoreFlags } from "./store.js";

export interface RemoteFlags {
  readonly engine?: string;
  readonly dryRun?: boolean;
}

/** What is asked of a registered store. */
export interface RemoteQuestion {
  readonly sources: readonly string[];
  readonly flags: EngineFlags & StoreFlags & RemoteFlags & { readonly rejects?: string };
  /** Derived columns that were named. */
  readonly own: readonly string[];
  readonly times: Times;
  readonly zone: string;
  readonly filterOf: (clock: Clock, derived: readonly string[], dialect: Dialect) => string;
}

/** Opens the engine that `--engine` names, and closes it whatever happens. */
export async function withRemoteEngine<T>(
  address: string,
  io: Io,
  use: (engine: RemoteEngine) => Promise<T>,
): Promise<T> {
  const now = (): number => performance.now();
  const progress = createProgress({ stream: io.stderr, env: io.env, now });
  const engine = await openEngine(address, {
    env: io.env,
    signal: io.signal,
    onNote: (note) => warn(io, note),
    onProgress(at) {
      if (at === undefined) return progress.clear();
      const done = at.done === undefined ? "" : ` ${percent(at.done)} of the query,`;
      progress.update({ label: `the engine:${done} read`, bytes: at.bytes, lines: at.rows });
    },
  });
  try {
    return await use(engine);
  } finally {
    progress.finish();
    await engine.close();
  }
}

/** Asks the table of a store that is registered on an engine elsewhere. */
export async function withRemote<T>(
  address: string,
  question: RemoteQuestion,
  io: Io,
  ask: (session: Session) => Promise<T>,
): Promise<T | typeof Exit.ok> {
  const { sources, flags, own, times, zone, filterOf } = question;
  if (sources.length > 0 || flags.rejects !== undefined) throw notHere(sources[0] ?? "--rejects");
  if (flags.dryRun === true) return estimate(address, question, io);
  const state = flags.store === undefined ? undefined : await readLedger(await storeOf(flags, io));
  return withRemoteEngine(address, io, (engine) =>
    withEngine(flags, io, async (embedded) => {
      const columns = await engine.columns();
      if (columns.length === 0) throw notRegistered(engine);
      const derived = columns.filter((name) => name !== "day" && !columnTypes().has(name));
      const unknown = own.find((name) => !derived.includes(name));
      if (unknown !== undefined) throw notDerived(unknown, engine.name);
      const scope = await scopeOf(
        engine,
        engine.table,
        times,
        zone,
        (clock) => filterOf(clock, derived, engine.dialect),
        // Without the ledger, the engine looks for the first and last time in all rows.
        { byDay: true, ...(state && { covered: coveredBy(state.files) }) },
      );
      const session = { scope, embedded, sources: [engine.name], derived };
      return ask({ ...session, ...(await readSoFar(engine, state, io)) });
    }),
  );
}

/** Says what a query can read at most, from the ledger; asks the engine nothing. */
async function estimate(
  address: string,
  { flags, times, zone }: RemoteQuestion,
  io: Io,
): Promise<typeof Exit.ok> {
  const state = await readLedger(await storeOf(flags, io));
  const files = filesIn(state, times, zone);
  const size = files.reduce((sum, file) => sum + file.bytes, 0);
  const days = new Set(files.map(({ day }) => day)).size;
  const text = await withRemoteEngine(address, io, (engine) => {
    const cost = engine.costOf(size);
    const read = `${bytes(size)} in ${integer(files.length)} files of ${integer(days)} days`;
    return Promise.resolve(
      `${engine.name}: a query reads ${read} at most${cost === undefined ? "" : `, ${cost}`}\n` +
        "Most queries read a few columns of them; a report is some twenty queries\n",
    );
  });
  await streamSink(io.stdout).write(text);
  return Exit.ok;
}

/** What entered the store: the ledger says, where it is at hand; else the table knows its rows only. */
async function readSoFar(
  engine: RemoteEngine,
  state: State | undefined,
  io: Io,
): Promise<Pick<Session, "accounting" | "formats">> {
  if (state !== undefined) {
    const formats = Object.entries(state.formats).map(([format, inputs]) => ({ format, inputs }));
    return { accounting: accountingOf(state), formats };
  }
  const kinds = await engine.rows(
    `SELECT log_type, count(*) AS many FROM ${engine.table} GROUP BY log_type ORDER BY log_type`,
  );
  const rows = kinds.reduce((sum, { many }) => sum + Number(many), 0);
  warn(io, `${integer(rows)} rows in the table; what was rejected, the store's ledger knows`);
  return {
    accounting: { lines: rows, parsed: rows, rejected: 0, blank: 0 },
    formats: kinds.map((kind) => ({ format: String(kind["log_type"]), inputs: 1 })),
  };
}

const notHere = (source: string): Problem =>
  new Problem({
    code: "bad-flag",
    what: "--engine asks a store that is registered there, and reads no sources",
    where: source,
    help: "Put logs into the store: culprit ingest access.log --store FOLDER",
    exit: 2,
  });

const notRegistered = (engine: RemoteEngine): Problem =>
  new Problem({
    code: "no-store",
    what: `There is no table ${engine.table}`,
    where: engine.name,
    help: "Register the store: culprit store register --engine URL --store FOLDER --at PLACE",
    exit: 3,
  });
