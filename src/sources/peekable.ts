/** A stream of chunks whose beginning can be looked at before it is read. */
export class Peekable implements AsyncIterable<Buffer> {
  readonly #chunks: AsyncIterator<Buffer>;
  #ready: Buffer = Buffer.alloc(0);
  #ended = false;
  /** Met while looking ahead; it is thrown where it belongs, after the bytes before it. */
  #failure: { error: unknown } | undefined;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** What has arrived, at least `bytes` of it unless the stream is shorter. */
  async peek(bytes: number): Promise<Buffer> {
    while (this.#ready.length < bytes) {
      const chunk = await this.#next().catch((error: unknown) => {
        this.#failure = { error };
      });
      if (!chunk) break;
      this.#ready = this.#ready.length === 0 ? chunk : Buffer.concat([this.#ready, chunk]);
    }
    return this.#ready;
  }

  /** Leaves out what was looked at, up to `bytes` of it. */
  drop(bytes: number): void {
    this.#ready = this.#ready.subarray(bytes);
  }

  /** The whole stream, what was looked at included; to be read once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    if (this.#ready.length > 0) yield this.#ready;
    this.#ready = Buffer.alloc(0);
    if (this.#failure) throw this.#failure.error;
    for (let chunk = await this.#next(); chunk; chunk = await this.#next()) yield chunk;
  }

  /** Lets the stream go, read to its end or not. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#chunks.return?.();
  }

  async #next(): Promise<Buffer | undefined> {
    if (this.#ended || this.#failure) return undefined;
    const next = await this.#chunks.next();
    if (!next.done) return next.value;
    this.#ended = true;
    return undefined;
  }
}
