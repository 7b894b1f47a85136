import { availableParallelism } from "node:os";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { withEngine, type EngineFlags } from "./engine.js";
import type { Io } from "./io.js";
import { parseMemory } from "./parse-flags.js";

/** What it takes to work on one piece of a log. */
const LANE_MEMORY = 96 * 2 ** 20;

/** What the engine has at least: as much as a commit needs. */
const LEAST_MEMORY = 128 * 2 ** 20;

/** More pieces at the same time gain little: one process hands them out. */
const MOST_LANES = 4;

/** An engine that fills a store, and how many pieces of logs it works on at the same time. */
export interface Filling {
  readonly db: DuckDb;
  readonly lanes: number;
}

/**
 * Opens an engine for filling a store: as many pieces side by side as there are cores, in little memory.
 * `spared`: cores that have something else to do.
 */
export function withIngestEngine<T>(
  flags: EngineFlags,
  io: Io,
  use: (filling: Filling) => Promise<T>,
  spared = 0,
): Promise<T> {
  const cores = Math.max(1, Math.min(availableParallelism(), MOST_LANES) - spared);
  const enough = Math.max(LANE_MEMORY * cores, LEAST_MEMORY);
  const memory =
    flags.memory === undefined
      ? Math.min(parseMemory(undefined), enough)
      : parseMemory(flags.memory);
  const lanes = Math.max(1, Math.min(cores, Math.floor(memory / LANE_MEMORY)));
  return withEngine({ ...flags, memory: String(memory), threads: 1 }, io, (db) =>
    use({ db, lanes }),
  );
}
