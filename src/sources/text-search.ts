const LF = 0x0a;

/** Looks for texts in a stream of chunks, also where a text is cut in two between them. */
export class TextSearch {
  readonly #texts: readonly { readonly text: Buffer; readonly rare: number | undefined }[];
  readonly #room: number;
  #tail = Buffer.alloc(0);

  constructor(texts: readonly Buffer[]) {
    // Line ends are everywhere: another byte of the text tells sooner that it is not there.
    this.#texts = texts.map((text) => ({ text, rare: text.find((byte) => byte !== LF) }));
    this.#room = Math.max(0, ...texts.map(({ length }) => length - 1));
  }

  /** Whether one of the texts ends in this chunk, which follows the ones before. */
  foundIn(chunk: Buffer): boolean {
    const seam = Buffer.concat([this.#tail, chunk.subarray(0, this.#room)]);
    this.#tail = Buffer.from(
      chunk.length < this.#room
        ? seam.subarray(Math.max(0, seam.length - this.#room))
        : chunk.subarray(chunk.length - this.#room),
    );
    return this.#texts.some(
      ({ text, rare }) =>
        seam.includes(text) ||
        ((rare === undefined || chunk.includes(rare)) && chunk.includes(text)),
    );
  }
}
