import { Exit, Problem } from "../problems/problem.js";
import { fileWord, quoteForShell } from "./shell-word.js";
import { parseSshAddress } from "./ssh-address.js";

/** Enough of a file's beginning to know how it is stored. */
export const HEAD_BYTES = 16;

export type Compression = "gzip" | "zstd";

/** How a file is compressed, by its first bytes and never by its name; undefined for plain text. */
export function compressionOf(head: Buffer): Compression | undefined {
  if (startsWith(head, [0x1f, 0x8b])) return "gzip";
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return "zstd";
  // A skippable frame, which pzstd writes before the first real one.
  if (((head[0] ?? 0) & 0xf0) === 0x50 && startsWith(head.subarray(1), [0x2a, 0x4d, 0x18])) {
    return "zstd";
  }
  return undefined;
}

/** Something that holds log lines and that culprit does not open. */
interface Foreign {
  readonly kind: string;
  /** The command that writes the plain log to stdout, given the shell word of the file. */
  readonly mend: (file: string) => string;
  readonly is: (head: Buffer) => boolean;
}

const FOREIGN: readonly Foreign[] = [
  {
    kind: "bzip2",
    mend: (file) => `bunzip2 -c ${file}`,
    // The block header after it, so that a line that begins with "BZh9" stays a line.
    is: (head) => /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(head.toString("latin1")),
  },
  {
    kind: "xz",
    mend: (file) => `xz -dc ${file}`,
    is: (head) => startsWith(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
  },
  {
    kind: "zip",
    mend: (file) => `unzip -p ${file}`,
    is: (head) => startsWith(head, [0x50, 0x4b, 0x03, 0x04]),
  },
  {
    kind: "lz4",
    mend: (file) => `lz4 -dc ${file}`,
    is: (head) => startsWith(head, [0x04, 0x22, 0x4d, 0x18]),
  },
  {
    kind: "compress (.Z)",
    mend: (file) => `gzip -dc ${file}`,
    is: (head) => startsWith(head, [0x1f, 0x9d]),
  },
  {
    kind: "7z",
    mend: (file) => `7z x -so ${file}`,
    is: (head) => startsWith(head, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
  },
  {
    kind: "UTF-16",
    mend: (file) => `iconv -f UTF-16 -t UTF-8 ${file}`,
    is: (head) =>
      /^(?:\xff\xfe(?:[^\0]\0){3}|\xfe\xff(?:\0[^\0]){3})/.test(head.toString("latin1")),
  },
];

/**
 * The Problem for a file that culprit recognises and cannot open itself, with the command that can.
 * `outer` is what it was already taken out of: one layer is opened, not two.
 */
export function foreignProblem(
  head: Buffer,
  name: string,
  outer?: Compression,
): Problem | undefined {
  const inner = outer && compressionOf(head);
  const kind = inner ?? FOREIGN.find(({ is }) => is(head))?.kind;
  if (kind === undefined) return undefined;
  const mend = FOREIGN.find((foreign) => foreign.kind === kind)?.mend;
  return new Problem({
    code: "input-foreign",
    what: outer
      ? `this is ${kind} inside ${outer}`
      : `this is ${kind}, which culprit does not read`,
    where: name,
    why: `culprit reads plain UTF-8 text, gzip and zstd${outer ? ", one layer" : ""}`,
    help: pipe((file) => (outer ? `${outer} -dc ${file}` : (mend?.(file) ?? "")), name),
    exit: Exit.input,
  });
}

/** The Problem for a tar archive, compressed or not. */
export function archiveProblem(head: Buffer, name: string): Problem | undefined {
  if (!isTar(head)) return undefined;
  return new Problem({
    code: "input-foreign",
    what: "this is a tar archive, not a log",
    where: name,
    help: pipe((file) => `tar -xOf ${file}`, name),
    exit: Exit.input,
  });
}

/** The name field ends in a NUL and the magic stands at 257: no line of a log looks so. */
function isTar(head: Buffer): boolean {
  return (
    head.length >= 512 && head[99] === 0 && /^ustar[\0 ]/.test(head.toString("latin1", 257, 263))
  );
}

/** The command that makes a readable stream of a file, in front of culprit. */
export function pipe(mend: (file: string) => string, name: string): string {
  if (name === "stdin") return `… | ${mend("-")} | culprit … -`;
  if (!name.startsWith("ssh://")) return `${mend(fileWord(name))} | culprit … -`;
  const { destination, port, path } = parseSshAddress(name);
  const option = port === undefined ? "" : `-p ${port} `;
  return `ssh ${option}${destination} ${quoteForShell(mend(fileWord(path)))} | culprit … -`;
}

function startsWith(head: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => head[at] === byte);
}
