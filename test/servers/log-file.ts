import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** A log that grows while a test watches it. */
export class LogFile {
  #offset = 0;
  #lines = 0;

  constructor(readonly path: string) {}

  /** How many lines it has so far. */
  lines(): number {
    const more = this.#readOn();
    for (let at = more.indexOf(10); at >= 0; at = more.indexOf(10, at + 1)) this.#lines += 1;
    return this.#lines;
  }

  #readOn(): Buffer {
    let file: number;
    try {
      file = openSync(this.path, "r");
    } catch {
      return Buffer.alloc(0);
    }
    try {
      const more = Buffer.alloc(fstatSync(file).size - this.#offset);
      this.#offset += readSync(file, more, 0, more.length, this.#offset);
      return more;
    } finally {
      closeSync(file);
    }
  }
}

/** Waits until every log has at least so many lines. */
export async function grown(logs: readonly LogFile[], lines: number, after: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const short = logs.find((log) => log.lines() < lines);
    if (short === undefined) return;
    if (Date.now() > deadline) {
      throw new Error(`after ${after}: ${short.path} has ${short.lines()} of ${lines} lines`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
