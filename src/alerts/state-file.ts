import { randomUUID } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Problem } from "../problems/problem.js";
import { makeFolder, sync, writeDurably } from "../store/durable.js";
import { withWriterLock } from "../store/writer-lock.js";
import { EMPTY, type Silence, type State } from "./state.js";

const STATE = "state.json";
const SILENCES = "silences.json";

/** The folder in which alerts remember: what they told, what waits, what is silenced. */
export class StateFolder {
  constructor(readonly folder: string) {}

  /** What was remembered; nothing at first. */
  async read(): Promise<State> {
    return (await readJson<State>(path.join(this.folder, STATE))) ?? EMPTY;
  }

  /** Makes it durable, whole or not at all. */
  async save(state: State): Promise<void> {
    await replace(path.join(this.folder, STATE), JSON.stringify(state, null, 1));
  }

  /** Silences have a file of their own: they can be set while the daemon holds the lock. */
  async silences(): Promise<readonly Silence[]> {
    const found = await readJson<{ silences: Silence[] } & { version: 1 }>(
      path.join(this.folder, SILENCES),
    );
    return found?.silences ?? [];
  }

  async saveSilences(silences: readonly Silence[]): Promise<void> {
    const text = JSON.stringify({ version: 1, silences }, null, 1);
    await replace(path.join(this.folder, SILENCES), text);
  }

  /** Runs work as the only one that decides and sends; the lock is free when its holder has died. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    let isOurs = false;
    try {
      return await withWriterLock(this.folder, async () => {
        isOurs = true;
        return work();
      });
    } catch (error) {
      if (!isOurs && error instanceof Problem) throw locked(this.folder, error);
      throw error;
    }
  }
}

/** Writes a small file durably, whole or not at all. */
export async function replace(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  await makeFolder(folder);
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    await writeDurably(draft, text);
    await rename(draft, file);
    await sync(folder);
  } catch (error) {
    await rm(draft, { force: true });
    throw unusable(file, error as Error);
  }
}

/** A small JSON document; undefined when it is not there. */
export async function readJson<T extends { version: number }>(
  file: string,
): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(file, error as Error);
  }
  try {
    const content = JSON.parse(text) as T;
    if (content.version === 1) return content;
  } catch (error) {
    throw unusable(file, error as Error);
  }
  throw unusable(file, new Error("It was written by a newer culprit"));
}

const locked = (folder: string, { code, why, message }: Problem): Problem =>
  new Problem({
    code: code === "store-busy" ? "alerts-busy" : "alerts-state",
    what:
      code === "store-busy"
        ? message.replace("is writing to the store", "checks these rules already")
        : "What alerts remember cannot be written",
    where: folder,
    ...(code === "store-busy"
      ? { why: "Two at a time would tell everything twice" }
      : why === undefined
        ? {}
        : { why }),
    help:
      code === "store-busy"
        ? "Run it again when the other has ended; beside culprit watch no check is needed"
        : "Name another folder with --state",
    exit: 3,
  });

const unusable = (file: string, error: Error): Problem =>
  new Problem({
    code: "alerts-state",
    what: "What alerts remember cannot be read or written",
    where: file,
    why: error.message,
    help: "Name another folder with --state, or move the file away: then everything counts as new",
    exit: 3,
    cause: error,
  });
