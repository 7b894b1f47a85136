import path from "node:path";
import { DuckDb } from "../engines/duckdb/engine.js";
import { terminalText } from "../outputs/escape.js";
import { Workspace } from "../store/workspace.js";
import type { Io } from "./io.js";
import { parseMemory } from "./parse-flags.js";
import { parseZone } from "./zone.js";

export interface EngineFlags {
  readonly memory?: string;
  readonly logTz: string;
}

interface Threads {
  /** Threads of all statements together; default: one a core. */
  readonly threads?: number;
}

/** Opens the engine and a folder for its files, and leaves nothing behind, whatever happens. */
export async function withEngine<T>(
  flags: EngineFlags & Threads,
  io: Io,
  use: (db: DuckDb, workspace: Workspace) => Promise<T>,
): Promise<T> {
  const memory = parseMemory(flags.memory);
  const logZone = parseZone(flags.logTz);
  const parent = io.env["TMPDIR"] ?? "";
  const workspace = Workspace.create(parent === "" ? undefined : path.resolve(io.cwd, parent));
  let db: DuckDb | undefined;
  try {
    db = await DuckDb.open({
      memory,
      temporary: workspace.folder,
      logZone,
      signal: io.signal,
      ...(flags.threads !== undefined && { threads: flags.threads }),
    });
    return await use(db, workspace);
  } finally {
    db?.close();
    workspace.remove();
  }
}

/** Tells people something that is no result. */
export const warn = (io: Io, message: string): void => {
  io.stderr.write(`culprit: ${terminalText(message)}\n`);
};
