import { closeSync, openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { Random } from "./random.mjs";
import { requests } from "./world.mjs";
import { writers } from "./writers.mjs";

/*
 * Writes a log for measurements: the same arguments give the same bytes.
 *
 *   node bench/generate.mjs FILE [--lines 5000000] [--format combined|s3|squid] [--seed 1] [--raw-bytes]
 */

const SEED = 20_261_102;
const ESCAPED = 0.003;
const MALFORMED = 0.001;
const BLOCK = 1 << 20;

/** @typedef {{ lines: number, bytes: number, escaped: number, malformed: number }} Written */

/**
 * Writes the log and says how many lines have escaped quotes and how many no server would write.
 * @param {string} file
 * @param {{ lines: number, format?: string, seed?: number, rawBytes?: boolean, week?: number }} options
 * `week`: how many weeks later; `rawBytes`: garbage that is not even UTF-8
 * @returns {Written}
 */
export function generate(
  file,
  { lines, format = "combined", seed = SEED, rawBytes = false, week = 0 },
) {
  const write = writers[format];
  if (write === undefined)
    throw new Error(`no format ${format}: ${Object.keys(writers).join(", ")}`);
  const random = new Random(seed ^ 0x5bd1e995);
  /** @type {Written} */
  const written = { lines: 0, bytes: 0, escaped: 0, malformed: 0 };
  const descriptor = openSync(file, "w");
  let block = "";
  const flush = () => {
    const bytes = Buffer.from(block, "latin1");
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    written.bytes += bytes.length;
    block = "";
  };
  try {
    for (const request of requests(lines, seed, week)) {
      const chance = random.next();
      const isEscaped = format === "combined" && chance < ESCAPED;
      const isMalformed = !isEscaped && chance > 1 - MALFORMED;
      const line = write(isEscaped ? withQuotes(request, random) : request, random);
      block += `${isMalformed ? spoil(line, random, rawBytes) : line}\n`;
      written.lines += 1;
      written.escaped += Number(isEscaped);
      written.malformed += Number(isMalformed);
      if (block.length >= BLOCK) flush();
    }
    flush();
  } finally {
    closeSync(descriptor);
  }
  return written;
}

/**
 * Quotes in what the client sent, as Apache escapes them.
 * @param {import("./world.mjs").Request} request
 * @param {Random} random
 */
function withQuotes(request, random) {
  return random.next() < 0.5
    ? {
        ...request,
        agent: `Mozilla/5.0 \\"Custom\\" build ${random.below(100)} \\\\ ${request.agent}`,
      }
    : { ...request, target: `/search?q=\\"${random.below(1000)}\\"` };
}

/**
 * What becomes of a line when a disk is full, two processes write at once, or nobody escapes.
 * @param {string} line
 * @param {Random} random
 * @param {boolean} rawBytes
 */
function spoil(line, random, rawBytes) {
  const cut = line.slice(0, 5 + random.below(line.length - 5));
  switch (random.below(4)) {
    case 0:
      return cut;
    case 1:
      return cut + line;
    case 2:
      return line.replace(/"([^"]*)"$/, '"agent "with" $1"');
    default: {
      const [from, count] = rawBytes ? [128, 128] : [33, 94];
      const codes = Array.from(
        { length: 10 + random.below(150) },
        () => from + random.below(count),
      );
      return String.fromCharCode(...codes);
    }
  }
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      lines: { type: "string", default: "5000000" },
      format: { type: "string", default: "combined" },
      seed: { type: "string", default: String(SEED) },
      "raw-bytes": { type: "boolean", default: false },
    },
  });
  const [file] = positionals;
  if (file === undefined)
    throw new Error("usage: node bench/generate.mjs FILE [--lines N] [--format NAME]");
  const { lines, format, seed, "raw-bytes": rawBytes } = values;
  console.error(generate(file, { lines: Number(lines), format, seed: Number(seed), rawBytes }));
}

if (process.argv[1] === import.meta.filename) main();
