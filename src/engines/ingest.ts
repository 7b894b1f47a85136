import type { Derivation } from "../formats/compile/record-sql.js";
import { HEADER, hasHeader } from "../formats/format.js";
import type { Reading } from "../formats/reading.js";
import { Exit, Problem } from "../problems/problem.js";
import { ledgerColumns, type RawTables } from "./raw.js";
import { freshLines, rawStatements, type RawStatements } from "./raw-statements.js";
import type { RemoteEngine } from "./remote.js";

export interface RemoteIngestOptions {
  readonly engine: RemoteEngine;
  /** Where the raw logs lie, as the engine sees it. */
  readonly place: string;
  /** Where the engine keeps the tables' files; absent: its catalogue decides. */
  readonly at: string | undefined;
  readonly derivations: readonly Derivation[];
  readonly choose: (lines: readonly string[]) => Reading;
  /** Reads and counts, and writes nothing. */
  readonly dryRun: boolean;
  readonly now: () => Date;
}

export interface RemoteIngestSummary {
  /** Files or objects that entered. */
  objects: number;
  /** Those that had entered before, from anywhere. */
  known: number;
  lines: number;
  parsed: number;
  rejected: number;
  blank: number;
}

/** Partitions that Athena and Trino fill by one statement. */
const DAYS_AT_ONCE = 100;
/** Characters of names of sources in one statement: Athena takes 262,144 bytes in all. */
const NAMES_AT_ONCE = 60_000;
/** First lines that decide which layout the logs have. */
const SAMPLE = 50;
/** As much of each as tells: some lines are megabytes of nonsense. */
const SAMPLE_LENGTH = 65_536;

/** What became of the lines of one source. */
interface Tally {
  readonly source: string;
  readonly size: number;
  readonly days: ReadonlyMap<string, number>;
  readonly rejected: number;
  readonly blank: number;
}

/**
 * Lets an engine read raw logs where they lie into a table of the record, with its rejects and a
 * ledger of sources. A source whose name stands in the ledger is left out, so that every run reads what
 * is new; a run that broke off is finished by the next one, without a row twice. Two runs at a time
 * are not safe, and what is appended to a source later is not read.
 */
export async function ingestRemote(options: RemoteIngestOptions): Promise<RemoteIngestSummary> {
  const { engine, place, at, derivations, dryRun, now } = options;
  const tables = engine.rawTables(
    at,
    derivations.map(({ name }) => name),
  );
  const raw = engine.raw(place);
  await refuseForeign(engine, tables);
  for (const sql of [...tables.create, ...raw.prepare]) await engine.run(sql);
  try {
    const known = await engine.rows(`SELECT count(*) AS many FROM ${tables.ledger}`);
    const fresh = freshLines(raw.from, tables);
    const reading = await readingOn(options, fresh);
    const sql = reading && rawStatements(engine, tables, reading, derivations);
    const tallies = sql === undefined ? [] : talliesOf(await engine.rows(sql.tally(fresh)));
    if (sql !== undefined && !dryRun) {
      for (const chunk of chunksOf(tallies)) {
        await write(engine, tables, sql, raw.from, chunk, now());
      }
    }
    const sum = (of: (tally: Tally) => number): number =>
      tallies.reduce((total, tally) => total + of(tally), 0);
    const counts = {
      parsed: sum(parsedOf),
      rejected: sum((t) => t.rejected),
      blank: sum((t) => t.blank),
    };
    return {
      objects: tallies.length,
      known: Number(known[0]?.["many"] ?? 0),
      lines: counts.parsed + counts.rejected + counts.blank,
      ...counts,
    };
  } finally {
    for (const sql of raw.finish) await engine.run(sql);
  }
}

/** The statements that a run would begin with, for people who want to read them. */
export function plannedSql(options: RemoteIngestOptions): string[] {
  const { engine, place, at, derivations, choose } = options;
  const tables = engine.rawTables(
    at,
    derivations.map(({ name }) => name),
  );
  const raw = engine.raw(place);
  const sql = rawStatements(engine, tables, choose([]), derivations);
  const fresh = freshLines(raw.from, tables);
  return [
    ...tables.create,
    ...raw.prepare,
    sql.tally(fresh),
    sql.requests(fresh, ["2026-01-01"]),
    sql.rejects(fresh),
    ...raw.finish,
  ];
}

