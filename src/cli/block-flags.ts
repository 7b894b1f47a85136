import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseBlock, type Block } from "../analyses/blockplan/blocks.js";
import { loadConfig, type ConfigFlags } from "./config/find.js";
import type { Io } from "./io.js";
import { badFlag } from "./parse-flags.js";
import { parseSpan } from "./time-span.js";

/** A length of time such as `24h` or `7d`, in milliseconds. */
export function spanOf(flag: string, text: string): number {
  const span = parseSpan(text);
  if (typeof span === "number" && span > 0) return span;
  const why = typeof span === "object" ? span.why : "It is not a length of time such as 24h or 7d";
  throw badFlag(flag, text, why);
}

/** An instant written out, such as 2026-11-05T10:00Z: a plan has no clock to count from. */
export function instantOf(flag: string, text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !isNaN(+time)) {
    return time;
  }
  throw badFlag(flag, text, "It is not a time with its zone such as 2026-11-05T10:00Z");
}

/** An address or range, or a Problem. */
export function blockOf(flag: string, text: string): Block {
  const block = parseBlock(text);
  if (block !== undefined) return block;
  throw badFlag(flag, text, "It is neither an address nor a range such as 203.0.113.0/24");
}

/** Addresses and ranges, given as such or by files of them, a line each; `#` begins a comment. */
export async function blocksOf(
  flag: string,
  texts: readonly string[],
  cwd: string,
): Promise<Block[]> {
  const found: Block[] = [];
  for (const text of texts) {
    const file = path.resolve(cwd, text);
    if (parseBlock(text) !== undefined || !existsSync(file)) {
      found.push(blockOf(flag, text));
      continue;
    }
    const lines = (await readFile(file, "utf8")).split("\n");
    for (const [at, line] of lines.entries()) {
      const value = line.replace(/#.*/, "").trim();
      if (value !== "") found.push(blockOf(`${flag} ${text}:${String(at + 1)}`, value));
    }
  }
  return found;
}

/** Whom `culprit.yaml` spares. */
export async function allowedByConfig(flags: ConfigFlags, io: Io): Promise<Block[]> {
  const loaded = await loadConfig(flags, io);
  const allow = loaded?.config.block?.allow ?? [];
  return blocksOf("block.allow", allow, path.dirname(loaded?.file ?? io.cwd));
}
