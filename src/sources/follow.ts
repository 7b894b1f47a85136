import { createHash } from "node:crypto";
import { open, readdir, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cannotRead, errorCode } from "./file-problems.js";

/** Where a file was read to. */
export interface Position {
  readonly dev: string;
  readonly ino: string;
  /** Hash of its first bytes, and how many they are: a file that was emptied and filled again differs. */
  readonly head: string;
  readonly head_bytes: number;
  /** Always the beginning of a line. */
  readonly offset: number;
  /** Lines before it. */
  readonly lines: number;
}

/** Whole lines that have been written since. */
export interface Part {
  readonly at: Position;
  /** The byte after its last line. */
  readonly until: number;
  /** Reads it; again when it must be. */
  read(): AsyncIterable<Buffer>;
}

const HEAD = 256;
const CHUNK = 1 << 20;
const LF = 0x0a;
/** A part is cut at a line end before this; one longer line makes a longer part. */
const MOST = 32 * 2 ** 20;
/** A writer that has not yet heard of a rotation goes on with the old file: it is read so much longer. */
const DRAIN_MS = 60_000;
/** Old files that are kept open at the same time. */
const OLD = 8;

/** A file that is open, and how far it was read. */
class OpenFile {
  /** When another file took its name, by the clock; infinite while it has it. */
  rotated = Infinity;
  /** When it last grew. */
  grown = 0;

  constructor(
    readonly handle: FileHandle,
    public position: Position,
  ) {}

  /** The lines that have come since; undefined when there is no whole one. `ended`: half a line counts, too. */
  async next(ended: boolean): Promise<Part | undefined> {
    const { size } = await this.handle.stat();
    const { offset } = this.position;
    if (size <= offset) return undefined;
    for (let most = MOST; ; most *= 2) {
      const limit = Math.min(size, offset + most);
      const until = await this.#lineEnd(offset, limit);
      if (until > offset) return this.part(until);
      if (limit === size) return ended ? this.part(size) : undefined;
    }
  }

  /** Whether it was emptied since it was read to here. */
  async wasEmptied(): Promise<boolean> {
    const { size } = await this.handle.stat();
    const { head, head_bytes, offset } = this.position;
    if (size < offset) return true;
    return (await headOf(this.handle, head_bytes)).head !== head;
  }

  /** Begins again, as a file of its own. */
  async restart(): Promise<void> {
    const head = await headOf(this.handle, HEAD);
    this.position = { ...this.position, ...head, offset: 0, lines: 0 };
  }

  /** A file that was empty when it was opened gets its first bytes. */
  async complete(): Promise<void> {
    if (this.position.head_bytes >= HEAD || this.position.offset > 0) return;
    this.position = { ...this.position, ...(await headOf(this.handle, HEAD)) };
  }

  /** The byte after the last line feed in a range; its beginning when there is none. */
  async #lineEnd(from: number, until: number): Promise<number> {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, until - from));
    for (let end = until; end > from;) {
      const begin = Math.max(from, end - buffer.length);
      const { bytesRead } = await this.handle.read(buffer, 0, end - begin, begin);
      const at = buffer.subarray(0, bytesRead).lastIndexOf(LF);
      if (at >= 0) return begin + at + 1;
      end = begin;
    }
    return from;
  }

  part(until: number): Part {
    const at = this.position;
    return { at, until, read: () => readRange(this.handle, at.offset, until) };
  }
}

