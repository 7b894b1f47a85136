import { constants, open as openCallback } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { Socket } from "node:net";
import { promisify } from "node:util";
import { cannotRead, errorCode } from "./file-problems.js";

const CHUNK = 1 << 20;

/** The bytes of a regular file in chunks of 1 MiB; one chunk is read ahead while another is in use. */
export async function* readFileBytes(absolute: string, name: string): AsyncGenerator<Buffer> {
  let file: FileHandle | undefined;
  let ahead: Promise<Buffer> | undefined;
  try {
    file = await open(absolute, "r");
    ahead = readChunk(file);
    for (let chunk = await ahead; chunk.length > 0; chunk = await ahead) {
      ahead = readChunk(file);
      yield chunk;
    }
  } catch (error) {
    throw errorCode(error) ? cannotRead(name, error) : error;
  } finally {
    await ahead?.catch(() => undefined);
    await file?.close();
  }
}

async function readChunk(file: FileHandle): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
  return buffer.subarray(0, bytesRead);
}

/** A plain descriptor: a FileHandle would close it under the socket when it is garbage-collected. */
const openDescriptor = promisify<string, number, number>(openCallback);

/**
 * The bytes of a named pipe or of a process substitution such as `/dev/fd/63`.
 * They go through a socket, because a blocking read would hold a thread that nothing can interrupt.
 */
export async function* readPipe(absolute: string, name: string): AsyncGenerator<Buffer> {
  let socket: Socket | undefined;
  try {
    const descriptor = await openDescriptor(absolute, constants.O_RDONLY | withoutWaiting());
    socket = new Socket({ fd: descriptor, readable: true, writable: false });
    for await (const chunk of socket as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw errorCode(error) ? cannotRead(name, error) : error;
  } finally {
    socket?.destroy();
  }
}

/**
 * On Linux a named pipe opened before its first writer does not report its end, so opening need not
 * wait for one. Elsewhere it would look ended at once.
 */
function withoutWaiting(): number {
  return process.platform === "linux" ? constants.O_NONBLOCK : 0;
}
