import { Problem } from "../problems/problem.js";
import { Gone, type Place } from "./place.js";

/** A Parquet file of the store, by its path relative to the store's folder. */
export interface DataFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly log_type: string;
  /** `YYYY-MM-DD` in UTC, or `undated`. */
  readonly day: string;
  /** First and last time in it as ISO text; null where the rows have none. */
  readonly from: string | null;
  readonly until: string | null;
  /** When the youngest of its rows entered the store, ISO. */
  readonly entered: string;
  /** Its columns that are not the record's: a person's own. */
  readonly derived: readonly string[];
}

/** A Parquet file beside the data: what objects entered, what lines were rejected. */
export interface SideFile {
  readonly path: string;
  readonly rows: number;
  /** When the youngest of its rows entered the store, ISO. */
  readonly entered: string;
}

/** Sums over everything that ever entered; what was forgotten is counted beside it. */
export interface Totals {
  readonly objects: number;
  readonly lines: number;
  readonly parsed: number;
  readonly rejected: number;
  readonly blank: number;
  /** Parsed rows that were left out because they had been delivered before. */
  readonly duplicates: number;
  readonly forgotten_rows: number;
  readonly forgotten_rejects: number;
}

/** What one commit changed; the ledger is the sum of its commits. */
export interface Commit {
  readonly version: 1;
  /** When it was made, ISO. */
  readonly at: string;
  /** The change that made it, absent in old ledgers: no two commits have the same bytes. */
  readonly change?: string;
  /** `recover` changes nothing: it takes the number that a writer before may still have wanted. */
  readonly action: "ingest" | "compact" | "forget" | "recover";
  /** Files that came: data, lists of objects, lists of rejects. */
  readonly added: readonly DataFile[];
  readonly objects: readonly SideFile[];
  readonly rejects: readonly SideFile[];
  /** Paths of the files of any kind that went. */
  readonly removed: readonly string[];
  /** What it adds to the sums, and to the number of objects of each format. */
  readonly totals: Totals;
  readonly formats: Readonly<Record<string, number>>;
}

/** What the store holds at one commit: readers work on this and never see half of one. */
export interface State {
  readonly version: 1;
  /** Number of the last commit, 0 for an empty store. */
  readonly commit: number;
  readonly files: readonly DataFile[];
  readonly objects: readonly SideFile[];
  readonly rejects: readonly SideFile[];
  readonly totals: Totals;
  readonly formats: Readonly<Record<string, number>>;
}

export const LEDGER = "ledger";
/** Commits folded into one file, so that reading the ledger stays fast over the years. */
const CHECKPOINT = 100;

export const noTotals: Totals = {
  objects: 0,
  lines: 0,
  parsed: 0,
  rejected: 0,
  blank: 0,
  duplicates: 0,
  forgotten_rows: 0,
  forgotten_rejects: 0,
};

const EMPTY: State = {
  version: 1,
  commit: 0,
  files: [],
  objects: [],
  rejects: [],
  totals: noTotals,
  formats: {},
};

const name = (commit: number): string => `${LEDGER}/${String(commit).padStart(12, "0")}.json`;
const checkpointName = (commit: number): string =>
  `${LEDGER}/${String(commit).padStart(12, "0")}.state.json`;

/** The ledger's numbered files: commits, and checkpoints that sum them up. */
interface Numbers {
  readonly commits: readonly number[];
  readonly checkpoints: readonly number[];
}

