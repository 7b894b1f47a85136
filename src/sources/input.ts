/**
 * One stream of log bytes, as it lies where it lies: still compressed, not yet lines.
 *
 * @example
 * for await (const chunk of cleanLines(decompress(input.open(), input.name), stats)) …
 */
export interface Input {
  /** As people know it: the path as given, `ssh://host/path`, `stdin`. */
  readonly name: string;
  /** The absolute path, only for a regular file on this machine. */
  readonly path?: string;
  /** Tells an object that never changes from all others: bucket, key, ETag and size. */
  readonly identity?: string;
  /** Reading it takes a round trip: worth fetching before it is asked for. */
  readonly remote?: boolean;
  /** The stored size, if it is known before reading; for progress. */
  readonly bytes?: number;
  /** Number of its first line; 1 unless only the new end of a file is opened. */
  readonly firstLine?: number;
  /** The stored bytes. A second call starts again from the beginning, except for stdin and pipes. */
  open(): AsyncIterable<Buffer>;
}
