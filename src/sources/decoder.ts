import type { Transform } from "node:stream";

/**
 * What is decoded at once. Where the data is damaged, the text decoded in the same step is lost, at
 * most so much; smaller steps cost time: 16 KiB takes twice as long as 128 KiB.
 */
export const DECODED_CHUNK = 128 * 1024;

/** A decoder of node:zlib counts the compressed bytes that it has taken. */
export type ZlibStream = Transform & { readonly bytesWritten: number };

/**
 * Drives a decoder of node:zlib piece by piece. A stream that is piped drops what it had decoded
 * when it fails; here everything decoded before the step that failed can still be taken.
 */
export class Decoder {
  readonly #stream: ZlibStream;
  #decoded: Buffer[] = [];
  #settle: () => void = () => undefined;
  #failure: Error | undefined;
  #ended = false;

  constructor(stream: ZlibStream) {
    this.#stream = stream;
    stream.on("data", (piece: Buffer) => this.#decoded.push(piece));
    stream.on("end", () => {
      this.#ended = true;
      this.#settle();
    });
    stream.on("error", (error) => {
      this.#failure = error;
      this.#settle();
    });
  }

  /** Why decoding stopped, if it did. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Whether the decoder wants no more, although more may have been written. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The compressed bytes decoded so far. */
  get position(): number {
    return this.#stream.bytesWritten;
  }

  /** Settles when the piece is decoded or refused; never rejects. */
  write(piece: Buffer): Promise<void> {
    return this.#settled(() => this.#stream.write(piece, () => this.#settle()));
  }

  /** Settles when the decoder has said its last. */
  end(): Promise<void> {
    return this.#settled(() => this.#stream.end());
  }

  /** What was decoded since the last call. */
  take(): Buffer[] {
    const decoded = this.#decoded;
    this.#decoded = [];
    return decoded;
  }

  close(): void {
    this.#settle();
    this.#stream.destroy();
  }

  async #settled(start: () => void): Promise<void> {
    if (this.#failure || this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
      start();
    });
  }
}