const parsedOf = ({ days }: Tally): number =>
  [...days.values()].reduce((sum, rows) => sum + rows, 0);

/** How the lines are read: as the first of them look, under their one header; without lines, not. */
async function readingOn(
  { engine, place, choose }: RemoteIngestOptions,
  lines: string,
): Promise<Reading | undefined> {
  const { literal, startsWith, substring } = engine.dialect;
  const start = substring("line", "1", String(SAMPLE_LENGTH));
  const sample = await textsOf(
    engine,
    `SELECT ${start} AS line FROM ${lines} AS raw LIMIT ${String(SAMPLE)}`,
  );
  if (sample.length === 0) return undefined;
  const reading = choose(sample);
  if (!hasHeader(reading.format)) return reading;
  const headers = await textsOf(
    engine,
    `SELECT DISTINCT line FROM ${lines} AS raw WHERE ${startsWith("line", literal(HEADER))} LIMIT 9`,
  );
  const [header, ...others] = new Set(headers.map((line) => line.replace(/\r$/, "")));
  if (others.length > 0) throw severalHeaders(place, header ?? "", others[0] ?? "");
  const rows = sample.filter((line) => !line.startsWith("#"));
  return choose(header === undefined ? rows : [header, ...rows]);
}

const textsOf = async (engine: RemoteEngine, sql: string): Promise<string[]> =>
  (await engine.rows(sql)).map(({ line }) => String(line));

function talliesOf(rows: readonly Readonly<Record<string, unknown>>[]): Tally[] {
  const found = new Map<
    string,
    { days: Map<string, number>; size: number; rejected: number; blank: number }
  >();
  for (const row of rows) {
    const source = String(row["source"]);
    const tally = found.get(source) ?? { days: new Map(), size: 0, rejected: 0, blank: 0 };
    found.set(source, tally);
    const many = Number(row["many"]);
    tally.size = Math.max(tally.size, Number(row["size"] ?? 0));
    if (row["outcome"] === "parsed") tally.days.set(String(row["day"]), many);
    else tally[row["outcome"] === "blank" ? "blank" : "rejected"] += many;
  }
  return [...found].map(([source, tally]) => ({ source, ...tally }));
}

/** As many sources as one statement can name. */
function chunksOf(tallies: readonly Tally[]): Tally[][] {
  const chunks: Tally[][] = [];
  let size = Infinity;
  for (const tally of tallies) {
    size += tally.source.length + 8;
    if (size > NAMES_AT_ONCE) {
      chunks.push([]);
      size = tally.source.length + 8;
    }
    chunks.at(-1)?.push(tally);
  }
  return chunks;
}

/** Writes the rows and rejects of some sources, checks them, and enters the sources into the ledger. */
async function write(
  engine: RemoteEngine,
  tables: RawTables,
  sql: RawStatements,
  raw: string,
  chunk: readonly Tally[],
  now: Date,
): Promise<void> {
  const { literal } = engine.dialect;
  const from = (some: readonly Tally[]): string =>
    `source IN (${some.map(({ source }) => literal(source)).join(", ")})`;
  const lines = (some: readonly Tally[]): string =>
    `(SELECT line, source, size FROM ${raw} AS raw WHERE ${from(some)})`;
  const days = [...new Set(chunk.flatMap((tally) => [...tally.days.keys()]))].toSorted();
  for (let at = 0; at < days.length; at += DAYS_AT_ONCE) {
    const some = days.slice(at, at + DAYS_AT_ONCE);
    const of = chunk.filter((tally) => some.some((day) => tally.days.has(day)));
    const where = `${from(of)} AND day IN (${some.map(literal).join(", ")})`;
    const left = await leftBefore(engine, tables.requests, where);
    const wanted = of.reduce(
      (sum, tally) => sum + some.reduce((rows, day) => rows + (tally.days.get(day) ?? 0), 0),
      0,
    );
    if (left === undefined || left.rows < wanted) {
      await engine.run(sql.requests(lines(of), some, left?.condition));
    }
    await check(engine, tables.requests, where, wanted);
  }
  const refused = chunk.filter(({ rejected }) => rejected > 0);
  if (refused.length > 0) {
    const where = from(refused);
    const wanted = refused.reduce((sum, { rejected }) => sum + rejected, 0);
    const left = await leftBefore(engine, tables.rejects, where, "''");
    const missing = refused.filter(({ source }) => left?.sources.has(source) !== true);
    if (missing.length > 0) await engine.run(sql.rejects(lines(missing)));
    await check(engine, tables.rejects, where, wanted);
  }
  await engine.run(ledgerSql(engine, tables, sql.logType, chunk, now));
}

