import type { ColumnType } from "../../formats/record.js";
import { plainNumber } from "../engine.js";
import type { TimesAs } from "../remote.js";

type Read = (value: unknown) => unknown;

const WHOLE = /^(?:tinyint|smallint|integer|bigint)$/;
const TIME = /^(?:timestamp|date)\b/;

/** How values of one of Trino's types, as its JSON writes them, become ours; NULL is null. */
export function readerOf(type: string, times: TimesAs): Read {
  const read = present(type, times);
  return (value) => (value === null || value === undefined ? null : read(value));
}

function present(type: string, times: TimesAs): Read {
  if (WHOLE.test(type)) return (value) => plainNumber(BigInt(value as string | number));
  if (/^(?:double|real|decimal\b.*)$/.test(type)) return Number;
  if (TIME.test(type)) return times === "date" ? dateOf : (value) => utcText(String(value));
  return (value) => value;
}

/** `2026-11-05 01:59:59.123456` and `… UTC`; zones other than UTC stay as they are. */
const utcText = (text: string): string => text.replace(/ UTC$/, "");

function dateOf(value: unknown): Date {
  const text = utcText(String(value)).replace(" ", "T");
  return new Date(text.includes("T") ? `${text.replace(/(\.\d{3})\d+$/, "$1")}Z` : text);
}

/** What outputs call one of Trino's types. */
export function columnType(type: string): ColumnType | "bool" | "json" {
  if (WHOLE.test(type)) return "int";
  if (/^(?:double|real|decimal\b.*)$/.test(type)) return "float";
  if (TIME.test(type)) return "time";
  if (type === "boolean") return "bool";
  return /^(?:array|map|row)\b/.test(type) ? "json" : "text";
}
