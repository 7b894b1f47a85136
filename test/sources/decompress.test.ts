import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import * as fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import { Exit, Problem } from "../../src/problems/problem.js";
import { decompress } from "../../src/sources/decompress.js";
import { chunked, collect, collectUntilError, temporaryFolder, whole } from "./streams.js";
import { noZstd, zstd } from "./zstd-samples.js";

/** Text that compresses as logs do. */
function log(lines: number): Buffer {
  let text = "";
  for (let n = 0; n < lines; n++) {
    text += `203.0.113.${n % 251} - - "GET /${(n * 7919) % 100_003} HTTP/1.1" 200 ${n * 31}\n`;
  }
  return Buffer.from(text);
}

async function unpack(bytes: Buffer, lengths: readonly number[] = [bytes.length]): Promise<Buffer> {
  return collect(decompress(chunked(bytes, lengths), "access.log.gz"));
}

async function problemOf(
  bytes: Buffer,
  name = "access.log.gz",
): Promise<{ problem: Problem; bytes: Buffer }> {
  const { bytes: delivered, error } = await collectUntilError(decompress(whole(bytes), name));
  expect(error).toBeInstanceOf(Problem);
  expect((error as Problem).exit).toBe(Exit.input);
  return { problem: error as Problem, bytes: delivered };
}

const text = log(30_000);

describe("plain text", () => {
  const plain: [name: string, bytes: Buffer][] = [
    ["nothing", Buffer.alloc(0)],
    ["one byte", Buffer.from([0x1f])],
    ["a log", text],
    ["a line that begins like bzip2", Buffer.from("BZh9 is a host\n")],
    ["a line that begins like zip", Buffer.from("PK is a host\n")],
    [
      "a line with a byte order mark of the wrong kind",
      Buffer.from([0xff, 0xfe, 0x61, 0x62, 0x0a]),
    ],
    ["a line that says ustar where tar does", Buffer.from(`${"x".repeat(257)}ustar \n`.repeat(9))],
  ];
  test.each(plain)("%s passes as it is", async (_name, bytes) => {
    expect((await unpack(bytes)).equals(bytes)).toBe(true);
    const inBytes = Array<number>(99).fill(1);
    expect((await unpack(bytes, [...inBytes, 5000])).equals(bytes)).toBe(true);
  });
});

describe("gzip", () => {
  test("one member, in chunks of any size", async () => {
    const packed = gzipSync(text);
    for (const lengths of [[1, 1, 1, 5000], [100], [70_000], [packed.length]]) {
      expect((await unpack(packed, lengths)).equals(text)).toBe(true);
    }
  });

  test("as the gzip program writes it", async () => {
    const { stdout } = spawnSync("gzip", ["-c"], { input: text });
    expect((await unpack(stdout)).equals(text)).toBe(true);
  });

  test("many members, empty ones too, and zeros after the last", async () => {
    const members = ["a\n", "", text, "b"].map((member) => gzipSync(member));
    const packed = Buffer.concat([...members, Buffer.alloc(1000)]);
    for (const lengths of [[...Array<number>(99).fill(1), 500], [packed.length]]) {
      expect((await unpack(packed, lengths)).toString()).toBe(`a\n${text.toString()}b`);
    }
  });

  test("cut off: everything before the cut, then the byte where it ends", async () => {
    const packed = gzipSync(text);
    for (const length of [2, 9, 15, 5000, 100_000, packed.length - 9, packed.length - 1]) {
      const { problem, bytes } = await problemOf(packed.subarray(0, length));
      expect(problem.code).toBe("gzip-truncated");
      expect(problem.where).toBe(`access.log.gz: after byte ${length} of the compressed data`);
      expect(problem.help).toContain("gzip -dc access.log.gz | culprit … -");
      expect(text.subarray(0, bytes.length).equals(bytes)).toBe(true);
      // The gzip program itself is the measure of what can be had.
      const input = packed.subarray(0, length);
      const { stdout } = spawnSync("gzip", ["-dc"], { input, maxBuffer: 1 << 28 });
      expect(bytes.length).toBeGreaterThanOrEqual(stdout.length);
    }
  });

  test("a second member cut off leaves the first whole", async () => {
    const first = gzipSync("first\n");
    const { problem, bytes } = await problemOf(
      Buffer.concat([first, gzipSync(text).subarray(0, 12)]),
    );
    expect(problem.code).toBe("gzip-truncated");
    expect(bytes.toString()).toMatch(/^first\n/);
  });

  test("damaged in the middle: what was decoded before is there", async () => {
    const packed = gzipSync(text);
    packed.fill(0xff, 150_000, 150_200);
    const { problem, bytes } = await problemOf(packed);
    expect(problem.code).toBe("gzip-corrupt");
    expect(problem.where).toMatch(/^access\.log\.gz: after byte \d{6} of the compressed data$/);
    expect(bytes.length).toBeGreaterThan(400_000);
    expect(text.subarray(0, 400_000).equals(bytes.subarray(0, 400_000))).toBe(true);
  });

  test("the checksum is checked", async () => {
    const packed = gzipSync("a\n".repeat(1000));
    packed.writeUInt32LE(1, packed.length - 8);
    expect((await problemOf(packed)).problem.code).toBe("gzip-corrupt");
  });

  test("something else after it is not passed over in silence", async () => {
    const plain = Buffer.concat([gzipSync("a\n"), Buffer.from("plain text after it\n")]);
    expect((await problemOf(plain)).problem.code).toBe("gzip-corrupt");
    const zeros = Buffer.concat([gzipSync("a\n"), Buffer.from("\0\0\0 text after zeros\n")]);
    const { problem, bytes } = await problemOf(zeros);
    expect(problem.code).toBe("gzip-corrupt");
    expect(problem.why).toBe("something else follows the gzip data");
    expect(bytes.toString()).toBe("a\n");
  });
});

