import type { DuckDb } from "../engines/duckdb/engine.js";
import type { Derivation } from "../formats/compile/record-sql.js";
import type { Reading } from "../formats/reading.js";
import { columnTypes } from "../formats/record.js";
import type { Problem } from "../problems/problem.js";
import type { Input } from "../sources/input.js";
import { arrivals, type Arrival } from "./arrivals.js";
import { commitBatch } from "./batch.js";
import { Change, recover } from "./change.js";
import { readLedger, type State } from "./ledger.js";
import { findKnown } from "./objects.js";
import { Lanes } from "./lanes.js";
import type { Place } from "./place.js";
import { readLogs } from "./read-logs.js";
import { withObjects } from "./stored.js";

export interface IngestOptions {
  readonly db: DuckDb;
  /** Pieces of logs that are worked on at the same time; default 1. */
  readonly lanes?: number;
  /** Text of a piece; default 8 MiB. */
  readonly pieceBytes?: number;
  /** Where the store lies. */
  readonly place: Place;
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
  /** Files that end in half a line, which waits for its other half. */
  held_back: number;
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
    held_back: 0,
    lines: 0,
    parsed: 0,
    rejected: 0,
    blank: 0,
    duplicates: 0,
    failed: [],
  };
  let state = await recover(options.place, await readLedger(options.place), options.now());
  const lanes = await Lanes.open(options.db, options.lanes);
  try {
    for await (const batch of batches(options.inputs)) {
      options.signal?.throwIfAborted();
      state = await ingestBatch({ ...options, lanes }, batch, state, summary);
    }
  } finally {
    lanes.close();
  }
  return summary;
}

interface Ingesting extends Omit<IngestOptions, "lanes"> {
  readonly lanes: Lanes;
}

/** Inputs in groups; within a group no name comes twice, because rows know their input by it. */
async function* batches(inputs: IngestOptions["inputs"]): AsyncGenerator<Input[]> {
  let batch: Input[] = [];
  let names = new Set<string>();
  let bytes = 0;
  for await (const input of inputs) {
    if (batch.length >= BATCH_OBJECTS || bytes >= BATCH_BYTES || names.has(input.name)) {
      yield batch;
      [batch, names, bytes] = [[], new Set(), 0];
    }
    batch.push(input);
    names.add(input.name);
    bytes += input.bytes ?? BATCH_BYTES / 8;
  }
  if (batch.length > 0) yield batch;
}

async function ingestBatch(
  options: Ingesting,
  batch: readonly Input[],
  state: State,
  summary: IngestSummary,
): Promise<State> {
  const { db, place } = options;
  return withObjects(db, place, state, async (objects) => {
    const fresh = await arrivals(
      batch,
      (identities, places) => findKnown(db, objects, identities, places),
      options.now(),
    );
    if (fresh.length > 0) return bringIn(options, fresh, batch.length, state, summary);
    summary.known += batch.length;
    return state;
  });
}

async function bringIn(
  options: Ingesting,
  fresh: readonly Arrival[],
  inputs: number,
  state: State,
  summary: IngestSummary,
): Promise<State> {
  const { lanes, place } = options;
  return Change.run(place, async (change) => {
    const failed = new Map<string, Problem>();
    const { lake } = await readLogs({
      ...options,
      chunkBytes: options.pieceBytes ?? PIECE_BYTES,
      // With a lane for every core a second reading gains nothing, and rows in order need no sorting.
      ordered: true,
      workspace: change.workspace,
      inputs: fresh.map(({ input }) => input),
      columns: storedColumns(options.derivations),
      onFailure: (input, problem) => failed.set(input.name, problem),
    });
    const taken = takenOf(fresh, failed);
    for (const [name, problem] of failed) summary.failed.push({ name, problem });
    summary.known += inputs - taken.length - failed.size;
    summary.held_back += fresh.filter(({ heldBack }) => heldBack).length;
    if (taken.length === 0) return state;
    const derived = options.derivations.map(({ name }) => name);
    const now = options.now();
    const next = await commitBatch({ lanes, change, state, lake, taken, derived, now });
    for (const key of ["objects", "lines", "parsed", "rejected", "blank", "duplicates"] as const) {
      summary[key] += next.totals[key] - state.totals[key];
    }
    return next;
  });
}

const takenOf = (
  fresh: readonly Arrival[],
  failed: ReadonlyMap<string, Problem>,
): Parameters<typeof commitBatch>[0]["taken"] =>
  fresh.flatMap((arrival) => {
    const { name, firstLine = 1 } = arrival.input;
    const outcome = failed.has(name) ? undefined : arrival.outcome();
    return outcome === undefined ? [] : [{ name, firstLine, ...outcome }];
  });

/** What a lane works on at a time: larger pieces take more memory and are no faster. */
const PIECE_BYTES = 8 * 2 ** 20;

/** Every column of the record and the derived ones; `source` and `line` come from the lake. */
const storedColumns = (derivations: readonly Derivation[]): string[] =>
  [...columnTypes(derivations.map(({ name }) => name)).keys()].filter(
    (name) => name !== "source" && name !== "line",
  );
