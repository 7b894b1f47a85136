import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isUtf8 } from "node:buffer";
import { markersToBytes } from "../sources/clean-lines.js";
import type { Lake, Reject } from "./lake.js";
import { writeWhole } from "./whole-file.js";

/**
 * Writes every rejected line: its bytes as they were, one a line, so that the file can be read
 * again with another format; as `.jsonl` with place and reason.
 */
export async function writeRejects(lake: Lake, file: string): Promise<void> {
  const write = file.toLowerCase().endsWith(".jsonl") ? described : rawBytes;
  await writeWhole(file, (draft) => pipeline(write(lake.rejects()), createWriteStream(draft)));
}

async function* rawBytes(rejects: AsyncIterable<Reject>): AsyncGenerator<Buffer> {
  for await (const { raw } of rejects) {
    yield Buffer.concat([markersToBytes(raw), Buffer.from("\n")]);
  }
}

async function* described(rejects: AsyncIterable<Reject>): AsyncGenerator<string> {
  for await (const { source, line, reason, raw } of rejects) {
    const bytes = markersToBytes(raw);
    const text = isUtf8(bytes)
      ? { raw: bytes.toString("utf8") }
      : { raw_base64: bytes.toString("base64") };
    yield `${JSON.stringify({ source, line, reason, ...text })}\n`;
  }
}