describe.skipIf(noZstd)("zstd", () => {
  test("one frame, in chunks of any size, at any level", async () => {
    for (const args of [["-1"], ["-19"], ["--no-check"], ["--no-content-size"], ["--long=24"]]) {
      const packed = zstd(text, ...args);
      for (const lengths of [[1, 1, 1, 5000], [100], [packed.length]]) {
        expect((await unpack(packed, lengths)).equals(text)).toBe(true);
      }
    }
  });

  test("many frames, empty and skippable ones too", async () => {
    const skippable = Buffer.from("5f2a4d1803000000616263", "hex");
    const frames = [skippable, zstd("a\n"), zstd(""), skippable, zstd(text), zstd("b")];
    const packed = Buffer.concat([...frames, skippable]);
    for (const lengths of [[...Array<number>(99).fill(1), 500], [packed.length]]) {
      expect((await unpack(packed, lengths)).toString()).toBe(`a\n${text.toString()}b`);
    }
  });

  test("text of any length", async () => {
    const property = fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 30 }),
      async (bytes, times, length) => {
        const plain = Buffer.concat(Array<Uint8Array>(times).fill(bytes));
        expect((await unpack(zstd(plain), [length])).equals(plain)).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test("cut off: what can be decoded, then the byte where it ends", async () => {
    const packed = zstd(text);
    for (const length of [4, 7, 5000, 100_000, packed.length - 1]) {
      const { problem, bytes } = await problemOf(packed.subarray(0, length));
      expect(problem.code).toBe("zstd-truncated");
      expect(problem.where).toBe(`access.log.gz: after byte ${length} of the compressed data`);
      expect(text.subarray(0, bytes.length).equals(bytes)).toBe(true);
      if (length === 100_000) expect(bytes.length).toBeGreaterThan(300_000);
    }
  });

  test("damage is seen, wherever it is", async () => {
    const packed = zstd(text);
    let seen = 0;
    for (let at = 20; at < packed.length; at += 9973) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      const { problem } = await problemOf(damaged);
      expect(problem.code).toMatch(/^zstd-(corrupt|truncated)$/);
      seen++;
    }
    expect(seen).toBeGreaterThan(10);
  });

  test("a wrong length is seen without a checksum", async () => {
    const packed = zstd("abc", "--no-check", "--stream-size=3");
    const at = packed.indexOf(3, 4);
    packed[at] = 4;
    expect((await problemOf(packed)).problem.code).toBe("zstd-corrupt");
  });

  test("something else after it is not passed over in silence", async () => {
    const { problem, bytes } = await problemOf(
      Buffer.concat([zstd("a\n"), Buffer.from("plain text after it\n")]),
    );
    expect(problem.code).toBe("zstd-corrupt");
    expect(bytes.toString()).toBe("a\n");
  });
});

