import type { Input } from "../sources/input.js";
import { decompress } from "../sources/decompress.js";

/** The beginning of an input, decompressed, and the whole of it still to be read. */
export interface Opened {
  readonly head: Buffer;
  /** All decompressed bytes, the head included; reading them to the end closes the input. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Closes an input whose chunks are not read. */
  close(): Promise<void>;
}

/** How much of an input decides its format. */
const HEAD_BYTES = 256 * 1024;

/** Reads the head of an input without losing it; the rest is read as it is asked for. */
export async function openInput(
  input: Input,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<Opened> {
  const stored = counted(untilAborted(input.open(), signal), onBytes);
  const iterator = decompress(stored, input.name)[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    size += next.value.length;
  }
  return {
    head: Buffer.concat(read).subarray(0, HEAD_BYTES),
    chunks: replay(read, iterator),
    close: async () => {
      await iterator.return?.(undefined);
    },
  };
}

/** Does not wait for a slow source once the signal says stop. */
async function* untilAborted(
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  let stop = (): void => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal?.reason as Error);
  });
  stopped.catch(() => {});
  signal?.addEventListener("abort", stop);
  try {
    signal?.throwIfAborted();
    for (;;) {
      const next = await Promise.race([iterator.next(), stopped]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    const closed = Promise.resolve(iterator.return?.());
    closed.catch(() => {});
    // A source that waits for bytes would not close before they come.
    if (signal?.aborted !== true) await closed;
  }
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

async function* replay(read: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    while (read.length > 0) yield read.shift() as Buffer;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** The whole lines of a head, without their line ends; a last cut line only if it is the only one. */
export function headLines(head: Buffer): string[] {
  if (head.length === 0) return [];
  const lines = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split("\n");
  const cut = head.length === HEAD_BYTES || lines.at(-1) === "";
  if (lines.length > 1 && cut) lines.pop();
  return lines.map((line) => line.replace(/\r$/, ""));
}
