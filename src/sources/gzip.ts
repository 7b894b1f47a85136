import { createGunzip } from "node:zlib";
import { DECODED_CHUNK, Decoder } from "./decoder.js";
import { corrupt, truncated } from "./damage.js";
import { slices } from "./slices.js";

/**
 * Decompresses gzip with any number of members. One piece is decoded on another thread while the
 * one before it is in use.
 */
export async function* gunzip(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const decoder = new Decoder(createGunzip({ chunkSize: DECODED_CHUNK }));
  try {
    let decoded: Buffer[] = [];
    let written = 0;
    for await (const piece of slices(chunks)) {
      const working = decoder.write(piece);
      yield* decoded;
      await working;
      decoded = decoder.take();
      written += piece.length;
      if (decoder.failure) break;
      if (decoder.ended && !isPadding(piece.subarray(decoder.position - written))) {
        yield* decoded;
        throw corrupt("gzip", name, decoder.position, "something else follows the gzip data");
      }
    }
    yield* decoded;
    await decoder.end();
    yield* decoder.take();
    if (decoder.failure) throw damage(decoder, decoder.failure, name);
  } finally {
    decoder.close();
  }
}

/** Tapes and some tools fill a file up with zeros; zlib stops there. */
function isPadding(rest: Buffer): boolean {
  return rest.every((byte) => byte === 0);
}

function damage(decoder: Decoder, error: Error & { code?: string }, name: string): Error {
  if (error.code === "Z_BUF_ERROR") return truncated("gzip", name, decoder.position);
  return corrupt("gzip", name, decoder.position, error);
}
