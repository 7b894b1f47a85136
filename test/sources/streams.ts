import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** Everything a stream delivers. */
export async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await pieces(chunks));
}

/** What a stream delivers, and the error that it ends with, if any. */
export async function collectUntilError(
  chunks: AsyncIterable<Buffer>,
): Promise<{ bytes: Buffer; error: unknown }> {
  const delivered: Buffer[] = [];
  let error: unknown;
  try {
    for await (const chunk of chunks) delivered.push(chunk);
  } catch (caught) {
    error = caught;
  }
  return { bytes: Buffer.concat(delivered), error };
}

/** The chunks that a stream delivers. */
export async function pieces(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const delivered: Buffer[] = [];
  for await (const chunk of chunks) delivered.push(chunk);
  return delivered;
}

/** A stream of the given bytes, cut at the given lengths, the last one repeated. */
export async function* chunked(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let n = 0; at < bytes.length; n++) {
    const length = Math.max(1, lengths[Math.min(n, lengths.length - 1)] ?? bytes.length);
    yield await Promise.resolve(bytes.subarray(at, at + length));
    at += length;
  }
}

/** The bytes in one chunk. */
export function whole(bytes: Buffer): AsyncGenerator<Buffer> {
  return chunked(bytes, [bytes.length]);
}

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "culprit-sources-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
