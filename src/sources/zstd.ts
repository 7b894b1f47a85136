import { corrupt, truncated } from "./damage.js";
import { slices } from "./slices.js";
import { newFrameDecoder, type FrameDecoder } from "./zstd-decoder.js";
import { FrameWalker } from "./zstd-frames.js";

/** Decompresses zstd with any number of frames. */
export async function* unzstd(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const frames = new FrameWalker();
  let decoder: FrameDecoder | undefined;
  try {
    for await (const slice of slices(chunks)) {
      for (const piece of frames.walk(slice)) {
        decoder ??= await newFrameDecoder();
        const failure = await decoder.decode(piece);
        yield* decoder.take();
        if (failure !== undefined) throw corrupt("zstd", name, frames.position, failure);
        if (piece.end) {
          decoder.close();
          decoder = undefined;
        }
      }
      if (frames.failure) throw corrupt("zstd", name, frames.position, frames.failure);
    }
    if (!frames.atBoundary) throw truncated("zstd", name, frames.position);
  } finally {
    decoder?.close();
  }
}
