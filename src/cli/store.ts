import { existsSync } from "node:fs";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { Problem } from "../problems/problem.js";
import { readLedger, type DataFile } from "../store/ledger.js";
import { storedObjects, storedRows } from "../store/stored.js";
import { loadConfig, type ConfigFlags } from "./config/find.js";
import type { Io } from "./io.js";
import { scopeOf, type Clock, type Times } from "./scope.js";
import type { Session } from "./session.js";

export interface StoreFlags extends ConfigFlags {
  readonly store?: string;
}

/** The store's folder: `--store`, `CULPRIT_STORE`, the configuration; a Problem when there is none. */
export async function storeOf(flags: StoreFlags, io: Io): Promise<string> {
  const named = flags.store ?? io.env["CULPRIT_STORE"];
  if (named !== undefined && named !== "") return path.resolve(io.cwd, named);
  const loaded = await loadConfig(flags, io);
  if (loaded?.config.store !== undefined) {
    return path.resolve(path.dirname(loaded.file), loaded.config.store);
  }
  throw new Problem({
    code: "no-source",
    what: "There is nothing to read",
    why: "No source was given, and no store",
    help: "Name a log: culprit report access.log; or - for standard input; or a store: --store FOLDER",
    exit: 2,
  });
}

/** Views over the rows of a store, and what its ledger says of them. */
export async function openStore(
  db: DuckDb,
  store: string,
  times: Times,
  zone: string,
  filter: (clock: Clock) => string,
): Promise<Omit<Session, "derived">> {
  if (!existsSync(store)) throw missing(store);
  db.readable.add(store);
  const state = await readLedger(store);
  const last = state.files.reduce(
    (latest, { until }) => (until !== null && until > latest ? until : latest),
    "",
  );
  const clock = { now: last === "" ? new Date() : new Date(last), zone };
  const files = state.files.filter((file) => overlaps(file, times(clock)));
  const scope = await scopeOf(db, storedRows(store, files), times, zone, filter);
  const objects = storedObjects(store, state);
  const [accounting] = await db.rows(`SELECT CAST(coalesce(sum(lines), 0) AS BIGINT) AS lines,
    CAST(coalesce(sum(parsed), 0) AS BIGINT) AS parsed, CAST(coalesce(sum(rejected), 0) AS BIGINT) AS rejected,
    CAST(coalesce(sum(blank), 0) AS BIGINT) AS blank FROM ${objects}`);
  const formats = await db.rows(
    `SELECT format, count(*) AS inputs FROM ${objects} GROUP BY 1 ORDER BY 2 DESC`,
  );
  return {
    scope,
    accounting: accounting as unknown as Session["accounting"],
    sources: [store],
    formats: formats as unknown as Session["formats"],
  };
}

/** Whether a file can hold rows of the range; files without times belong to every one. */
function overlaps({ from, until }: DataFile, range: { since?: Date; until?: Date }): boolean {
  if (from === null || until === null)
    return range.since === undefined && range.until === undefined;
  const before = range.since !== undefined && new Date(until).getTime() < range.since.getTime();
  const after = range.until !== undefined && new Date(from).getTime() >= range.until.getTime();
  return !before && !after;
}

const missing = (store: string): Problem =>
  new Problem({
    code: "no-store",
    what: "There is no store at this place",
    where: store,
    help: `Make one: culprit ingest access.log --store ${literal(store)}`,
    exit: 3,
  });
