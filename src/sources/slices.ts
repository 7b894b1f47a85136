/** Compressed bytes given to a decoder at once: text is at most a thousand times that. */
const SLICE = 64 * 1024;

/** The same bytes in pieces of at most 64 KiB. */
export async function* slices(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += SLICE) yield chunk.subarray(at, at + SLICE);
  }
}
