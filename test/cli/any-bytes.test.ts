import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { culprit, folder, jsonLines } from "./culprit.js";
import { combined, log, random } from "./logs.js";

/** The lines of a log as anybody would count them; a CR belongs to the end of a line only before LF. */
function linesOf(bytes: Buffer): Buffer[] {
  let rest: Buffer = bytes;
  while (rest.subarray(0, 3).equals(Buffer.from("\uFEFF"))) rest = rest.subarray(3);
  const lines: Buffer[] = [];
  for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
    lines.push(rest.subarray(0, at > 0 && rest[at - 1] === 13 ? at - 1 : at));
    rest = rest.subarray(at + 1);
  }
  return rest.length === 0 ? lines : [...lines, rest];
}

/** A zstd frame whose blocks are stored as they are. */
function zstdStored(bytes: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0]), size];
  const most = 128 * 1024;
  for (let at = 0; at === 0 || at < bytes.length; at += most) {
    const block = bytes.subarray(at, at + most);
    const header = (block.length << 3) | (at + most >= bytes.length ? 1 : 0);
    parts.push(Buffer.from([header & 255, (header >> 8) & 255, header >> 16]), block);
  }
  return Buffer.concat(parts);
}

function* byteByByte(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
}

const PARSE = ["parse", "--format", "combined", "--jsonl"];

/** Parses bytes, checks that no line is lost or moved, and returns the rows. */
async function parse(bytes: Buffer): Promise<Record<string, unknown>[]> {
  const lines = linesOf(bytes);
  const file = log("bytes.log", bytes);
  const { out, err, left } = await culprit([...PARSE, file, "--rejects", "kept.log"]);
  expect(left).toEqual([]);
  const rows = jsonLines(out);
  expect(rows.map(({ line }) => line)).toEqual(lines.map((_, at) => at + 1));
  const kinds = rows.map((row) =>
    "rejected" in row ? "rejected" : "blank" in row ? "blank" : "parsed",
  );
  const count = (kind: string): string =>
    kinds.filter((one) => one === kind).length.toLocaleString("en");
  expect(err.replaceAll(/ \([^)]*%\)/g, "")).toContain(
    `: ${lines.length.toLocaleString("en")} lines = ${count("parsed")} parsed + ` +
      `${count("rejected")} rejected + ${count("blank")} blank`,
  );
  const rejected = lines.filter((line, at) => kinds[at] === "rejected" && line.length < 16_000_000);
  if (rejected.length === kinds.filter((kind) => kind === "rejected").length) {
    const kept = Buffer.concat(rejected.flatMap((line) => [line, Buffer.from("\n")]));
    expect(readFileSync(path.join(folder, "kept.log")).equals(kept)).toBe(true);
  }
  lines.forEach((line, at) => {
    if (kinds[at] === "blank") expect(line.toString("latin1").trim()).toBe("");
  });
  return rows;
}

const SPECIAL = [
  "\uEF41", // the delimiter and the null text that the engine is told
  "\uEF42",
  "\uEF0A",
  "\uFEFF",
  "\0",
  '"',
  "\\",
  '\\"',
  "\\N",
  "NULL",
  "\r",
  "\t",
  "\u0001\u0002\u0003\u0004",
  "\u2028",
  "'; DROP TABLE requests; --",
  "é",
  "\u{1F600}",
  "#Fields: x",
];

/** A line without LF, far from or near to one that Apache would write. */
function badLine(next: (below: number) => number): Buffer {
  const kind = next(6);
  if (kind === 0)
    return Buffer.from(Array.from({ length: next(80) }, () => (next(255) + 11) % 256));
  const line = combined({ target: `/x${next(1000)}`, agent: "a b" });
  const at = next(line.length);
  const special = SPECIAL[next(SPECIAL.length)] ?? "";
  if (kind === 1) return Buffer.from(line.slice(0, at));
  if (kind === 2) return Buffer.from(line.slice(0, at) + special + line.slice(at));
  if (kind === 3) return Buffer.from(special.repeat(1 + next(3)));
  const bytes = Buffer.from(line);
  for (let n = 0; n <= next(4); n++) bytes[next(bytes.length)] = (next(255) + 11) % 256;
  return kind === 4 ? bytes : bytes.subarray(next(bytes.length));
}