async function* readRange(handle: FileHandle, from: number, until: number): AsyncGenerator<Buffer> {
  for (let at = from; at < until;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, until - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function headOf(
  handle: FileHandle,
  most: number,
): Promise<Pick<Position, "head" | "head_bytes">> {
  const buffer = Buffer.alloc(most);
  const { bytesRead } = await handle.read(buffer, 0, most, 0);
  const head = createHash("sha256").update(buffer.subarray(0, bytesRead)).digest("hex");
  return { head: head.slice(0, 16), head_bytes: bytesRead };
}

async function startOf(handle: FileHandle): Promise<Position> {
  const { dev, ino } = await handle.stat({ bigint: true });
  const head = await headOf(handle, HEAD);
  return { dev: String(dev), ino: String(ino), ...head, offset: 0, lines: 0 };
}

/**
 * Follows a log as it is written, over rotations: a file that was renamed is read to its end, the one that
 * took its name from its beginning, and one that was emptied (copytruncate) from its beginning again.
 * Nothing is read twice, and nothing is held in memory.
 */
export class Follower {
  readonly #files: OpenFile[] = [];

  constructor(
    /** Absolute. */
    readonly path: string,
    readonly now: () => number = Date.now,
  ) {}

  /** Where all that was read ends, the oldest file first. */
  get positions(): Position[] {
    return this.#files.map(({ position }) => position);
  }

  /** Goes on where another run stopped; how many files of it are no longer there as they were. */
  async resume(positions: readonly Position[]): Promise<number> {
    const files: { file: OpenFile; time: number; isKnown: boolean }[] = [];
    for (const { handle, start, time } of await this.#openAll()) {
      const known = positions.find((position) => isSameFile(position, start));
      const isKnown =
        known !== undefined && (await headOf(handle, known.head_bytes)).head === known.head;
      const file = new OpenFile(handle, isKnown ? known : start);
      file.grown = this.now();
      if (time !== Infinity) file.rotated = this.now();
      files.push({ file, time, isKnown });
    }
    const known = files.filter(({ isKnown }) => isKnown);
    // Files that were written to after those that were being read came while nobody looked.
    const since = Math.min(...known.map(({ time }) => time));
    for (const { file, time } of files) {
      if (time >= since) this.#files.push(file);
      else await file.handle.close();
    }
    return positions.length - known.length;
  }

  /** The next lines of each file, oldest file first; nothing when there are none. */
  async poll(): Promise<Part[]> {
    await this.#look();
    const parts: Part[] = [];
    for (const file of [...this.#files]) {
      if (await file.wasEmptied()) await file.restart();
      await file.complete();
      const isOver = this.now() - Math.max(file.rotated, file.grown) > DRAIN_MS;
      const part = await file.next(isOver);
      if (part !== undefined) {
        file.grown = this.now();
        parts.push(part);
      } else if (isOver) await this.#close(file);
    }
    return parts;
  }

  /** A part that was given out by another run, if its file is open and was not read further. */
  again(at: Position, until: number): Part | undefined {
    const file = this.#files.find(
      ({ position }) =>
        position.dev === at.dev && position.ino === at.ino && position.offset === at.offset,
    );
    return file?.part(until);
  }

  /** Lines that are safe: they are not given out again. */
  advance({ at, until }: Part, lines: number): void {
    const file = this.#files.find(({ position }) => position === at);
    if (file === undefined) return;
    file.position = { ...at, offset: until, lines: at.lines + lines };
  }

  async close(): Promise<void> {
    for (const file of [...this.#files]) await this.#close(file);
  }

  /** Opens the file that has the name now, if it is another one. */
  async #look(): Promise<void> {
    const current = this.#files.find(({ rotated }) => rotated === Infinity);
    const stats = await stat(this.path, { bigint: true }).catch((error: unknown) => {
      if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
      throw cannotRead(this.path, error);
    });
    const isSame =
      stats !== undefined &&
      current?.position.dev === String(stats.dev) &&
      current.position.ino === String(stats.ino);
    if (isSame) return;
    if (current !== undefined) {
      current.rotated = this.now();
      current.grown = this.now();
    }
    if (stats === undefined) return;
    const newest = this.#files.at(-1);
    const since = newest === undefined ? Infinity : (await newest.handle.stat()).mtimeMs;
    // Those that came and were renamed since the last look were written to no earlier than the newest that is open.
    for (const { handle, start, time } of await this.#openAll(since)) {
      if (this.#files.some(({ position }) => isSameFile(position, start))) {
        await handle.close();
        continue;
      }
      const file = new OpenFile(handle, start);
      if (time !== Infinity) file.rotated = file.grown = this.now();
      this.#files.push(file);
    }
    const [oldest] = this.#files;
    if (
      this.#files.length > OLD &&
      oldest !== undefined &&
      (await oldest.next(true)) === undefined
    ) {
      await this.#close(oldest);
    }
  }

  /**
   * The log and what it may have been renamed to and was written to since, the oldest first, and the log
   * last, with no time that ends it. It is opened before the others are looked for: it may be renamed meanwhile, and the one
   * that takes its name is found at the next look.
   */
  async #openAll(since = -Infinity): Promise<Opened[]> {
    const handle = await openIf(this.path);
    const log = handle && { handle, start: await startOf(handle), time: Infinity };
    const opened: Opened[] = [];
    for (const { name, time } of await rotatedOf(this.path)) {
      const other = time < since ? undefined : await openIf(name);
      if (other === undefined) continue;
      const start = await startOf(other);
      const isThere = [log, ...opened].some((one) => one && isSameFile(one.start, start));
      if (isThere) await other.close();
      else opened.push({ handle: other, start, time });
    }
    return log === undefined ? opened : [...opened, log];
  }

  async #close(file: OpenFile): Promise<void> {
    this.#files.splice(this.#files.indexOf(file), 1);
    await file.handle.close();
  }
}

/** A file that was opened, and when it was last written to. */
interface Opened {
  readonly handle: FileHandle;
  readonly start: Position;
  readonly time: number;
}

const isSameFile = (a: Position, b: Position): boolean => a.dev === b.dev && a.ino === b.ino;

async function openIf(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
    throw cannotRead(file, error);
  }
}

/** A file that a log may have been renamed to, and when it was last written to. */
interface Rotated {
  readonly name: string;
  readonly time: number;
}

/** The files that a log may have been renamed to, the oldest first; compressed ones cannot be gone on with. */
async function rotatedOf(file: string): Promise<Rotated[]> {
  const folder = dirname(file);
  const base = basename(file);
  const names = await readdir(folder).catch(() => []);
  const found: Rotated[] = [];
  for (const name of names) {
    if (!name.startsWith(base) || name === base || /\.(?:gz|zst|xz|bz2|zip)$/.test(name)) continue;
    const full = join(folder, name);
    const stats = await stat(full).catch(() => undefined);
    if (stats?.isFile() === true) found.push({ name: full, time: stats.mtimeMs });
  }
  return found.toSorted((a, b) => a.time - b.time);
}
