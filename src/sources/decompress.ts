import { gunzip } from "./gzip.js";
import { HEAD_BYTES, archiveProblem, compressionOf, foreignProblem } from "./magic.js";
import { Peekable } from "./peekable.js";
import { unzstd } from "./zstd.js";

/**
 * Plain bytes from stored ones: gzip and zstd are told by their first bytes, also when several
 * members or frames stand one after the other; anything else passes as it is.
 * Damaged input is a Problem, thrown after the bytes that could be decoded before the damage.
 *
 * @example
 * for await (const chunk of decompress(input.open(), input.name)) …
 */
export async function* decompress(
  chunks: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<Buffer> {
  const stored = new Peekable(chunks);
  try {
    const compression = compressionOf(await stored.peek(HEAD_BYTES));
    if (!compression) yield* readable(stored, name);
    else {
      const decode = compression === "gzip" ? gunzip : unzstd;
      yield* readable(new Peekable(decode(stored, name)), name, compression);
    }
  } finally {
    await stored.close();
  }
}

/** The stream as it is, unless its beginning says that it is no text. */
async function* readable(
  plain: Peekable,
  name: string,
  outer?: "gzip" | "zstd",
): AsyncGenerator<Buffer> {
  try {
    const head = await plain.peek(HEAD_BYTES);
    const problem = foreignProblem(head, name, outer) ?? archiveProblem(head, name);
    if (problem) throw problem;
    yield* plain;
  } finally {
    await plain.close();
  }
}