describe("what culprit does not open is named, with the command that does", () => {
  const foreign: [name: string, bytes: Buffer | string, what: RegExp, help: string][] = [
    ["a.bz2", "BZh91AY&SY\x12\x34", /bzip2/, "bunzip2 -c a.bz2 | culprit … -"],
    ["empty.bz2", "BZh9\x17rE8P\x90\0\0\0\0", /bzip2/, "bunzip2 -c empty.bz2 | culprit … -"],
    ["a.xz", "\xfd7zXZ\0\0\x04", /xz/, "xz -dc a.xz | culprit … -"],
    ["a.zip", "PK\x03\x04\x14\0", /zip/, "unzip -p a.zip | culprit … -"],
    ["a.lz4", "\x04\x22\x4d\x18\x64", /lz4/, "lz4 -dc a.lz4 | culprit … -"],
    ["a.Z", "\x1f\x9d\x90abc", /compress/, "gzip -dc a.Z | culprit … -"],
    ["a.7z", "7z\xbc\xaf\x27\x1c\0", /7z/, "7z x -so a.7z | culprit … -"],
    ["a.log", Buffer.from("\uFEFFa log\n", "utf16le"), /UTF-16/, "iconv -f UTF-16 -t UTF-8 a.log"],
    ["it's.xz", "\xfd7zXZ\0\0\x04", /xz/, String.raw`xz -dc 'it'\''s.xz' | culprit … -`],
    ["-x.xz", "\xfd7zXZ\0\0\x04", /xz/, "xz -dc ./-x.xz | culprit … -"],
    ["stdin", "\xfd7zXZ\0\0\x04", /xz/, "… | xz -dc - | culprit … -"],
    ["ssh://web/a.xz", "\xfd7zXZ\0\0\x04", /xz/, "ssh web 'xz -dc /a.xz' | culprit … -"],
    [
      "ssh://u@web:22/a.xz",
      "\xfd7zXZ\0\0\x04",
      /xz/,
      "ssh -p 22 u@web 'xz -dc /a.xz' | culprit … -",
    ],
    ["a.gz.gz", gzipSync(gzipSync("a")), /gzip inside gzip/, "gzip -dc a.gz.gz | culprit … -"],
    ["a.tar", tar("a\n"), /tar archive/, "tar -xOf a.tar | culprit … -"],
    ["a.tgz", gzipSync(tar("a\n")), /tar archive/, "tar -xOf a.tgz | culprit … -"],
  ];
  test.each(foreign)("%s", async (name, bytes, what, help) => {
    const stored = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    const { problem, bytes: delivered } = await problemOf(stored, name);
    expect(problem.code).toBe("input-foreign");
    expect(problem.message).toMatch(what);
    expect(problem.where).toBe(name);
    expect(problem.help).toContain(help);
    expect(delivered).toHaveLength(0);
  });

  test("the command works as it is printed", async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, "a log's.bz2");
    const { stdout, error } = spawnSync("bzip2", ["-c"], { input: text, maxBuffer: 1 << 28 });
    if (error) return;
    await writeFile(file, stdout);
    const { problem } = await problemOf(stdout, file);
    const command = problem.help?.replace("culprit … -", "cat") ?? "";
    expect(spawnSync("sh", ["-c", command], { maxBuffer: 1 << 28 }).stdout.equals(text)).toBe(true);
  });
});

test("the stored stream is closed when the reader stops, and when it is refused", async () => {
  for (const bytes of [text, gzipSync(text), Buffer.from("\xfd7zXZ\0\0\x04", "latin1")]) {
    let closed = false;
    const stored = async function* (): AsyncGenerator<Buffer> {
      try {
        for (;;) yield await Promise.resolve(bytes);
      } finally {
        closed = true;
      }
    };
    const reading = async (): Promise<void> => {
      for await (const chunk of decompress(stored(), "x")) if (chunk.length > 0) return;
    };
    await reading().catch(() => undefined);
    expect(closed).toBe(true);
  }
});

test("an error of the source passes as it is", async () => {
  const stored = Readable.from(
    (function* () {
      yield gzipSync(text).subarray(0, 100_000);
      throw new Error("the disk is gone");
    })(),
  );
  const { bytes, error } = await collectUntilError(decompress(stored, "x"));
  expect(error).toEqual(new Error("the disk is gone"));
  expect(bytes.length).toBeGreaterThan(0);
});

/** A tar archive of one file, as far as it matters here. */
function tar(content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write("access.log", 0);
  header.write("0000644\0", 100);
  header.write("ustar\x0000", 257);
  return Buffer.concat([header, Buffer.from(content.padEnd(512, "\0")), Buffer.alloc(1024)]);
}
