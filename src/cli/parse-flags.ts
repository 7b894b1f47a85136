import { totalmem } from "node:os";
import type { Derivation } from "../formats/compile/record-sql.js";
import { record } from "../formats/record.js";
import { Problem } from "../problems/problem.js";

/** `name=column~regex`: the regex needs a group; `name` may be a column of the record or a new one. */
export function parseDerivation(text: string): Derivation {
  const match = /^([a-z][a-z0-9_]*)=([a-z][a-z0-9_]*)~(.+)$/s.exec(text);
  if (match === null) {
    throw badFlag("--derive", text, "It is not of the form name=column~regex");
  }
  const [, name, from, regex] = match as unknown as [string, string, string, string];
  if (!(from in record) || from === "extra" || from === "source" || from === "line") {
    throw badFlag("--derive", text, `${from} is not a text column of the record`);
  }
  if (!/\((?!\?:)/.test(regex)) {
    throw badFlag("--derive", text, "The regex has no group: put ( ) around the part to keep");
  }
  return { name, from, regex };
}

/** `512MB`, `2GiB`, `4G`: bytes, in units of 1024. */
export function parseMemory(text: string | undefined): number {
  if (text === undefined) return Math.floor(totalmem() / 4);
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT])?i?B?$/i.exec(text.trim());
  if (match === null) throw badFlag("--memory", text, "It is not a size such as 512MB or 2GB");
  const unit = 1024 ** ("KMGT".indexOf((match[2] ?? "").toUpperCase()) + 1);
  const bytes = Number(match[1]) * (match[2] === undefined ? 1 : unit);
  const least = 128 * 2 ** 20;
  if (bytes < least) throw badFlag("--memory", text, "The engine needs at least 128MB");
  return bytes;
}

/** A whole number from 1 on. */
export function parseCount(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw badFlag(flag, text, "It is not a whole number from 1 on");
  }
  return count;
}

/** A percentage, 0 to 100. */
export function parsePercent(flag: string, text: string): number {
  const value = Number(text.replace(/%$/, ""));
  if (!(value >= 0 && value <= 100)) throw badFlag(flag, text, "It is not a percentage, 0 to 100");
  return value;
}

/** `column=path` for JSON lines. */
export function parseMapping(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      const column = text.slice(0, at);
      if (at < 1 || !(column in record)) {
        throw badFlag(
          "--map",
          text,
          "It is not of the form column=path with a column of the record",
        );
      }
      return [column, text.slice(at + 1)];
    }),
  );
}

export const badFlag = (flag: string, text: string, why: string): Problem =>
  new Problem({
    code: "bad-flag",
    what: `${flag} cannot be used as it is`,
    where: `${flag} ${text}`,
    why,
    help: "See culprit help for examples",
    exit: 2,
  });
