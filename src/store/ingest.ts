import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { ident, literal } from "../engines/sql.js";
import type { Derivation } from "../formats/compile/record-sql.js";
import type { Reading } from "../formats/reading.js";
import { columnTypes } from "../formats/record.js";
import type { Problem } from "../problems/problem.js";
import type { Input } from "../sources/input.js";
import { arrivals, knownTexts } from "./arrivals.js";
import { copyPartitions, moveIn } from "./data-files.js";
import { appendCommit, readLedger, syncFolder, type State } from "./ledger.js";
import type { Lake } from "./lake.js";
import type { ReadText, StoredObject } from "./objects.js";
import { readLogs } from "./read-logs.js";
import { recover } from "./recover.js";
import { Workspace } from "./workspace.js";

export interface IngestOptions {
  readonly db: DuckDb;
  /** The store's folder. */
  readonly store: string;
  readonly inputs: Iterable<Input> | AsyncIterable<Input>;
  readonly derivations: readonly Derivation[];
  choose(lines: readonly string[], input: Input, like: Reading | undefined): Reading;
  readonly signal?: AbortSignal;
  onBytes?(stored: number): void;
  onLines?(lines: number): void;
  now(): Date;
}

export interface IngestSummary {
  /** Objects that entered the store. */
  objects: number;
  /** Objects that were in the store already. */
  known: number;
  lines: number;
  parsed: number;
  rejected: number;
  blank: number;
  /** Rows that had been delivered before. */
  duplicates: number;
  /** Objects that could not be read to their end: nothing of them is in the store. */
  readonly failed: { readonly name: string; readonly problem: Problem }[];
}

/** A commit holds at most this much, so that a crash repeats little. */
const BATCH_OBJECTS = 2000;
const BATCH_BYTES = 512 * 2 ** 20;

/**
 * Brings inputs into the store: each enters once, whole or not at all, in commits of bounded size.
 * The caller holds the writer's lock. Safe to run again after a crash at any instant.
 */
export async function ingest(options: IngestOptions): Promise<IngestSummary> {
  const summary: IngestSummary = {
    objects: 0,
    known: 0,
    lines: 0,
    parsed: 0,
    rejected: 0,
    blank: 0,
    duplicates: 0,
    failed: [],
  };
  let state = await recover(options.store, await readLedger(options.store));
  for await (const batch of batches(options.inputs)) {
    options.signal?.throwIfAborted();
    state = await ingestBatch(options, batch, state, summary);
  }
  return summary;
}

