import { availableParallelism } from "node:os";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { withEngine, type EngineFlags } from "./engine.js";
import type { Io } from "./io.js";
import { parseMemory } from "./parse-flags.js";

/** What it takes to work on one piece of a log. */
const LANE_MEMORY = 96 * 2 ** 20;

/** More pieces at the same time gain little: one process hands them out. */
const MOST_LANES = 4;

/** An engine that fills a store, and how many pieces of logs it works on at the same time. */
export interface Filling {
  readonly db: DuckDb;
  readonly lanes: number;
}

/** Opens an engine for filling a store: as many pieces side by side as there are cores, in little memory. */
export function withIngestEngine<T>(
  flags: EngineFlags,
  io: Io,
  use: (filling: Filling) => Promise<T>,
): Promise<T> {
  const cores = Math.min(availableParallelism(), MOST_LANES);
  const enough = LANE_MEMORY * Math.max(cores, 2);
  const memory =
    flags.memory === undefined
      ? Math.min(parseMemory(undefined), enough)
      : parseMemory(flags.memory);
  const lanes = Math.max(1, Math.min(cores, Math.floor(memory / LANE_MEMORY)));
  return withEngine({ ...flags, memory: String(memory), threads: 1 }, io, (db) =>
    use({ db, lanes }),
  );
}
