import zlib from "node:zlib";
import { DECODED_CHUNK, Decoder, type ZlibStream } from "./decoder.js";
import { Xxh64 } from "./xxh64.js";
import type { FrameEnd, FramePiece } from "./zstd-frames.js";

/** Decodes one frame of zstd. */
export interface FrameDecoder {
  /** Takes the next piece; says what is wrong with it, if anything. */
  decode(piece: FramePiece): Promise<string | undefined>;
  /** What was decoded since the last call, also after a failure. */
  take(): Buffer[];
  close(): void;
}

/** In Node since 22.15; the types of older versions do not know it. */
const { createZstdDecompress } = zlib as {
  createZstdDecompress?: (options: { chunkSize: number }) => ZlibStream;
};

/** A decoder for the next frame: Node's own where it has one, else fzstd. */
export async function newFrameDecoder(): Promise<FrameDecoder> {
  if (createZstdDecompress) {
    return new NativeFrameDecoder(createZstdDecompress({ chunkSize: DECODED_CHUNK }));
  }
  const { Decompress } = await import("fzstd");
  return new ScriptFrameDecoder(new Decompress());
}

class NativeFrameDecoder implements FrameDecoder {
  readonly #decoder: Decoder;

  constructor(stream: ZlibStream) {
    this.#decoder = new Decoder(stream);
  }

  async decode({ bytes, end }: FramePiece): Promise<string | undefined> {
    await this.#decoder.write(bytes);
    if (end) await this.#decoder.end();
    return this.#decoder.failure?.message;
  }

  take(): Buffer[] {
    return this.#decoder.take();
  }

  close(): void {
    this.#decoder.close();
  }
}

/** The part of fzstd's decoder that is used. */
interface Decompress {
  ondata: (text: Uint8Array) => unknown;
  push(bytes: Uint8Array, final?: boolean): unknown;
}

/** fzstd takes any bytes for text that decode at all; the promises of the frame are checked here. */
class ScriptFrameDecoder implements FrameDecoder {
  readonly #decompress: Decompress;
  readonly #checksum = new Xxh64();
  #length = 0;
  #decoded: Buffer[] = [];

  constructor(decompress: Decompress) {
    this.#decompress = decompress;
    decompress.ondata = (text) => {
      if (text.length === 0) return;
      this.#length += text.length;
      this.#checksum.update(text);
      this.#decoded.push(Buffer.from(text.buffer, text.byteOffset, text.length));
    };
  }

  decode({ bytes, end }: FramePiece): Promise<string | undefined> {
    try {
      this.#decompress.push(bytes, end !== undefined);
    } catch (error) {
      return Promise.resolve(error instanceof Error ? error.message : String(error));
    }
    return Promise.resolve(end && this.#brokenPromise(end));
  }

  #brokenPromise({ contentSize, checksum }: FrameEnd): string | undefined {
    if (contentSize !== undefined && contentSize !== BigInt(this.#length)) {
      return `a frame decodes to ${this.#length} bytes and promises ${contentSize}`;
    }
    if (checksum === undefined) return undefined;
    const actual = Number(BigInt.asUintN(32, this.#checksum.digest()));
    return actual === checksum ? undefined : "the checksum of a frame does not match its text";
  }

  take(): Buffer[] {
    const decoded = this.#decoded;
    this.#decoded = [];
    return decoded;
  }

  close(): void {
    this.#decoded = [];
  }
}