async function numbersIn(place: Place): Promise<Numbers> {
  const entries = await place.list(LEDGER).catch((error: Error) => {
    throw unreadable(`${place.name}/${LEDGER}`, error);
  });
  const numbers = (pattern: RegExp): number[] =>
    entries
      .flatMap((entry) => pattern.exec(entry.name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b);
  return {
    commits: numbers(/^ledger\/(\d{12})\.json$/),
    checkpoints: numbers(/^ledger\/(\d{12})\.state\.json$/),
  };
}

/** A writer may put a hundred commits together while they are read: then they are read again. */
const ATTEMPTS = 5;
/** Commits read at the same time. */
const AT_ONCE = 16;

/**
 * Reads the state of a store: the last checkpoint and the commits after it.
 * An absent place is an empty store.
 */
export async function readLedger(place: Place): Promise<State> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(place);
    } catch (error) {
      const overtaken = (error as Error).cause instanceof Gone;
      if (!overtaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function readOnce(place: Place): Promise<State> {
  const { commits, checkpoints } = await numbersIn(place);
  const checkpoint = checkpoints.at(-1);
  let state = EMPTY;
  if (checkpoint !== undefined) state = await readJson<State>(place, checkpointName(checkpoint));
  const after = commits.filter((commit) => commit > state.commit);
  for (let at = 0; at < after.length; at += AT_ONCE) {
    const numbers = after.slice(at, at + AT_ONCE);
    const read = await Promise.all(numbers.map((number) => readJson<Commit>(place, name(number))));
    for (const [index, number] of numbers.entries()) {
      if (number !== state.commit + 1) throw gap(`${place.name}/${name(state.commit + 1)}`);
      state = apply(state, read[index] as Commit, number);
    }
  }
  return state;
}

function apply(state: State, commit: Commit, number: number): State {
  const gone = new Set(commit.removed);
  const next = <T extends { readonly path: string }>(had: readonly T[], came: readonly T[]): T[] =>
    had.filter((file) => !gone.has(file.path)).concat(came);
  const totals = Object.fromEntries(
    Object.entries(state.totals).map(([key, sum]) => [
      key,
      (sum as number) + commit.totals[key as keyof Totals],
    ]),
  ) as unknown as Totals;
  const formats = { ...state.formats };
  for (const [format, objects] of Object.entries(commit.formats)) {
    formats[format] = (formats[format] ?? 0) + objects;
  }
  return {
    version: 1,
    commit: number,
    files: next(state.files, commit.added),
    objects: next(state.objects, commit.objects),
    rejects: next(state.rejects, commit.rejects),
    totals,
    formats,
  };
}

/** Every file that a state names. */
export const namedBy = ({ files, objects, rejects }: State): Set<string> =>
  new Set([...files, ...objects, ...rejects].map((file) => file.path));

/** How many rows files have together. */
export const rowsIn = (files: readonly { readonly rows: number }[]): number =>
  files.reduce((sum, { rows }) => sum + rows, 0);

/**
 * Makes a commit durable: it is there whole or not at all, whenever the machine stops.
 * Fails when another writer was faster.
 */
export async function appendCommit(place: Place, before: State, commit: Commit): Promise<State> {
  const number = before.commit + 1;
  await publish(place, name(number), commit);
  const state = apply(before, commit, number);
  if (number % CHECKPOINT === 0) await sumUp(place, state);
  return state;
}

/** Sums up all commits, and leaves out those that were summed up the time before. */
async function sumUp(place: Place, state: State): Promise<void> {
  await publish(place, checkpointName(state.commit), state);
  const { commits, checkpoints } = await numbersIn(place);
  const last = checkpoints.at(-2) ?? 0;
  await place.remove([
    ...commits.filter((commit) => commit <= last).map(name),
    ...checkpoints.filter((commit) => commit < last).map(checkpointName),
  ]);
}

/** Writes a file under a name that must not be taken yet, in one step. */
async function publish(place: Place, file: string, content: unknown): Promise<void> {
  if (!(await place.create(file, JSON.stringify(content)))) throw overtaken(place.name);
}

async function readJson<T extends { version: number }>(place: Place, file: string): Promise<T> {
  const where = `${place.name}/${file}`;
  let content: T;
  try {
    const text = await place.read(file);
    if (text === undefined) throw new Gone(where);
    content = JSON.parse(text) as T;
  } catch (error) {
    throw unreadable(where, error as Error);
  }
  if (content.version !== 1) throw newer(where);
  return content;
}

/** What cannot be read; a failure of the place itself says more of it than this could. */
const unreadable = (where: string, error: Error): Problem =>
  error instanceof Problem
    ? error
    : new Problem({
        code: "ledger-unreadable",
        what: "The store's ledger cannot be read",
        where,
        why: error.message,
        help: "Restore the file from a backup; the data files are untouched",
        exit: 3,
        cause: error,
      });

const gap = (where: string): Problem =>
  new Problem({
    code: "ledger-unreadable",
    what: "A commit is missing in the store's ledger",
    where,
    why: "Later commits are there, and they build on it",
    help: "Restore the file from a backup; the data files are untouched",
    exit: 3,
  });

const newer = (where: string): Problem =>
  new Problem({
    code: "store-newer",
    what: "The store was written by a newer culprit",
    where,
    help: "Use that version, or a newer one",
    exit: 3,
  });

const overtaken = (where: string): Problem =>
  new Problem({
    code: "store-changed",
    what: "Another writer changed the store at the same time",
    where,
    help: "Run the command again: nothing was lost and nothing is counted twice",
    exit: 3,
  });
