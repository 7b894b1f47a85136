import { createHash } from "node:crypto";
import { open, stat, type FileHandle } from "node:fs/promises";
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

  /** Goes on where another run stopped; `others` are the files that the log may have been renamed to. */
  async resume(positions: readonly Position[], others: readonly string[]): Promise<number> {
    let found = 0;
    for (const file of [...others, this.path]) {
      const handle = await openIf(file);
      if (handle === undefined) continue;
      const start = await startOf(handle);
      const known = positions.find(({ dev, ino }) => dev === start.dev && ino === start.ino);
      const isSame =
        known !== undefined && (await headOf(handle, known.head_bytes)).head === known.head;
      const isCurrent = file === this.path;
      // Rotated files after the one that was being read came while nobody looked.
      if (!isSame && !isCurrent && this.#files.length === 0) {
        await handle.close();
        continue;
      }
      const one = new OpenFile(handle, isSame ? known : start);
      one.grown = this.now();
      if (!isCurrent) one.rotated = this.now();
      this.#files.push(one);
      if (isSame) found += 1;
    }
    return positions.length - found;
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
    const handle = await openIf(this.path);
    if (handle === undefined) return;
    this.#files.push(new OpenFile(handle, await startOf(handle)));
    const [oldest] = this.#files;
    if (
      this.#files.length > OLD &&
      oldest !== undefined &&
      (await oldest.next(true)) === undefined
    ) {
      await this.#close(oldest);
    }
  }

  async #close(file: OpenFile): Promise<void> {
    this.#files.splice(this.#files.indexOf(file), 1);
    await file.handle.close();
  }
}

async function openIf(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
    throw cannotRead(file, error);
  }
}