describe("whatever bytes", () => {
  test.each(Array.from({ length: 6 }, (_, seed) => seed))("random bytes %i", async (seed) => {
    const next = random(seed);
    const size = [0, 1, 2, 50, 500, 5000][seed % 6] ?? 0;
    const bytes = Buffer.from(Array.from({ length: size }, () => (next(3) === 0 ? 10 : next(256))));
    await parse(Buffer.concat([Buffer.from("x"), bytes]));
  });

  test.each(Array.from({ length: 15 }, (_, seed) => seed))("good neighbours %i", async (seed) => {
    const next = random(seed + 1000);
    const parts: Buffer[] = [];
    const good = new Map<number, string>();
    for (let line = 1; line <= 60; line++) {
      if (line % 2 === 1) {
        good.set(line, `/good/${line}`);
        parts.push(Buffer.from(combined({ target: `/good/${line}` })));
      } else parts.push(badLine(next));
      parts.push(Buffer.from(["\n", "\r\n"][seed % 3 === 2 ? next(2) : seed % 3] ?? "\n"));
    }
    if (seed % 4 === 0) parts.pop();
    const rows = await parse(Buffer.concat(parts));
    for (const [line, target] of good) expect(rows[line - 1]).toMatchObject({ line, path: target });
  });

  test.each<[name: string, text: string, kinds: string]>([
    ["nothing", "", ""],
    ["only a line end", "\n", "b"],
    ["only blank lines", "\n\r\n \n\t\n\n", "bbbbb"],
    ["only a byte order mark", "\uFEFF", ""],
    ["blank lines without a last end", "\n\n ", "bbb"],
    ["no end at the last line", `${combined()}\n${combined()}`, "pp"],
    ["a byte order mark", `\uFEFF${combined()}\n`, "p"],
    ["a byte order mark twice", `\uFEFF\uFEFF${combined()}\n`, "p"],
    ["CRLF", `${combined()}\r\n\r\n${combined()}\r\n`, "pbp"],
    ["a lone CR at the end", `${combined()}\n\r`, "pr"],
    ["a NUL line", `\0\n${combined()}\n`, "rp"],
    ["NULs before a line, as copytruncate leaves them", `${"\0".repeat(5000)}${combined()}\n`, "r"],
    ["an unbalanced quote", `${combined({ agent: 'a "b' })}\n${combined()}\n`, "?p"],
    ["a quote alone", `"\n${combined()}\n"\n${combined()}`, "rprp"],
  ])("%s", async (_name, text, kinds) => {
    const rows = await parse(Buffer.from(text));
    const found = rows.map((row) => ("rejected" in row ? "r" : "blank" in row ? "b" : "p"));
    expect(found).toHaveLength(kinds.length);
    found.forEach((kind, at) => expect(["?", kind]).toContain(kinds[at]));
  });

  test("a line of 10 MB is read, one of 20 MB is cut and rejected by name", async () => {
    const long = (size: number): string => combined({ target: `/${"a".repeat(size)}` });
    const lines = [
      combined({ target: "/first" }),
      long(1e7),
      long(2e7),
      combined({ agent: "b".repeat(2e7) }),
      combined({ target: "/last" }),
    ];
    const rows = await parse(Buffer.from(lines.join("\n")));
    expect(rows[0]).toMatchObject({ path: "/first" });
    expect(String(rows[1]?.["path"])).toHaveLength(1e7 + 1);
    expect(rows[2]?.["rejected"]).toMatch(/^the line is too long: 199\d{5} bytes/);
    expect(rows[3]?.["rejected"]).toMatch(/^the line is too long: 199\d{5} bytes/);
    expect(rows[4]).toMatchObject({ line: 5, path: "/last" });
  });

  test("the engine's own delimiter and null text are text like any other", async () => {
    const hostile = SPECIAL.filter((text) => !/["\\\r\uFEFF]/.test(text)).map(
      (text) => `/${text}/`,
    );
    const rows = await parse(
      Buffer.from(hostile.map((agent) => `${combined({ agent })}\n`).join("")),
    );
    expect(rows.map(({ user_agent: agent }) => agent)).toEqual(
      hostile.map((agent) => agent.replaceAll("\0", "\\x00")),
    );
  });
});

describe("however the bytes arrive", () => {
  const next = random(7);
  const mixed = Buffer.concat(
    Array.from({ length: 80 }, (_, at) => [
      at % 3 === 0 ? badLine(next) : Buffer.from(combined({ target: `/${at}` })),
      Buffer.from(at % 5 === 0 ? "\r\n\n" : "\n"),
    ]).flat(),
  );
  const read = async (source: string, stdin?: Iterable<Buffer>): Promise<unknown[]> => {
    const { out } = await culprit([...PARSE, source], stdin === undefined ? {} : { stdin });
    return jsonLines(out);
  };

  test.each<[name: string, bytes: Buffer]>([
    ["gz", gzipSync(mixed)],
    [
      "gz in two members",
      Buffer.concat([gzipSync(mixed.subarray(0, 999)), gzipSync(mixed.subarray(999))]),
    ],
    ["zst", zstdStored(mixed)],
    ["empty gz", gzipSync(Buffer.alloc(0))],
    ["blank gz", gzipSync(Buffer.from("\n\n"))],
  ])("%s", async (name, bytes) => {
    const plain = name.startsWith("empty")
      ? Buffer.alloc(0)
      : name.startsWith("blank")
        ? Buffer.from("\n\n")
        : mixed;
    const wanted = await read(log("plain.log", plain));
    expect(await read(log("packed", bytes))).toEqual(wanted);
    expect(await read("-", [bytes])).toEqual(wanted);
    expect(wanted).toHaveLength(linesOf(plain).length);
  });

  test("byte by byte through standard input", async () => {
    const few = mixed.subarray(0, 3000);
    expect(await read("-", byteByByte(few))).toEqual(await read(log("few.log", few)));
    expect(await read("-", byteByByte(gzipSync(few)))).toEqual(await read(log("few.log", few)));
  });
});

/** Read from disk by the engine itself from 4 MiB on, in pieces of 32 MiB that several threads read. */
describe("a large file is the same whichever way it is read", () => {
  const hash = async (argv: string[], stdin: Iterable<Buffer> = []): Promise<string> => {
    const run = await culprit(["parse", ...argv, "--format", "combined", "--jsonl"], { stdin });
    expect(run.code).toBe(0);
    return createHash("sha256").update(run.out).digest("hex");
  };
  const lines = (count: number, agent: (at: number) => string): string[] =>
    Array.from({ length: count }, (_, at) => combined({ target: `/${at}`, agent: agent(at) }));
  const next = random(3);
  const cases: [name: string, text: () => string][] = [
    ["LF", () => `${lines(5500, () => "x".repeat(800 + next(200))).join("\n")}\n`],
    ["CRLF", () => `${lines(5500, () => "x".repeat(900)).join("\r\n")}\r\n`],
    [
      "LF and CRLF",
      () =>
        lines(5500, () => "é".repeat(400 + next(9)))
          .map((line, at) => `${line}${at % 3 === 0 ? "\r" : ""}\n`)
          .join(""),
    ],
    ["blank lines", () => lines(5500, () => "x".repeat(800)).join("\n\n")],
    ["a byte order mark", () => `\uFEFF${lines(5500, () => "x".repeat(800)).join("\n")}`],
    [
      "long lines over 32 MiB",
      () => lines(900, (at) => "y".repeat(at % 10 === 0 ? 300_000 : 7000)).join("\n"),
    ],
  ];
  test.each(cases)("%s", async (name, make) => {
    const bytes = Buffer.from(make());
    expect(bytes.length).toBeGreaterThan(4 * 2 ** 20);
    const columns = name.startsWith("long") ? ["--columns", "time,path,status"] : [];
    const direct = await hash([log("large.log", bytes), ...columns]);
    expect(await hash([log("large.log.gz", gzipSync(bytes, { level: 1 })), ...columns])).toBe(
      direct,
    );
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1e6) }, (_, at) =>
      bytes.subarray(at * 1e6, (at + 1) * 1e6),
    );
    expect(await hash(["-", ...columns], chunks)).toBe(direct);
  });
});