/** What a run that broke off has left of some sources. */
interface Left {
  readonly rows: number;
  readonly sources: ReadonlySet<string>;
  /** Which lines are in the table already. */
  readonly condition: string;
}

/**
 * Rows of these sources, though no ledger knows them. Where an engine can, they are taken out; else
 * they stay, because a statement has written all rows of a source and day, or none.
 */
async function leftBefore(
  engine: RemoteEngine,
  table: string,
  where: string,
  day = "day",
): Promise<Left | undefined> {
  const { literal } = engine.dialect;
  const rows = await engine.rows(
    `SELECT source, ${day} AS day, count(*) AS many FROM ${table} WHERE ${where} GROUP BY 1, 2`,
  );
  if (rows.length === 0) return undefined;
  if (engine.remove !== undefined) {
    await engine.run(engine.remove(table, where));
    return undefined;
  }
  const pairs = rows.map(
    (row) => `source = ${literal(String(row["source"]))} AND day = ${literal(String(row["day"]))}`,
  );
  return {
    rows: rows.reduce((sum, { many }) => sum + Number(many), 0),
    sources: new Set(rows.map(({ source }) => String(source))),
    condition: pairs.join(" OR "),
  };
}

async function check(
  engine: RemoteEngine,
  table: string,
  where: string,
  wanted: number,
): Promise<void> {
  const [row] = await engine.rows(`SELECT count(*) AS many FROM ${table} WHERE ${where}`);
  const found = Number(row?.["many"] ?? 0);
  if (found !== wanted) {
    throw new Problem({
      code: "ingest-mismatch",
      what: `${table} has ${String(found)} rows where ${String(wanted)} lines were read`,
      where: engine.name,
      why: "A log changed while it was read, or another run wrote at the same time",
      help: "Remove the rows of these sources, and run it again alone",
      exit: Exit.input,
    });
  }
}

function ledgerSql(
  { dialect }: RemoteEngine,
  tables: RawTables,
  logType: string,
  chunk: readonly Tally[],
  now: Date,
): string {
  const columns = [...ledgerColumns.text, ...ledgerColumns.int];
  const rows = chunk.map((tally) => {
    const parsed = parsedOf(tally);
    const lines = parsed + tally.rejected + tally.blank;
    const values = [tally.source, logType, now.toISOString(), tally.size, lines, parsed];
    return `(${[...values, tally.rejected, tally.blank].map(dialect.literal).join(", ")})`;
  });
  return `INSERT INTO ${tables.ledger} (${columns.join(", ")})\nVALUES ${rows.join(", ")}`;
}

/** A table of that name that was made otherwise, such as over a store, is nobody's to write into. */
async function refuseForeign(engine: RemoteEngine, tables: RawTables): Promise<void> {
  if ((await engine.columns()).length === 0) return;
  const has = await engine.rows(`SELECT 1 AS one FROM ${tables.ledger} LIMIT 1`).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Problem && error.code === "bad-sql") return false;
      throw error;
    },
  );
  if (has) return;
  throw new Problem({
    code: "foreign-table",
    what: `${tables.requests} was not made by ingest`,
    where: engine.name,
    why: "It may be over a store, whose ledger would not know what an engine writes",
    help: "Name another table: --engine 'URL?table=NAME'",
    exit: Exit.usage,
  });
}

const severalHeaders = (place: string, one: string, other: string): Problem =>
  new Problem({
    code: "several-headers",
    what: "The logs have several headers, and an engine reads lines without their order",
    where: place,
    why: `${one.slice(0, 200)} and ${other.slice(0, 200)}`,
    help: "Ingest the files of one header at a time, or without --engine",
    exit: Exit.input,
  });
