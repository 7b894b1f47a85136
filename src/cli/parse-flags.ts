import { totalmem } from "node:os";
import type { Derivation } from "../formats/compile/record-sql.js";
import { checkRegex } from "../analyses/where-regex.js";
import { record } from "../formats/record.js";
import { caret } from "../outputs/caret.js";
import { nearest } from "../outputs/nearest.js";
import { Problem } from "../problems/problem.js";

/** Names that the columns of answers have; a derived column with one of them could not be told apart. */
const TAKEN: ReadonlySet<string> = new Set(
  (
    "outcome reason raw blank row filename file_row_number source line extra value requests errors " +
    "share times_mean times_median first_seen last_seen"
  ).split(" "),
);

/** `name=column~regex`: the regex needs a group; `name` may be a text column of the record or a new one. */
export function parseDerivation(text: string): Derivation {
  const match = /^([a-z][a-z0-9_]*)=([a-z][a-z0-9_]*)~(.+)$/s.exec(text);
  if (match === null) {
    throw badFlag("--derive", text, "It is not of the form name=column~regex");
  }
  const [, name, from, regex] = match as unknown as [string, string, string, string];
  if (!isText(from)) {
    const guess = nearest(from, Object.keys(record).filter(isText));
    const hint = guess === undefined || guess === from ? "" : `; did you mean ${guess}?`;
    throw badFlag("--derive", text, `${from} is not a text column of the record${hint}`);
  }
  if (TAKEN.has(name)) throw badFlag("--derive", text, `The name ${name} is taken`);
  if (Object.hasOwn(record, name) && !isText(name)) {
    throw badFlag("--derive", text, `${name} is a column of the record that holds no text`);
  }
  const fault = checkRegex(regex);
  if (fault !== undefined) {
    const start = text.length - regex.length + fault.at;
    throw badFlag("--derive", text, fault.why, [start, start + Math.max(1, fault.length)]);
  }
  if (!hasGroup(regex)) {
    throw badFlag("--derive", text, "The regex has no group: put ( ) around the part to keep");
  }
  return { name, from, regex };
}

/** Whether a column of the record holds text; that of a host or address does. */
const isText = (name: string): boolean =>
  Object.hasOwn(record, name) &&
  !["source", "log_type"].includes(name) &&
  ["text", "ip"].includes(record[name as keyof typeof record].type);

/** Whether a valid regex has a group that captures. */
const hasGroup = (regex: string): boolean =>
  /\((?!\?)|\(\?P?</.test(regex.replaceAll(/\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?[^\]]*\]/g, ""));

/** `512MB`, `2GiB`, `4G`: bytes, in units of 1024. */
export function parseMemory(text: string | undefined): number {
  if (text === undefined) return Math.floor(totalmem() / 4);
  const bytes = parseSize("--memory", text);
  const least = 128 * 2 ** 20;
  if (bytes < least) throw badFlag("--memory", text, "The engine needs at least 128MB");
  return bytes;
}

/** A size such as `512MB`, in bytes. */
export function parseSize(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT])?i?B?$/i.exec(text.trim());
  if (match === null) throw badFlag(flag, text, "It is not a size such as 512MB or 2GB");
  const unit = 1024 ** ("KMGT".indexOf((match[2] ?? "").toUpperCase()) + 1);
  return Number(match[1]) * (match[2] === undefined ? 1 : unit);
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
  const value = Number(/^[\d.]+(?=%?$)/.exec(text)?.[0] ?? NaN);
  if (!(value >= 0 && value <= 100)) throw badFlag(flag, text, "It is not a percentage, 0 to 100");
  return value;
}

/** `column=path` for JSON lines. */
export function parseMapping(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      const column = text.slice(0, at);
      if (at < 1 || !Object.hasOwn(record, column)) {
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

/** The Problem of a flag's value; `part` is where in it the fault lies. */
export const badFlag = (
  flag: string,
  text: string,
  why: string,
  part?: readonly [start: number, end: number],
): Problem => {
  const shift = flag.length + 1;
  return new Problem({
    code: "bad-flag",
    what: `${flag} cannot be used as it is`,
    where:
      part === undefined
        ? `${flag} ${text}`
        : caret(`${flag} ${text}`, shift + part[0], shift + part[1]),
    why,
    help: "See culprit help for examples",
    exit: 2,
  });
};