describe("--rejects", () => {
  const bytes = Buffer.concat([
    Buffer.from(`${combined()}\nbad é\r\n`),
    Buffer.from([0xff, 0xfe, 0x41, 0x0d, 0x42, 0x0a]),
    Buffer.from("\uEF41\n\uFEFFmark\n"),
  ]);

  test("has the bytes as they were", async () => {
    await culprit([...PARSE, log("some.log", bytes), "--rejects", "bad.log"]);
    const kept = readFileSync(path.join(folder, "bad.log"));
    const wanted = [Buffer.from("bad é\n"), Buffer.from([0xff, 0xfe, 0x41, 0x0d, 0x42, 0x0a])];
    expect(kept).toEqual(Buffer.concat([...wanted, Buffer.from("\uEF41\n\uFEFFmark\n")]));
  });

  test(".jsonl has place and reason too", async () => {
    const file = log("some.log", bytes);
    await culprit([...PARSE, file, "--rejects", "bad.jsonl"]);
    const rows = jsonLines(readFileSync(path.join(folder, "bad.jsonl"), "utf8"));
    const place = { source: file, reason: expect.any(String) as string };
    expect(rows).toEqual([
      { ...place, line: 2, raw: "bad é" },
      {
        ...place,
        line: 3,
        raw_base64: Buffer.from([0xff, 0xfe, 0x41, 0x0d, 0x42]).toString("base64"),
      },
      { ...place, line: 4, raw: "\uEF41" },
      { ...place, line: 5, raw: "\uFEFFmark" },
    ]);
  });
});