async function* batches(inputs: IngestOptions["inputs"]): AsyncGenerator<Input[]> {
  let batch: Input[] = [];
  let bytes = 0;
  for await (const input of inputs) {
    batch.push(input);
    bytes += input.bytes ?? BATCH_BYTES / 8;
    if (batch.length < BATCH_OBJECTS && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

async function ingestBatch(
  options: IngestOptions,
  batch: readonly Input[],
  state: State,
  summary: IngestSummary,
): Promise<State> {
  const { db, store } = options;
  const staging = path.join(store, "_staging");
  await mkdir(staging, { recursive: true });
  const workspace = Workspace.create(staging);
  try {
    const look = (identities: readonly string[]): ReturnType<typeof knownTexts> =>
      knownTexts(db, store, state, identities);
    const fresh = await arrivals(batch, look, options.now());
    if (fresh.length === 0) {
      summary.known += batch.length;
      return state;
    }
    const failed = new Map<string, Problem>();
    const { lake } = await readLogs({
      ...options,
      workspace,
      inputs: fresh.map(({ input }) => input),
      columns: storedColumns(options.derivations),
      onFailure: (input, problem) => failed.set(input.name, problem),
    });
    for (const [name, problem] of failed) summary.failed.push({ name, problem });
    const taken = fresh.flatMap((arrival): Taken[] => {
      const outcome = failed.has(arrival.input.name) ? undefined : arrival.outcome();
      return outcome === undefined
        ? []
        : [{ name: arrival.input.name, firstLine: arrival.input.firstLine ?? 1, ...outcome }];
    });
    summary.known += batch.length - taken.length - failed.size;
    if (taken.length === 0) return state;
    return await commitBatch(options, lake, taken, workspace, state, summary);
  } finally {
    workspace.remove();
  }
}

/** Every column of the record and the derived ones; `source` and `line` come from the lake. */
const storedColumns = (derivations: readonly Derivation[]): string[] =>
  [...columnTypes(derivations.map(({ name }) => name)).keys()].filter(
    (name) => name !== "source" && name !== "line",
  );

async function commitBatch(
  { db, store, derivations, now }: IngestOptions,
  lake: Lake,
  taken: readonly Taken[],
  workspace: Workspace,
  state: State,
  summary: IngestSummary,
): Promise<State> {
  const id = randomUUID();
  const names = `(${taken.map(({ name }) => literal(name)).join(", ")})`;
  await db.run(`CREATE OR REPLACE TEMP TABLE batch AS
    SELECT * FROM ${lake.placed} WHERE source IN ${names}`);
  const columns = [...storedColumns(derivations), "source", "line"];
  const { files, duplicates } = await copyPartitions(db, store, state, columns, workspace, id);
  const counts = await db.rows(`SELECT source, log_type, count(*) AS lines,
    count(*) FILTER (WHERE outcome = 'parsed') AS parsed,
    count(*) FILTER (WHERE outcome = 'rejected') AS rejected,
    count(*) FILTER (WHERE outcome = 'blank') AS blank FROM batch GROUP BY ALL`);
  const objects = taken.map((object) => describe(object, counts, duplicates, now()));
  const objectsFile = path.join("ledger", `objects-${id}.parquet`);
  const rejects = objects.some(({ rejected }) => rejected > 0);
  const rejectsFile = rejects ? path.join("rejects", `${id}.parquet`) : null;
  await mkdir(path.join(store, "ledger"), { recursive: true });
  await writeObjects(db, objects, path.join(store, objectsFile));
  if (rejectsFile !== null) {
    await mkdir(path.join(store, "rejects"), { recursive: true });
    const staged = workspace.path("rejects.parquet");
    await db.copy("SELECT source, line, reason, raw FROM batch WHERE outcome = 'rejected'", staged);
    await rename(staged, path.join(store, rejectsFile));
    await syncFolder(path.join(store, "rejects"));
  }
  await moveIn(store, files);
  const next = await appendCommit(store, state, {
    version: 1,
    at: now().toISOString(),
    action: "ingest",
    added: files.map(({ file }) => file),
    removed: [],
    objects: objectsFile,
    rejects: rejectsFile,
  });
  summary.objects += objects.length;
  for (const object of objects) {
    for (const key of ["lines", "parsed", "rejected", "blank", "duplicates"] as const) {
      summary[key] += object[key];
    }
  }
  await db.run("DROP TABLE batch");
  return next;
}

/** An object whose rows go into the store. */
interface Taken {
  readonly name: string;
  readonly identity: string;
  readonly firstLine: number;
  readonly text?: ReadText;
}

type Counts = readonly Record<string, unknown>[];

function describe(
  { name, identity, firstLine, text }: Taken,
  counts: Counts,
  duplicates: ReadonlyMap<string, number>,
  at: Date,
): StoredObject {
  const own = counts.filter(({ source }) => source === name);
  const sum = (column: string): number =>
    own.reduce((total, row) => total + Number(row[column]), 0);
  return {
    identity,
    name,
    format: String(own[0]?.["log_type"] ?? ""),
    text_bytes: text?.text_bytes ?? null,
    content: text?.content ?? null,
    first_line: firstLine,
    lines: sum("lines"),
    parsed: sum("parsed"),
    rejected: sum("rejected"),
    blank: sum("blank"),
    duplicates: duplicates.get(name) ?? 0,
    ingested_at: at.toISOString(),
  };
}

const objectTypes: Record<keyof StoredObject, string> = {
  identity: "VARCHAR",
  name: "VARCHAR",
  format: "VARCHAR",
  text_bytes: "BIGINT",
  content: "VARCHAR",
  first_line: "BIGINT",
  lines: "BIGINT",
  parsed: "BIGINT",
  rejected: "BIGINT",
  blank: "BIGINT",
  duplicates: "BIGINT",
  ingested_at: "VARCHAR",
};

async function writeObjects(
  db: DuckDb,
  objects: readonly StoredObject[],
  file: string,
): Promise<void> {
  const names = Object.keys(objectTypes) as (keyof StoredObject)[];
  const rows = objects.map(
    (object) => `(${names.map((name) => literal(object[name])).join(", ")})`,
  );
  const casts = names.map(
    (name) => `CAST(${ident(name)} AS ${objectTypes[name]}) AS ${ident(name)}`,
  );
  const draft = `${file}.tmp`;
  await db.copy(
    `SELECT ${casts.join(", ")} FROM (VALUES ${rows.join(", ")}) AS t(${names.map(ident).join(", ")})`,
    draft,
  );
  await rename(draft, file);
  await rm(draft, { force: true });
}
