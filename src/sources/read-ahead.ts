import type { Input } from "./input.js";

export interface ReadAheadOptions {
  /** Inputs read at the same time. */
  readonly jobs: number;
  /** Bytes that may lie in memory before they are asked for. */
  readonly bytes: number;
  onRead?(input: Input): void;
}

/** One input whose bytes are fetched before they are asked for. */
interface Entry {
  readonly input: Input;
  readonly bytes: number;
  state: "waiting" | "started" | "done";
  chunks?: Promise<Buffer[]>;
}

export const READ_AHEAD: ReadAheadOptions = { jobs: 16, bytes: 64 * 2 ** 20 };

/**
 * Hides the round trips of remote inputs: fetches small ones before they are opened, several at a
 * time and within a budget of memory. They should be opened in the order in which they were added;
 * others, large ones and local ones are read when they are opened, as without this.
 */
export class ReadAhead {
  readonly #entries: Entry[] = [];
  #running = 0;
  #held = 0;
  #closed = false;

  constructor(readonly options: ReadAheadOptions = READ_AHEAD) {}

  /** An input that reads as the given one, perhaps from memory. */
  add(input: Input): Input {
    const bytes = input.bytes;
    const small = bytes !== undefined && bytes <= this.options.bytes / 8;
    if (input.remote !== true || !small) return input;
    const entry: Entry = { input, bytes, state: "waiting" };
    this.#entries.push(entry);
    this.#start();
    return { ...input, remote: false, open: () => this.#open(entry) };
  }

  /** Starts nothing more. */
  close(): void {
    this.#closed = true;
    this.#entries.length = 0;
  }

  #start(): void {
    while (!this.#closed && this.#running < this.options.jobs) {
      const entry = this.#entries.find(({ state }) => state === "waiting");
      if (entry === undefined || this.#held + entry.bytes > this.options.bytes) return;
      this.#fetch(entry);
    }
  }

  #fetch(entry: Entry): void {
    entry.state = "started";
    this.#running += 1;
    this.#held += entry.bytes;
    entry.chunks = this.#collect(entry);
    // Its failure is told to whoever opens it.
    entry.chunks.catch(() => {});
  }

  async #collect({ input }: Entry): Promise<Buffer[]> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of input.open()) chunks.push(chunk);
      this.options.onRead?.(input);
      return chunks;
    } finally {
      this.#running -= 1;
      this.#start();
    }
  }

  async *#open(entry: Entry): AsyncGenerator<Buffer> {
    this.#passOver(entry);
    if (entry.state === "done") {
      yield* entry.input.open();
      return;
    }
    if (entry.state === "waiting") this.#fetch(entry);
    try {
      yield* (await entry.chunks) as Buffer[];
    } finally {
      this.#release(entry);
    }
  }

  /** What was added before and has not been opened by now will not be: its memory is free again. */
  #passOver(entry: Entry): void {
    const before = this.#entries.indexOf(entry);
    for (const passed of this.#entries.splice(0, Math.max(0, before))) this.#release(passed);
  }

  #release(entry: Entry): void {
    if (entry.state === "started") this.#held -= entry.bytes;
    entry.state = "done";
    delete entry.chunks;
    const at = this.#entries.indexOf(entry);
    if (at >= 0) this.#entries.splice(at, 1);
    this.#start();
  }
}
