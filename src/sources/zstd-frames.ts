/*
 * Finds where the frames of a zstd file begin and end, without decoding them (RFC 8878, section 3.1).
 * Decoders need this: node:zlib stops after the first frame and says nothing, fzstd checks neither
 * the length nor the checksum that a frame promises.
 */
const FRAME = 0xfd2fb528;
const FRAME_BYTES = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const SKIPPABLE = 0x184d2a50;
/** Blocks are 128 KiB of text at most; a piece is cut after so many, to bound what one piece decodes to. */
const BLOCKS_A_PIECE = 32;

/** A piece of a frame. The first piece of a frame begins with its magic number. */
export interface FramePiece {
  readonly bytes: Buffer;
  /** Only on the last piece of a frame. */
  readonly end?: FrameEnd;
}

/** What a frame says about the text in it. */
export interface FrameEnd {
  readonly contentSize?: bigint;
  /** The low 32 bits of the XXH64 of the text. */
  readonly checksum?: number;
}

type State = "magic" | "descriptor" | "header" | "block" | "checksum" | "skip";

/** Walks over a stream of zstd data that arrives in chunks. */
export class FrameWalker {
  #state: State = "magic";
  /** The bytes of the field being read, and how many it needs. */
  #field: number[] = [];
  #needed = 4;
  /** Bytes to step over: the content of a block or of a skippable frame. */
  #pass = 0;
  #afterPass: () => void = () => undefined;
  #position = 0;
  #blocks = 0;
  #sizeBytes = 0;
  #hasChecksum = false;
  #contentSize: bigint | undefined;
  #end: FrameEnd | undefined;
  #began = false;
  #failure: string | undefined;

  /** Why the bytes are no zstd data; nothing more is walked over after that. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The bytes walked over. */
  get position(): number {
    return this.#position;
  }

  /** Whether the stream may end here. */
  get atBoundary(): boolean {
    return this.#state === "magic" && this.#field.length === 0 && this.#pass === 0;
  }

  /** The pieces of frames in the next chunk, as far as it is zstd data: see `failure`. */
  *walk(chunk: Buffer): Generator<FramePiece> {
    let from = 0;
    let inFrame = this.#isInFrame();
    for (let at = 0; at < chunk.length && !this.#failure;) {
      const before = at;
      at = this.#step(chunk, at);
      this.#position += at - before;
      if (this.#began) {
        this.#began = false;
        inFrame = true;
        from = at;
        yield { bytes: FRAME_BYTES };
      } else if (this.#end) {
        yield { bytes: chunk.subarray(from, at), end: this.#end };
        this.#end = undefined;
        inFrame = false;
      } else if (inFrame && this.#blocks >= BLOCKS_A_PIECE) {
        this.#blocks = 0;
        yield { bytes: chunk.subarray(from, at) };
        from = at;
      }
    }
    if (inFrame && from < chunk.length) yield { bytes: chunk.subarray(from) };
  }

  #isInFrame(): boolean {
    return this.#state !== "magic" && this.#state !== "skip";
  }

  /** Steps over what it can from `at`, and says where it stands. */
  #step(chunk: Buffer, at: number): number {
    if (this.#pass > 0) {
      const length = Math.min(this.#pass, chunk.length - at);
      this.#pass -= length;
      if (this.#pass === 0) this.#afterPass();
      return at + length;
    }
    this.#field.push(chunk[at] ?? 0);
    if (this.#field.length === this.#needed) this.#readField(Buffer.from(this.#field));
    return at + 1;
  }

  #expect(state: State, bytes: number): void {
    this.#state = state;
    this.#needed = bytes;
    this.#field = [];
  }

  #skip(bytes: number, then: () => void): void {
    this.#field = [];
    this.#pass = bytes;
    this.#afterPass = then;
    if (bytes === 0) then();
  }

  #readField(field: Buffer): void {
    switch (this.#state) {
      case "magic":
        return this.#readMagic(field.readUInt32LE());
      case "skip":
        return this.#skip(field.readUInt32LE(), () => this.#expect("magic", 4));
      case "descriptor":
        return this.#readDescriptor(field.readUInt8());
      case "header":
        this.#contentSize = sizeIn(field.subarray(field.length - this.#sizeBytes));
        return this.#expect("block", 3);
      case "block":
        return this.#readBlock(field.readUIntLE(0, 3));
      case "checksum":
        return this.#finish(field.readUInt32LE());
    }
  }

  #readMagic(magic: number): void {
    if (magic === FRAME) {
      this.#began = true;
      this.#blocks = 0;
      this.#expect("descriptor", 1);
    } else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      this.#expect("skip", 4);
    } else {
      this.#failure = "something that is no zstd frame follows";
    }
  }

  #readDescriptor(descriptor: number): void {
    const isSingle = (descriptor & 0x20) !== 0;
    const windowBytes = isSingle ? 0 : 1;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    this.#sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#expect("header", windowBytes + dictionaryBytes + this.#sizeBytes);
  }

  #readBlock(header: number): void {
    const isLast = (header & 1) !== 0;
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3) this.#failure = "a block is of no known type";
    this.#blocks++;
    this.#skip(type === 1 ? 1 : size, () => {
      if (!isLast) this.#expect("block", 3);
      else if (this.#hasChecksum) this.#expect("checksum", 4);
      else this.#finish();
    });
  }

  #finish(checksum?: number): void {
    this.#end = {
      ...(this.#contentSize === undefined ? {} : { contentSize: this.#contentSize }),
      ...(checksum === undefined ? {} : { checksum }),
    };
    this.#expect("magic", 4);
  }
}

function sizeIn(field: Buffer): bigint | undefined {
  if (field.length === 0) return undefined;
  if (field.length === 8) return field.readBigUInt64LE();
  const size = BigInt(field.readUIntLE(0, field.length));
  return field.length === 2 ? size + 256n : size;
}
