import { rm } from "node:fs/promises";
import { open, type FileHandle } from "node:fs/promises";
import { HEADER, hasHeader } from "../formats/format.js";
import type { Reading } from "../formats/reading.js";
import { readingOf } from "../formats/reading.js";
import { engineText } from "./engine-text.js";
import { cutBefore } from "./headers.js";
import type { Part, Segment } from "./lake.js";
import type { Workspace } from "./workspace.js";

type Parse = (
  file: string,
  reading: Reading,
  dirty: boolean,
  bytes: number,
) => Promise<Omit<Part, "segments">>;

interface Chunk {
  readonly file: string;
  readonly handle: FileHandle;
  readonly reading: Reading;
  readonly segments: Segment[];
  bytes: number;
  rows: number;
  dirty: boolean;
}

/**
 * Collects clean lines of many inputs in chunks, one reading each, and has every full chunk
 * parsed while the next ones are written.
 */
export class PartWriter {
  #chunk: Chunk | undefined;
  #reading!: Reading;
  #source = "";
  #line = 1;
  /** The current input has a segment in the current chunk. */
  #begun = false;
  /** What is being parsed, in the order of the lines. */
  readonly #parsing: Promise<Part>[] = [];
  #parts: Part[] = [];
  #count = 0;

  /**
   * `chunkBytes`: text the engine gets at a time; `atOnce`: such chunks that are parsed at the same
   * time. At most one more is on disk.
   */
  constructor(
    readonly workspace: Workspace,
    readonly chunkBytes: number,
    readonly atOnce: number,
    readonly parse: Parse,
  ) {}

  begin(source: string, reading: Reading, firstLine: number): void {
    this.#source = source;
    this.#begun = false;
    this.#line = firstLine;
    this.#reading = reading;
  }

  /** Adds whole lines of the current input. */
  async write(lines: Buffer, count: number, dirty: boolean): Promise<void> {
    if (!hasHeader(this.#reading.format)) return this.#append(lines, count, dirty);
    for (const run of cutBefore(lines, HEADER)) {
      if (run.length === 0) continue;
      this.#follow(run);
      await this.#append(run, countLines(run), dirty);
    }
  }

  /** Everything written so far as parts, in order. */
  async finish(): Promise<Part[]> {
    await this.#flush();
    while (this.#parsing.length > 0) await this.#collect();
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  /** Ends what is under way, without a word on how it went. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#parsing);
    await this.#chunk?.handle.close();
    this.#chunk = undefined;
  }

  /** A header line in mid-file says how the lines after it are read. */
  #follow(run: Buffer): void {
    if (!run.subarray(0, HEADER.length).equals(Buffer.from(HEADER))) return;
    const head = run
      .subarray(0, 64 * 1024)
      .toString("utf8")
      .split("\n")
      .slice(0, 100);
    this.#reading = readingOf(
      this.#reading.format,
      head.map((line) => line.replace(/\r$/, "")),
    );
  }

  async #append(lines: Buffer, count: number, dirty: boolean): Promise<void> {
    if (this.#chunk !== undefined) {
      const full = this.#chunk.bytes + lines.length > this.chunkBytes;
      if (full || this.#chunk.reading.key !== this.#reading.key) await this.#flush();
    }
    const chunk = (this.#chunk ??= await this.#open());
    const last = chunk.segments.at(-1);
    if (last?.source !== this.#source || !this.#begun) {
      this.#begun = true;
      chunk.segments.push({ source: this.#source, firstRow: chunk.rows, firstLine: this.#line });
    }
    const { text, marked } = engineText(lines);
    await chunk.handle.writeFile(text);
    chunk.bytes += text.length;
    chunk.rows += count;
    chunk.dirty ||= dirty || marked;
    this.#line += count;
  }

  async #open(): Promise<Chunk> {
    const file = this.workspace.path(`lines-${++this.#count}.txt`);
    const handle = await open(file, "wx", 0o600);
    return { file, handle, reading: this.#reading, segments: [], bytes: 0, rows: 0, dirty: false };
  }

  async #flush(): Promise<void> {
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    this.#chunk = undefined;
    await chunk.handle.close();
    if (this.#parsing.length >= this.atOnce) await this.#collect();
    const parsing = this.#parse(chunk);
    // Its failure is reported where it is awaited; until then it is not unhandled.
    parsing.catch(() => {});
    this.#parsing.push(parsing);
  }

  async #collect(): Promise<void> {
    const [oldest] = this.#parsing;
    if (oldest === undefined) return;
    this.#parts.push(await oldest);
    void this.#parsing.shift();
  }

  async #parse({ file, reading, dirty, bytes, segments, rows }: Chunk): Promise<Part> {
    const part = await this.parse(file, reading, dirty, bytes);
    if (part.rows !== rows) {
      throw new Error(`the engine read ${part.rows} of ${rows} lines of ${segments[0]?.source}`);
    }
    await rm(file);
    return { ...part, segments };
  }
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf(10); at >= 0; at = lines.indexOf(10, at + 1)) count += 1;
  return count;
}
